import { MUTANTS } from './channel.mutants.ts';
import { model, PROGRAMS } from './channel.ts';
import { findMutants } from './suites.ts';

findMutants('channel', MUTANTS, PROGRAMS, model);
