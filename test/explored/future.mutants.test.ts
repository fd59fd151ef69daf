import { MUTANTS } from './future.mutants.ts';
import { model, PROGRAMS } from './future.ts';
import { findMutants } from './suites.ts';

findMutants('future', MUTANTS, PROGRAMS, model);
