import { MUTANTS } from './barrier.mutants.ts';
import { model, PROGRAMS } from './barrier.ts';
import { findMutants } from './suites.ts';

findMutants('barrier', MUTANTS, PROGRAMS, model);
