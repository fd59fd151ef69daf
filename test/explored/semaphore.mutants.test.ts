import { MUTANTS } from './semaphore.mutants.ts';
import { model, PROGRAMS } from './semaphore.ts';
import { findMutants } from './suites.ts';

findMutants('semaphore', MUTANTS, PROGRAMS, model);
