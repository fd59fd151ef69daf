import { MUTANTS } from './ami-link.mutants.ts';
import { model, PROGRAMS } from './ami-link.ts';
import { findMutants } from './suites.ts';

findMutants('ami link', MUTANTS, PROGRAMS, model);
