/**
 * Spinning. A thread that has seen the same thing several times over, while nothing has changed, is
 * taken to spin: it does not run again before something changes, so that an endless loop is not
 * explored endlessly. What is lost are schedules in which a *bounded* spin runs out against a thread
 * that stands still; code under exploration should spin less than {@link LOOKS} times, or not at all.
 *
 * When only spinning threads are left, they run, oldest first, and time passes.
 */
import type { Value } from './operations.ts';
import { READY, type Thread } from './thread.ts';
import type { World } from './world.ts';

/** Looks that show nothing new after which a thread is taken to spin: one repeat is common in retry loops. */
export const LOOKS = 3;

/** Entries of the log that are searched for the same look: loops are shorter. */
const WINDOW = 256;

/** Notes an operation that changed nothing, before it is added to the log. */
export function noteLook(
  thread: Thread,
  version: number,
  key: number,
  operand: number,
  result: Value,
): void {
  if (thread.calmVersion !== version) {
    thread.calmVersion = version;
    thread.calmSince = thread.length;
    thread.spins = 0;
    return;
  }
  const { keys, operands, results } = thread;
  const from = Math.max(thread.calmSince, thread.length - WINDOW);
  for (let at = thread.length - 1; at >= from; at--) {
    if (keys[at] !== key || operands[at] !== operand || results[at] !== result) continue;
    thread.spins++;
    return;
  }
}

export function isSpinning(world: World, thread: Thread): boolean {
  return thread.spins >= LOOKS && thread.calmVersion === world.memory.version;
}

/** Whether `thread` could take a step that shows something new. */
export function isRunnable(world: World, thread: Thread): boolean {
  return thread.where === READY && !isSpinning(world, thread);
}

/** The spinning thread that has not run for longest. */
export function oldestSpinner(world: World): Thread | undefined {
  let oldest: Thread | undefined;
  for (const thread of world.threads) {
    if (thread.where === READY && (!oldest || thread.ranAt < oldest.ranAt)) oldest = thread;
  }
  return oldest;
}
