/**
 * Taking turns. A schedule that is too long may be one in which somebody was never let run, or in
 * which no time passed for those who wait for it. So it goes on with whoever has not run for longest,
 * and time passes with every step. What does not end then does not end.
 */
import { isComplete } from './enabled.ts';
import { DUE } from './events.ts';
import { EVENT, type Move, moveOf, NONE, SPIN } from './moves.ts';
import { LOOP, READY, type Thread } from './thread.ts';
import { firstDueAt, nextDue } from './timers.ts';
import type { World } from './world.ts';

/** The move whose turn it is; {@link NONE}: nothing is left to do. */
export function fairMove(world: World): Move {
  const oldest = oldestMove(world);
  const due = nextDue(world);
  if (oldest === NONE && (due === Infinity || isComplete(world))) return NONE;
  return oldest === NONE || due <= world.clock ? firstDueAt(world, due) : oldest;
}

function oldestMove(world: World): Move {
  let oldest = NONE;
  let ranAt = Infinity;
  for (const thread of world.threads) {
    const move = ownMove(thread);
    if (move === NONE || thread.ranAt >= ranAt) continue;
    oldest = move;
    ranAt = thread.ranAt;
  }
  return oldest;
}

/** What `thread` does if it is let. */
function ownMove({ index, where, events }: Thread): Move {
  if (where === READY) return moveOf(SPIN, index);
  if (where !== LOOP) return NONE;
  for (let i = 0; i < events.length; i++) {
    if (events.stages[i] === DUE) return moveOf(EVENT, index, i);
  }
  return NONE;
}
