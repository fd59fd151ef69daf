/** The classic bugs of a job that two may take. */
import { type Mutant, replace } from './mutants.ts';
import type { ProgramName } from './pool.ts';

const STATE = 'future/state.js';

const GIVE =
  'if (Atomics.compareExchange(words, STATE, state, given) === state)\n            return true;';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'it is taken over by a store': {
    breaks: 'D1: once',
    program: 'a worker runs it, or who waits',
    mutations: [replace(STATE, GIVE, 'Atomics.store(words, STATE, given); return true;')],
  },
  'who takes it over does not look whose it is': {
    breaks: 'D1: from the depot',
    program: 'a worker runs it, or who waits',
    mutations: [replace(STATE, ' || ownerOf(state) !== from)', ')')],
  },
  'the same, when it is cancelled': {
    breaks: 'D1: from the depot',
    program: 'one cancels it',
    mutations: [replace(STATE, ' || ownerOf(state) !== from)', ')')],
  },
  'whoever loses the race takes it': {
    breaks: 'D1: by compare-exchange',
    program: 'a worker runs it, or who waits',
    mutations: [
      replace(STATE, GIVE, 'Atomics.compareExchange(words, STATE, state, given); return true;'),
    ],
  },
};
