import { MUTANTS } from './stop.mutants.ts';
import { model, PROGRAMS } from './stop.ts';
import { findMutants } from './suites.ts';

findMutants('stop', MUTANTS, PROGRAMS, model);
