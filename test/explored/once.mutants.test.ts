import { MUTANTS } from './once.mutants.ts';
import { model, PROGRAMS } from './once.ts';
import { findMutants } from './suites.ts';

findMutants('once flag', MUTANTS, PROGRAMS, model);
