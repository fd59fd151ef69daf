import { MUTANTS } from './atomic.mutants.ts';
import { model, PROGRAMS } from './atomic.ts';
import { findMutants } from './suites.ts';

findMutants('atomic', MUTANTS, PROGRAMS, model);
