/**
 * Locking several at once, without deadlock: `std::lock`, `std::try_lock`.
 *
 * This library's own mutexes are taken in the order of their object ids, the same in every thread, so
 * that threads that take them in this way cannot wait for each other in a circle. What else can be
 * locked comes after them and is only tried: if one of those is not to be had, everything is given back,
 * and taken again after a while, another one in each thread.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { SyncError, TimeoutError } from '../errors.ts';
import { describe } from '../memory/checks.ts';
import { OBJECT_ID } from '../share/shared-object.ts';
import { type Deadline, deadlineIn, NEVER } from '../wait/deadline.ts';
import { checkWaitOptions, NO_OPTIONS, type WaitOptions, withTimeout } from '../wait/options.ts';
import { pause, sleepForAsync } from '../wait/pause.ts';
import type { AsyncLockable, BasicLockable, Lockable } from './lockable.ts';
import { UniqueLock } from './unique-lock.ts';

const LONGEST_PAUSE = 16; // ms: any that is longer than most sections and short to a user
const GOLDEN = (Math.sqrt(5) - 1) / 2; // its multiples, modulo 1, are as far apart as can be

/**
 * Blocks until all are locked, without deadlock whatever the order of the arguments, here and in other
 * calls and in {@link ScopedLock}: mutexes of this library are taken one after another, in one order.
 * `std::lock` lets go of one while it waits for another, which this does not: with threads that hold
 * one of them and then lock another by itself, an order has to be kept. They stay locked: unlock each, or
 * adopt each. On any error all that were taken are released.
 *
 * @throws what locking one of them throws, such as SyncError `resource_deadlock_would_occur` for a mutex
 * that this thread holds, or that is given twice.
 *
 * @example
 * ```ts
 * const [from, to] = [new Mutex(), new Mutex()];
 * lock(from, to);
 * using a = new UniqueLock(from, adoptLock), b = new UniqueLock(to, adoptLock);
 * console.log(a.ownsLock, b.ownsLock); // → true true
 * ```
 * C++: `std::lock`.
 */
export function lock(a: Lockable, b: Lockable, ...more: Lockable[]): void {
  lockAll([a, b, ...more]);
}

/**
 * Tries all in the order given, without blocking. Returns -1 when they are locked; else the index of the
 * one that was not to be had, and those before it are released.
 *
 * @throws what trying one of them throws, such as {@link OwnerDiedError}; those before it are released.
 *
 * @example
 * ```ts
 * const [a, b] = [new Mutex(), new Mutex()];
 * using other = b.lock();
 * console.log(tryLock(a, b), a.isLocked); // → 1 false
 * ```
 * C++: `std::try_lock`.
 */
export function tryLock(a: Lockable, b: Lockable, ...more: Lockable[]): number {
  const all = [a, b, ...more];
  checkLockables(all);
  return undoUnless(
    (taken) => all.findIndex((each) => !tryOne(each, taken)),
    (failed) => failed === -1,
  );
}

/**
 * As {@link lock}, with the event loop free. Rejects with the signal's reason, a {@link TimeoutError} or
 * what locking one of them rejects with, and then holds nothing.
 *
 * @example
 * ```ts
 * const [a, b] = [new Mutex(), new Mutex()];
 * await lockAsync([a, b], { timeout: 100 });
 * console.log(a.isLocked, b.isLocked); // → true true
 * ```
 */
export async function lockAsync(
  lockables: readonly (Lockable & AsyncLockable)[],
  options?: WaitOptions,
): Promise<void> {
  await takeAllAsync(lockables, options);
}

/** @internal {@link lockAsync}. Returns what ends each hold, and no other that has begun meanwhile. */
export async function takeAllAsync(
  lockables: readonly (Lockable & AsyncLockable)[],
  options: WaitOptions = NO_OPTIONS,
): Promise<readonly Lockable[]> {
  checkWaitOptions(options);
  checkLockables(lockables);
  const { own, foreign } = sortOut(lockables);
  const { timeout = NEVER } = options;
  const agent = currentAgent();
  const deadline: Deadline = timeout === NEVER ? NEVER : deadlineIn(agent, timeout);
  for (let failures = 0; ; failures++) {
    const taken: Lockable[] = [];
    let isDone = false;
    try {
      for (const [i, each] of own.entries()) {
        const left = deadline === NEVER ? NEVER : deadline - agent.host.now();
        const isTwice = i > 0 && orderOf(own[i - 1]!) === orderOf(each);
        const guard = isTwice
          ? lockOnceMore(each)
          : await (each as Lockable & AsyncLockable).lockAsync(withTimeout(options, left));
        taken.push(guard instanceof UniqueLock ? (guard as UniqueLock<Lockable>) : each);
      }
      isDone = foreign.every((each) => tryOne(each, taken));
    } finally {
      if (!isDone) unlockAll(taken);
    }
    if (isDone) return taken;
    if (deadline !== NEVER && agent.host.now() >= deadline) {
      throw new TimeoutError(`lockAsync(): not all were taken within ${timeout} ms`);
    }
    await sleepForAsync(agent, pauseAfter(agent, failures), options);
  }
}

