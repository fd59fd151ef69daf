import { MUTANTS } from './pool.mutants.ts';
import { model, PROGRAMS } from './pool.ts';
import { findMutants } from './suites.ts';

findMutants('pool', MUTANTS, PROGRAMS, model);
