import { findMutants } from './suites.ts';
import { MUTANTS } from './thread.mutants.ts';
import { model, PROGRAMS } from './thread.ts';

findMutants('thread', MUTANTS, PROGRAMS, model);
