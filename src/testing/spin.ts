/**
 * Spinning. A thread that has done the same several times over, and is about to do it again while nothing
 * has changed, is taken to spin: it does not run again before something changes, so that an endless loop
 * is not explored endlessly. When only spinning threads are left, they run, oldest first, and time passes.
 *
 * But it may be that it looks a few times and then goes on, to sleep for instance. So it may also *look
 * on*: run alone until it is about to do something else. Little is lost thereby, for nothing that others
 * could see changes meanwhile. One that still looks after {@link MOST_LOOKS} is at a dead end: where that
 * leads is what the others do instead. A loop in which that happens often is not tried again by who has
 * come to it in the same way.
 *
 * What is lost are schedules in which a spin of more rounds runs out against threads that stand still,
 * those in which something changes after the rounds that make it a spin and before its last, and those in
 * which only what a loop saw in earlier rounds tells a look on that leads out of it from {@link MOST_DEAD_ENDS}
 * that do not.
 */
import { fold, stirA } from './hash.ts';
import { READY, type Thread } from './thread.ts';
import type { World } from './world.ts';

/** Rounds of a loop, one like the other, that make it a spin. Straight code may well do a thing twice. */
const ROUNDS = 3;

/** The same where all rounds are plain reads: straight code reads the same element again and again. */
const STARE = 16;

/** Entries of the log that a spin is looked for in: loops are shorter. */
const WINDOW = 256;

/** Looks at the same, after which a thread that looks on is taken to do so for ever. */
const MOST_LOOKS = 256;

/** Dead ends of one loop, after which no more is expected of it, whatever it saw in its earlier rounds. */
const MOST_DEAD_ENDS = 32;

/** Notes that the last operation of `thread` changed nothing. */
export function noteLook(thread: Thread, version: number): void {
  if (thread.calmVersion === version) {
    thread.spins = periodOf(thread) > 0 ? thread.spins + 1 : 0;
  } else {
    thread.calmVersion = version;
    thread.calmSince = thread.length - 1;
    thread.spins = 0;
  }
  if (thread.spins === 0) thread.looksOn = 0;
  else if (thread.looksOn === 1) thread.looks++;
}

/** Notes what `thread` is about to do: it does not spin if that is not what the loop would do. */
export function noteNext(thread: Thread, key: number, operand: number): void {
  const before = thread.length - periodOf(thread);
  if (thread.keys[before] === key && thread.operands[before] === operand) return;
  thread.spins = 0;
  thread.looksOn = 0;
}

/** Notes a plain read, or a plain write that changes nothing. Alone, such are no spin: see {@link isStaring}. */
export function noteGlance(thread: Thread, version: number): void {
  if (thread.calmVersion === version) return;
  thread.calmVersion = version;
  thread.calmSince = thread.length;
  thread.spins = 0;
}

/** Whether `thread`, about to read plainly, does nothing else any more. It counts as a spin then. */
export function isStaring(thread: Thread, version: number): boolean {
  if (thread.calmVersion !== version || periodOf(thread, STARE) === 0) return false;
  thread.spins++;
  return true;
}

/** Entries of the log that make one round of the loop; 0: it is not in one. */
function periodOf(thread: Thread, rounds: number = ROUNDS): number {
  const length = Math.min(thread.length - thread.calmSince, WINDOW);
  for (let period = 1; period * rounds <= length; period++) {
    if (isPeriodic(thread, period, rounds)) return period;
  }
  return 0;
}

/** Whether the log ends in `rounds` of `period` entries that are all alike. */
function isPeriodic(thread: Thread, period: number, rounds: number): boolean {
  const { results, length } = thread;
  const from = length - (rounds - 1) * period;
  for (let at = length - 1; at >= from; at--) {
    const before = at - period;
    if (!isSame(thread, at, before)) return false;
    if (!Object.is(results[at], results[before])) return false;
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

/** Whether `thread` may look on beside what others do. */
export function mayLookOn(world: World, thread: Thread): boolean {
  if (thread.where !== READY || !isSpinning(world, thread) || thread.spins >= MOST_LOOKS)
    return false;
  return (thread.deadEnds.get(loopOf(thread)) ?? 0) < MOST_DEAD_ENDS;
}

/** Whether the thread that ran last is looking on, so that nobody else comes in between. */
export function isLookingOn(world: World): boolean {
  const thread = world.threads[world.current];
  return thread !== undefined && looksOn(world, thread) && thread.spins < MOST_LOOKS;
}

/** Whether the thread that ran last has looked on in vain; notes that it has. */
export function isAtDeadEnd(world: World): boolean {
  const thread = world.threads[world.current];
  if (!thread || !looksOn(world, thread) || thread.spins < MOST_LOOKS) return false;
  const loop = loopOf(thread);
  thread.deadEnds.set(loop, (thread.deadEnds.get(loop) ?? 0) + 1);
  thread.looksOn = 0;
  return true;
}

/** Steps of this schedule, but for those in which somebody looked on: there may be as many as one likes. */
export function lengthOf({ steps, threads }: World): number {
  return threads.reduce((length, { looks }) => length - looks, steps);
}

function looksOn(world: World, thread: Thread): boolean {
  return thread.looksOn === 1 && thread.where === READY && isSpinning(world, thread);
}

/**
 * A number for the loop that `thread` is in, the same in each of its rounds, and for what it had seen when
 * it came there: who comes to a loop that looks alike elsewhere, or otherwise, may leave it.
 */
function loopOf(thread: Thread): number {
  const { keys, operands, results, length } = thread;
  const period = periodOf(thread);
  let sum = 0;
  for (let at = length - period; at < length; at++) {
    sum = (sum + stirA(stirA(keys[at]!, operands[at]!), fold(results[at]!))) | 0;
  }
  let start = length - period;
  while (start > 0 && isSame(thread, start - 1, start - 1 + period)) start--;
  for (let at = 0; at < start; at++) sum = stirA(sum, fold(results[at]!));
  return sum;
}

/** Whether two entries of the log are the same operation, whatever came of it. */
function isSame({ keys, operands }: Thread, at: number, other: number): boolean {
  return keys[at] === keys[other] && operands[at] === operands[other];
}

/** The thread that has not run for longest, of those that would spin. */
export function oldestReady(world: World): Thread | undefined {
  let oldest: Thread | undefined;
  for (const thread of world.threads) {
    if (thread.where === READY && (!oldest || thread.ranAt < oldest.ranAt)) oldest = thread;
  }
  return oldest;
}
