/**
 * Spinning. A thread that has done the same several times over, while nothing has changed, is taken to
 * spin: it does not run again before something changes, so that an endless loop is not explored
 * endlessly. What is lost are schedules in which a *bounded* spin runs out against threads that stand
 * still; code under exploration should spin fewer rounds than {@link ROUNDS}, or not at all.
 *
 * When only spinning threads are left, they run, oldest first, and time passes.
 */
import { READY, type Thread } from './thread.ts';
import type { World } from './world.ts';

/** Rounds of a loop, one like the other, that make it a spin. Straight code may well do a thing twice. */
const ROUNDS = 3;

/** Entries of the log that a spin is looked for in: loops are shorter. */
const WINDOW = 256;

/** Notes that the last operation of `thread` changed nothing. */
export function noteLook(thread: Thread, version: number): void {
  if (thread.calmVersion === version) {
    thread.spins = isLooping(thread) ? thread.spins + 1 : 0;
  } else {
    thread.calmVersion = version;
    thread.calmSince = thread.length - 1;
    thread.spins = 0;
  }
}

function isLooping(thread: Thread): boolean {
  const length = Math.min(thread.length - thread.calmSince, WINDOW);
  for (let period = 1; period * ROUNDS <= length; period++) {
    if (isPeriodic(thread, period)) return true;
  }
  return false;
}

/** Whether the log ends in rounds of `period` entries that are all alike. */
function isPeriodic({ keys, operands, results, length }: Thread, period: number): boolean {
  const from = length - (ROUNDS - 1) * period;
  for (let at = length - 1; at >= from; at--) {
    const before = at - period;
    if (results[at] !== results[before]) return false;
    if (keys[at] !== keys[before] || operands[at] !== operands[before]) return false;
  }
  return true;
}

export function isSpinning(world: World, thread: Thread): boolean {
  return thread.spins > 0 && thread.calmVersion === world.memory.version;
}

/** Whether `thread` could take a step that shows something new. */
export function isRunnable(world: World, thread: Thread): boolean {
  return thread.where === READY && !isSpinning(world, thread);
}

/** The thread that has not run for longest, of those that would spin. */
export function oldestReady(world: World): Thread | undefined {
  let oldest: Thread | undefined;
  for (const thread of world.threads) {
    if (thread.where === READY && (!oldest || thread.ranAt < oldest.ranAt)) oldest = thread;
  }
  return oldest;
}
