/** The classic bugs of call_once, and each step of recovery left out. */
import { type Mutant, replace } from './mutants.ts';
import type { ProgramName } from './once.ts';

const ONCE = 'once/once-flag.js';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'begun by load and store': {
    breaks: 'F1',
    program: 'two call',
    mutations: [
      replace(
        ONCE,
        'return Atomics.compareExchange(this.#words, STATE, from, to) === from;',
        'return Atomics.load(this.#words, STATE) === from && (Atomics.store(this.#words, STATE, to), true);',
      ),
    ],
  },
  'sleeps without a mark': {
    breaks: 'F2',
    program: 'two call',
    mutations: [
      replace(ONCE, 'if (state & WAITED || this.#exchange(state, state | WAITED))', 'if (true)'),
    ],
  },
  'the end wakes nobody': {
    breaks: 'F3',
    program: 'two call',
    mutations: [
      replace(
        ONCE,
        'if (state & WAITED)\n            wakeAll(this.#agent, this.object); // F3',
        '',
      ),
    ],
  },
  'O8 the end by load and store': {
    breaks: 'F3',
    program: 'two call',
    mutations: [
      replace(
        ONCE,
        'const state = Atomics.exchange(this.#words, STATE, isDone ? DONE : NOT_RUN);',
        'const state = Atomics.load(this.#words, STATE); Atomics.store(this.#words, STATE, isDone ? DONE : NOT_RUN);',
      ),
    ],
  },
  'done before it has run': {
    breaks: 'F1',
    program: 'two call',
    mutations: [
      replace(
        ONCE,
        'let isDone = false;\n        try {\n            refuse',
        'this.#gate.end(true); let isDone = true;\n        try {\n            refuse',
      ),
    ],
  },
  'a failure sets the flag': {
    breaks: 'F3',
    program: 'O5 the first fails',
    mutations: [replace(ONCE, 'isDone ? DONE : NOT_RUN', 'DONE')],
  },
  'nobody is told whom a caller waits for': {
    breaks: 'F4',
    program: 'who runs it locks, who has locked calls',
    mutations: [replace(ONCE, 'return runner === 0 ? [] : [runner];', 'return [];')],
  },
  'a dead runner runs for ever': {
    breaks: 'F1',
    program: 'one dies',
    mutations: [replace(ONCE, '|| isDead(this.#agent.table, runner)', '')],
  },
};
