import { MUTANTS } from './deadlock.mutants.ts';
import { model, PROGRAMS } from './deadlock.ts';
import { findMutants } from './suites.ts';

findMutants('deadlock', MUTANTS, PROGRAMS, model);
