import { MUTANTS } from './mutex.mutants.ts';
import { model, PROGRAMS } from './mutex.ts';
import { findMutants } from './suites.ts';

findMutants('mutex', MUTANTS, PROGRAMS, model);
