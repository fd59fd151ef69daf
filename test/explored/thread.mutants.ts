/** The classic bugs of a join. */
import { type Mutant, replace } from './mutants.ts';
import type { ProgramName } from './thread.ts';

const COMPLETION = 'thread/completion.js';

const WAKE = 'wakeAll(currentAgent(), Atomics.load(words, OBJECT));';
const STORE = 'Atomics.store(words, STATE, DONE);';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'the thread wakes nobody': {
    breaks: 'no wake-up is lost',
    program: 'one joins',
    mutations: [replace(COMPLETION, WAKE, '')],
  },
  'the thread wakes before it is done': {
    breaks: 'no wake-up is lost',
    program: 'one joins',
    mutations: [replace(COMPLETION, `${STORE}\n    ${WAKE}`, `${WAKE}\n    ${STORE}`)],
  },
  'the same, for who awaits': {
    breaks: 'no wake-up is lost',
    program: 'one joins, awaiting',
    mutations: [replace(COMPLETION, `${STORE}\n    ${WAKE}`, `${WAKE}\n    ${STORE}`)],
  },
  'whoever is woken takes it for the end': {
    breaks: 'J1',
    program: 'one joins, and a task of it is woken meanwhile',
    mutations: [
      replace(
        COMPLETION,
        'isDead(this.#table, this.#id) ? TAKEN : UNTIL_POKED',
        "turn.woken === 'poke' ? TAKEN : UNTIL_POKED",
      ),
    ],
  },
  'a death is not looked for': {
    breaks: 'J2',
    program: 'the thread dies',
    mutations: [
      replace(COMPLETION, 'isDead(this.#table, this.#id) ? TAKEN : UNTIL_POKED', 'UNTIL_POKED'),
    ],
  },
  'a death is not looked for, by who awaits': {
    breaks: 'J2',
    program: 'the thread dies, one awaits',
    mutations: [
      replace(COMPLETION, 'isDead(this.#table, this.#id) ? TAKEN : UNTIL_POKED', 'UNTIL_POKED'),
    ],
  },
  'every thread is taken for dead': {
    breaks: 'J2',
    program: 'one joins',
    mutations: [
      replace(COMPLETION, 'isDead(this.#table, this.#id) ? TAKEN : UNTIL_POKED', 'TAKEN'),
    ],
  },
  'the end is not looked for': {
    breaks: 'J1',
    program: 'one joins',
    mutations: [replace(COMPLETION, 'if (this.#isDone())', 'if (false)')],
  },
};
