import { MUTANTS } from './condition-variable.mutants.ts';
import { model, PROGRAMS } from './condition-variable.ts';
import { findMutants } from './suites.ts';

findMutants('condition-variable', MUTANTS, PROGRAMS, model);
