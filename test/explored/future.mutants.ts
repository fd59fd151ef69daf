/** What may go wrong between a promise and its futures. */
import type { ProgramName } from './future.ts';
import { type Mutant, replace } from './mutants.ts';

const INBOX = 'wait/inbox.js';
const GATE = 'future/gate.js';
const STATE = 'future/state.js';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'opener wakes nobody': {
    breaks: 'P3',
    program: 'one waits',
    mutations: [replace(GATE, 'wakeAll(this.#agent, this.object);', ';')],
  },
  'opener wakes one': {
    breaks: 'P3',
    program: 'two wait',
    mutations: [
      replace(
        INBOX,
        'waitersOf(agent.table, object))',
        'waitersOf(agent.table, object).slice(0, 1))',
      ),
    ],
  },
  'waiter does not set WAITED': {
    breaks: 'P3',
    program: 'one waits',
    mutations: [
      replace(GATE, 'if (state & WAITED || this.exchange(state, state | WAITED))', 'if (true)'),
    ],
  },
  'WAITED dropped by who sets it': {
    breaks: 'P3',
    program: 'one waits',
    mutations: [replace(STATE, '(state & ~STATUS) | to)', '(state & OWNER) | to)')],
  },
  'opened by load and store': {
    breaks: 'P3',
    program: 'one waits',
    mutations: [
      replace(
        GATE,
        'Atomics.compareExchange(this.#words, STATE, from, to) === from',
        'Atomics.load(this.#words, STATE) === from && Atomics.store(this.#words, STATE, to) === to',
      ),
    ],
  },
  'set without being claimed': {
    breaks: 'P2',
    program: 'the promise moves',
    mutations: [replace(STATE, 'this.#move(SATISFYING);', '')],
  },
  'moved by store': {
    breaks: 'P1',
    program: 'the promise moves',
    mutations: [
      replace(
        'future/owner.js',
        'Atomics.compareExchange(words, STATE, state, given) === state',
        'Atomics.store(words, STATE, given) === given',
      ),
    ],
  },
  'nobody looks for the dead': {
    breaks: 'the last paragraph',
    program: 'who has the promise dies',
    mutations: [replace(GATE, 'if (this.isAbandoned(state)) {', 'if (false) {')],
  },
  'what was set dies with who set it': {
    breaks: 'P3',
    program: 'who has two promises dies',
    mutations: [replace(GATE, 'return !isOpen(state) && isDead', 'return isDead')],
  },
  'two take it': {
    breaks: 'P4',
    program: 'two take it',
    mutations: [
      replace(
        STATE,
        'Atomics.compareExchange(this.#words, READERS, FREE, use) === FREE',
        'Atomics.load(this.#words, READERS) === FREE && Atomics.store(this.#words, READERS, use) === use',
      ),
    ],
  },
  'deferred, run by each': {
    breaks: 'the function runs once',
    program: 'deferred, once',
    mutations: [replace(STATE, 'this.#deferred = undefined;', '')],
  },
};
