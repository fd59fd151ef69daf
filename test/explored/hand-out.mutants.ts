/** The classic bugs of a hand-out to a worker that dies. */
import type { ProgramName } from './hand-out.ts';
import { type Mutant, replace } from './mutants.ts';

const BOARD = 'future/board.js';
const GATE = 'future/gate.js';

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
  'who is known to be dead is given a job': {
    breaks: 'B5',
    program: "the pool's thread gives",
    mutations: [replace(BOARD, 'isDead(currentAgent().table, id)', 'false')],
  },
};
