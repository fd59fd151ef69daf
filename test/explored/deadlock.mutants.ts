/** Deadlocks that are invented, missed, or told of twice. */
import type { ProgramName } from './deadlock.ts';
import { type Mutant, replace } from './mutants.ts';

const NEXT = 'owner === this.agent.id ? [...this.#readers.inside()] : [owner]';
const SHARED = 'mutex/shared-turnstile.js';
const WAIT_FOR = 'wait/wait-for.js';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'an edge counts whatever its holder has done since': {
    breaks: 'E1',
    program: 'one holds two, the other one at a time',
    mutations: [
      replace(
        WAIT_FOR,
        'if (state !== edge.heldSince) {',
        'if (state !== edge.heldSince && !isWaiting(state)) {',
      ),
    ],
  },
  'who has the object is looked at before the wait of the one who has it': {
    breaks: 'E1',
    program: 'one holds two, the other one at a time',
    mutations: [
      replace(WAIT_FOR, 'if (!protocol.holders?.().includes(holder))\n            continue;', ''),
    ],
  },
  'a wait with a deadline is an edge': {
    breaks: 'E2',
    program: 'one of two gives up',
    mutations: [
      replace(WAIT_FOR, 'isEndless ? heldSince : NO_EDGE', 'heldSince'),
      replace(WAIT_FOR, 'isEndless ? follow(agent) : undefined', 'follow(agent)'),
    ],
  },
  'whoever finds a circle leaves it': {
    breaks: 'E4',
    program: 'two in a circle',
    bounds: { slices: true, timeouts: 4, preemptions: 2 },
    mutations: [replace(WAIT_FOR, 'if (last.slot === agent.slot)', 'if (true)')],
  },
  'a writer that waits for readers waits for nobody': {
    breaks: 'no deadlock is missed',
    program: 'a writer waits for a reader that waits for it',
    mutations: [replace(SHARED, NEXT, 'owner === this.agent.id ? [] : [owner]')],
  },
  'a reader behind a writer waits for nobody': {
    breaks: 'no deadlock is missed',
    program: 'a reader stands behind a writer that waits for readers',
    mutations: [
      replace(SHARED, NEXT, 'owner === this.agent.id ? [...this.#readers.inside()] : []'),
    ],
  },
};
