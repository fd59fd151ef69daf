import { MUTANTS } from './latch.mutants.ts';
import { model, PROGRAMS } from './latch.ts';
import { findMutants } from './suites.ts';

findMutants('latch', MUTANTS, PROGRAMS, model);
