import { MUTANTS } from './board.mutants.ts';
import { model, PROGRAMS } from './board.ts';
import { explorePrograms, findMutants } from './suites.ts';

explorePrograms('board of a pool', PROGRAMS, model);
findMutants('board of a pool', MUTANTS, PROGRAMS, model);
