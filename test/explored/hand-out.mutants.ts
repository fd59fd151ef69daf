/** The classic bugs of a hand-out to a worker that dies. */
import type { ProgramName } from './hand-out.ts';
import { type Mutant, replace } from './mutants.ts';

const BOARD = 'future/board.js';
const GATE = 'future/gate.js';
const STATE = 'future/state.js';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'who is dead is not looked for': {
    breaks: 'a job that a dead worker has is broken by who waits',
    program: 'the depot hands out',
    mutations: [replace(GATE, 'return !isOpen(state) && isDead(', 'return false && isDead(')],
  },
  'the same, for who awaits': {
    breaks: 'a job that a dead worker has is broken by who waits',
    program: 'the depot hands out, one awaits',
    mutations: [replace(GATE, 'return !isOpen(state) && isDead(', 'return false && isDead(')],
  },
  'what is open is broken, too': {
    breaks: 'P3: a value stays when its worker dies',
    program: 'the depot hands out',
    mutations: [replace(GATE, 'return !isOpen(state) && isDead(', 'return isDead(')],
  },
  'the desk of who has ended is not cleared': {
    breaks: 'B1: who knows a desk by a worker that is gone gets nothing there',
    program: 'the depot hands out',
    mutations: [replace(BOARD, 'Atomics.store(this.words, DESKS + desk, AWAY);', '')],
  },
  'a desk that is given a job stays free': {
    breaks: 'B1: a dead worker is given one job at most',
    program: "the pool's thread gives",
    mutations: [replace(BOARD, '!this.#move(desk, id, id | TAKEN)', '!this.#move(desk, id, id)')],
  },
  'who is known to be dead is given a job': {
    breaks: 'B5',
    program: "the pool's thread gives",
    mutations: [replace(BOARD, 'isDead(currentAgent().table, id)', 'false')],
  },
  'all who wait for a dead worker think that somebody else breaks it': {
    breaks: 'whoever finds the owner dead breaks it',
    program: 'the depot hands out',
    mutations: [
      replace(
        GATE,
        'if (this.tryBreak(state))\n                    return TAKEN;\n                continue;',
        'return UNTIL_POKED;',
      ),
    ],
  },
  "a job stays the giver's": {
    breaks: "D1: the promise is the worker's before the job is posted",
    program: 'the depot hands out',
    mutations: [replace(STATE, 'const given = (state & ~OWNER) | to;', 'const given = state;')],
  },
};