/** What this very call has locked already: a wait for it would have no end. */
function lockOnceMore(lockable: Lockable): unknown {
  const guard = lockable.tryLock();
  if (guard) return guard;
  throw new SyncError('resource_deadlock_would_occur', 'lockAsync() of one given twice');
}

/** @internal {@link lock} of any number. */
export function lockAll(lockables: readonly Lockable[]): void {
  checkLockables(lockables);
  const { own, foreign } = sortOut(lockables);
  if (own.length === 0 && foreign.length === 1) return void foreign[0]!.lock();
  const takeAll = (taken: BasicLockable[]): boolean => {
    for (const each of own) {
      each.lock();
      taken.push(each);
    }
    return foreign.every((each) => tryOne(each, taken));
  };
  const agent = currentAgent();
  for (let failures = 0; !undoUnless(takeAll, Boolean); failures++) {
    pause(agent, pauseAfter(agent, failures));
  }
}

function unlockAll(taken: readonly BasicLockable[]): void {
  endAll(taken, (each) => each.unlock());
}

/** @internal Ends each, the last first; the others too if one throws, as a foreign lockable may. */
export function endAll<T>(all: readonly T[], end: (each: T) => void): void {
  if (all.length === 0) return;
  try {
    end(all.at(-1)!);
  } finally {
    endAll(all.slice(0, -1), end);
  }
}

/** What `take` has noted as taken is released unless its result `isDone`, also if it throws. */
function undoUnless<T>(take: (taken: BasicLockable[]) => T, isDone: (result: T) => boolean): T {
  const taken: BasicLockable[] = [];
  let done = false;
  try {
    const result = take(taken);
    done = isDone(result);
    return result;
  } finally {
    if (!done) unlockAll(taken);
  }
}

function tryOne(lockable: Lockable, taken: BasicLockable[]): boolean {
  if (!lockable.tryLock()) return false;
  taken.push(lockable);
  return true;
}

interface Sorted {
  readonly own: readonly Lockable[];
  readonly foreign: readonly Lockable[];
}

function sortOut(lockables: readonly Lockable[]): Sorted {
  const own = lockables
    .filter((each) => orderOf(each) !== undefined)
    .toSorted((a, b) => orderOf(a)! - orderOf(b)!);
  return { own, foreign: lockables.filter((each) => orderOf(each) === undefined) };
}

/** A lock comes where its mutex comes. */
function orderOf(lockable: Lockable): number | undefined {
  type Ordered = { readonly [OBJECT_ID]?: number };
  const { [OBJECT_ID]: id, mutex } = lockable as Ordered & { readonly mutex?: Ordered | null };
  return id ?? mutex?.[OBJECT_ID];
}

function checkLockables(lockables: readonly Lockable[]): void {
  if (!Array.isArray(lockables)) {
    throw new TypeError(`\`lockables\` must be an array, got ${describe(lockables)}`);
  }
  for (const [i, each] of lockables.entries()) {
    const { lock, tryLock, unlock } = (each ?? {}) as Partial<Lockable>;
    if ([lock, tryLock, unlock].every((method) => typeof method === 'function')) continue;
    throw new TypeError(`lockables[${i}] must be lockable, got ${describe(each)}`);
  }
}

/**
 * Another part of the longest for each thread, or two would meet again and again; explored anew, the same. Threads step
 * by their ids: two whose pauses are equal once, as one has failed more often, are apart after the next.
 */
function pauseAfter({ id }: Agent, failures: number): number {
  const part = (id * (failures + 1) * GOLDEN) % 1;
  return part * Math.min(2 ** failures, LONGEST_PAUSE);
}
