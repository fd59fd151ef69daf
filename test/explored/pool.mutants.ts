/** The classic bugs of a job that two may take. */
import { type Mutant, replace } from './mutants.ts';
import type { ProgramName } from './pool.ts';

const OWNER = 'future/owner.js';

const GIVE = 'return Atomics.compareExchange(words, STATE, state, given) === state;';

const FOLLOW = 'handOver(promise, from, ownerOf(Atomics.load(state, STATE)));';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'it is taken over by a store': {
    breaks: 'D1: once',
    program: 'a worker runs it, or who waits',
    mutations: [replace(OWNER, GIVE, 'Atomics.store(words, STATE, given); return true;')],
  },
  'who takes it over does not look whose it is': {
    breaks: 'D1: from the depot',
    program: 'a worker runs it, or who waits',
    mutations: [replace(OWNER, ' || ownerOf(state) !== from)', ')')],
  },
  'the same, when it is cancelled': {
    breaks: 'D1: from the depot',
    program: 'one cancels it',
    mutations: [replace(OWNER, ' || ownerOf(state) !== from)', ')')],
  },
  'whoever loses the race takes it': {
    breaks: 'D1: by compare-exchange',
    program: 'a worker runs it, or who waits',
    mutations: [
      replace(OWNER, GIVE, 'Atomics.compareExchange(words, STATE, state, given); return true;'),
    ],
  },
  'promises among its arguments stay with who has submitted it': {
    breaks: 'U1',
    program: 'a promise among the arguments, none claims it, one dies',
    mutations: [replace(OWNER, FOLLOW, ';')],
  },
  'who gets a job takes promises only as it attaches them': {
    breaks: 'U2',
    program: 'a promise among the arguments, none claims it, one dies',
    mutations: [replace(OWNER, 'entrust(promise, to);', ';')],
  },
  'the depot gives only what it has': {
    breaks: 'U2: whosever they are',
    program: 'a promise among the arguments, none claims it, one dies',
    mutations: [replace(OWNER, 'entrust(promise, to);', 'handOver(promise, from, to);')],
  },
  'who claims a job takes its promises only as it attaches them': {
    breaks: 'U3',
    program: 'a promise among the arguments, one dies',
    mutations: [replace(OWNER, 'handOver(promise, from, to);', ';')],
  },
};
