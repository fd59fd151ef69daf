import { MUTANTS } from './hand-out.mutants.ts';
import { model, PROGRAMS } from './hand-out.ts';
import { explorePrograms, findMutants } from './suites.ts';

explorePrograms('hand-out of a pool', PROGRAMS, model);
findMutants('hand-out of a pool', MUTANTS, PROGRAMS, model);
