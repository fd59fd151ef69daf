/** The classic bugs of a latch. */
import type { ProgramName } from './latch.ts';
import { type Mutant, replace } from './mutants.ts';

const INBOX = 'wait/inbox.js';
const LATCH = 'latch/latch.js';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'counted by load and store': {
    breaks: 'L3',
    program: 'one waits',
    mutations: [
      replace(
        LATCH,
        'if (Atomics.compareExchange(this.#words, STATE, state, next) !== state)',
        'if (Atomics.store(this.#words, STATE, next) !== next)',
      ),
    ],
  },
  'WAITED dropped by an arrival': {
    breaks: 'L2',
    program: 'two wait',
    mutations: [
      replace(
        LATCH,
        'const next = n === left ? OPEN : state - n;',
        'const next = n === left ? OPEN : left - n;',
      ),
    ],
  },
  'waiter does not set WAITED': {
    breaks: 'L2',
    program: 'one waits',
    mutations: [
      replace(
        LATCH,
        'if (state & WAITED)\n                return UNTIL_POKED;',
        'return UNTIL_POKED;',
      ),
    ],
  },
  'opener wakes nobody': {
    breaks: 'L2',
    program: 'one waits',
    mutations: [replace(LATCH, 'wakeAll(this.#agent, this[OBJECT_ID]);', '')],
  },
  'opener wakes one': {
    breaks: 'L2',
    program: 'two wait',
    mutations: [
      replace(
        INBOX,
        'waitersOf(agent.table, object))',
        'waitersOf(agent.table, object).slice(0, 1))',
      ),
    ],
  },
  'too many arrivals are counted': {
    breaks: 'L3',
    program: 'too many arrive',
    mutations: [replace(LATCH, 'if (n > left)', 'if (false)')],
  },
  'passes before it is open': {
    breaks: 'L1',
    program: 'two wait',
    mutations: [replace(LATCH, 'if (state === OPEN)', 'if ((state & COUNT) <= 1)')],
  },
};
