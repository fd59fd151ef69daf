import { MUTANTS } from './shared-mutex.mutants.ts';
import { model, PROGRAMS } from './shared-mutex.ts';
import { findMutants } from './suites.ts';

findMutants('shared mutex', MUTANTS, PROGRAMS, model);
