/**
 * `std::unique_lock`: a guard that can be unlocked and locked again.
 *
 * A guard of this library's own mutexes remembers the number of its hold, and owns only while that
 * hold is the current one. So `mutex.unlock()` ends the guard's ownership too, and a guard left over
 * from an earlier hold never unlocks a later one. Of foreign lockables a guard knows what it did.
 *
 * States of #hold
 *   NONE      not owned
 *   hold > 0  owned, while that is the mutex's hold; FOREIGN: owned, of a lockable that does not count
 *   wait < 0  a `lockAsync` under that number is under way: nothing but disposing may interfere
 */
import { SyncError } from '../errors.ts';
import { checkMilliseconds, describe } from '../memory/checks.ts';
import { tagOf } from '../memory/words.ts';
import type { Mutex } from '../mutex/mutex.ts';
import type { Milliseconds, TimePoint } from '../wait/deadline.ts';
import { stopOf, type StopOptions, type WaitOptions } from '../wait/options.ts';
import {
  ADOPT,
  type AsyncLockable,
  type AsyncOwningLock,
  type BasicLockable,
  END,
  HOLD,
  IS_HELD,
  isCounted,
  type Lockable,
  type TimedLockable,
} from './lockable.ts';
import { adoptLock, deferLock, tryToLock, UNCLONEABLE } from './tags.ts';

// A local name: a field that starts with an imported one keeps the engine from leaving the guard of a
// `mutex.lock()` that nobody looks at unmade.
const GUARD: symbol = UNCLONEABLE;
const NONE = 0;
const FOREIGN = 1;

let waits = 0;

type How = typeof deferLock | typeof tryToLock | typeof adoptLock;

/**
 * Owns a mutex until disposed of, and can give it up and take it again in between.
 *
 * May block where it locks. Disposing never throws and never unlocks what a later `lock()` took.
 *
 * @example
 * ```ts
 * using lock = new UniqueLock(mutex); // blocks until it is locked
 * lock.unlock();
 * lock.lock();
 * console.log(lock.ownsLock); // → true
 * ```
 * C++: `std::unique_lock`.
 */
export class UniqueLock<L extends Lockable = Mutex> implements Disposable, AsyncOwningLock {
  #mutex: L | null;
  #hold: number;
  /** @internal */
  readonly guard: symbol = GUARD;

  /** An empty lock. */
  constructor();
  /**
   * Locks `mutex`, blocking, or does as the tag says.
   *
   * @throws what `mutex.lock()` throws; SyncError `operation_not_permitted` when there is nothing to adopt.
   */
  constructor(mutex: L, how?: How);
  /** Tries to lock for `ms` milliseconds; see {@link ownsLock}. */
  constructor(mutex: L & TimedLockable, ms: Milliseconds);
  /** Tries to lock until `t`; see {@link ownsLock}. */
  constructor(mutex: L & TimedLockable, t: Date);
  /** @internal */
  constructor(mutex: L, how: typeof adoptLock, hold: number);
  constructor(mutex?: L, how?: How | number | Date, hold?: number) {
    this.#mutex = mutex ?? null;
    this.#hold = hold ?? (mutex === undefined && how === undefined ? NONE : start(mutex, how));
  }

  /** Whether this lock holds its mutex now. */
  get ownsLock(): boolean {
    const mutex = this.#mutex;
    if (mutex === null || this.#hold <= NONE) return false;
    return isCounted(mutex) ? mutex[IS_HELD](this.#hold) : true;
  }

  /** The mutex this lock is for, held or not. */
  get mutex(): L | null {
    return this.#mutex;
  }

  /**
   * Blocks until the mutex is held.
   *
   * @throws SyncError `operation_not_permitted` without a mutex, `resource_deadlock_would_occur` when
   * it is held already; and what `mutex.lock()` throws. TypeError for a `stop` with a mutex that is not of
   * this library: it might wait on.
   */
  lock(options?: StopOptions): void {
    const stop = stopOf(options);
    const mutex = this.#unowned('lock');
    if (stop) stoppable(mutex).lock(options!);
    else mutex.lock();
    this.#hold = holdOf(mutex);
  }

  /** Locks if that needs no waiting, and returns whether it did. Throws as {@link lock} does. */
  tryLock(): boolean {
    const mutex = this.#unowned('tryLock');
    return this.#taken(mutex, mutex.tryLock());
  }

  /** Blocks for `ms` milliseconds at most, and returns whether it locked. Throws as {@link lock} does. */
  tryLockFor(ms: Milliseconds): boolean {
    const mutex = timed(this.#unowned('tryLockFor'));
    return this.#taken(mutex as L & TimedLockable, mutex.tryLockFor(ms));
  }

  /** Blocks until `t` at most, and returns whether it locked. Throws as {@link lock} does. */
  tryLockUntil(t: TimePoint): boolean {
    const mutex = timed(this.#unowned('tryLockUntil'));
    return this.#taken(mutex as L & TimedLockable, mutex.tryLockUntil(t));
  }

  /**
   * Waits for the mutex with the event loop free. Rejects with what {@link lock} throws, and with
   * SyncError `operation_canceled` when this lock was disposed of meanwhile; the mutex is free again then.
   */
  async lockAsync(options?: WaitOptions): Promise<void> {
    const mutex = this.#unowned('lockAsync');
    const wait = --waits;
    this.#hold = wait;
    let hold = NONE;
    try {
      const guard = await asynchronous(mutex).lockAsync(options);
      hold = guard instanceof UniqueLock ? guard[HOLD] : holdOf(mutex);
    } finally {
      if (this.#hold === wait) this.#hold = hold;
      else if (hold !== NONE) giveBack(mutex, hold);
    }
  }

  /**
   * Gives the mutex back.
   *
   * @throws SyncError `operation_not_permitted` when this lock does not hold it.
   */
  unlock(): void {
    if (this.#end()) return;
    throw new SyncError('operation_not_permitted', 'unlock(): this lock does not own its mutex');
  }

  /**
   * Gives the mutex up *without unlocking it*, and returns it.
   *
   * @throws SyncError `device_or_resource_busy` while a {@link lockAsync} of this lock is under way; so do
   * {@link swap} and {@link move}.
   */
  release(): L | null {
    this.#checkSettled('release');
    const mutex = this.#mutex;
    this.#mutex = null;
    this.#hold = NONE;
    return mutex;
  }

  /** Exchanges mutex and ownership. */
  swap(other: UniqueLock<L>): void {
    this.#checkSettled('swap');
    other.#checkSettled('swap');
    [this.#mutex, other.#mutex] = [other.#mutex, this.#mutex];
    [this.#hold, other.#hold] = [other.#hold, this.#hold];
  }

  /** A new lock takes over; this one is empty. C++: a moved-from `unique_lock`. */
  move(): UniqueLock<L> {
    const moved = new UniqueLock<L>();
    moved.swap(this);
    return moved;
  }

  /** Unlocks if the mutex is held. Never throws for a hold that has ended. */
  [Symbol.dispose](): void {
    this.#end();
    this.#hold = NONE;
  }

  /** @internal */
  get [HOLD](): number {
    return this.#hold;
  }

  /** @internal */
  [IS_HELD](hold: number): boolean {
    return hold === this.#hold && this.ownsLock;
  }

  /** @internal */
  [END](hold: number): boolean {
    return hold === this.#hold && this.#end();
  }

  #end(): boolean {
    if (this.#mutex === null || this.#hold <= NONE) return false;
    if (!endHold(this.#mutex, this.#hold)) return false;
    this.#hold = NONE;
    return true;
  }

  #unowned(call: string): L {
    if (this.#mutex === null) {
      throw new SyncError('operation_not_permitted', `${call}(): this lock has no mutex`);
    }
    if (this.ownsLock || this.#hold < NONE) {
      const state = this.ownsLock ? 'owns its mutex already' : 'is about to, by lockAsync()';
      throw new SyncError('resource_deadlock_would_occur', `${call}(): this lock ${state}`);
    }
    return this.#mutex;
  }

  #checkSettled(call: string): void {
    if (this.#hold >= NONE) return;
    throw new SyncError(
      'device_or_resource_busy',
      `${call}(): a lockAsync() of this lock is under way`,
    );
  }

  #taken(mutex: L, taken: unknown): boolean {
    this.#hold = taken ? holdOf(mutex) : NONE;
    return Boolean(taken);
  }
}

function start<L extends Lockable>(
  mutex: L | undefined,
  how: How | number | Date | undefined,
): number {
  checkLockable(mutex);
  switch (how) {
    case undefined:
      mutex.lock();
      return holdOf(mutex);
    case deferLock:
      return NONE;
    case tryToLock:
      return mutex.tryLock() ? holdOf(mutex) : NONE;
    case adoptLock:
      return adopted(mutex);
    default:
      return tryTimed(mutex, how) ? holdOf(mutex) : NONE;
  }
}

/** @internal Adopting needs no more than this. */
export function checkLockable<L extends BasicLockable>(mutex: L | undefined): asserts mutex is L {
  if (typeof mutex?.lock === 'function' && typeof mutex.unlock === 'function') return;
  throw new TypeError(`\`mutex\` must be lockable, got ${describe(mutex)}`);
}

function tryTimed(mutex: Lockable, limit: unknown): unknown {
  if (tagOf(limit) === 'Date') return timed(mutex).tryLockUntil(limit as Date);
  if (typeof limit !== 'number') {
    throw new TypeError(`\`how\` must be a tag, milliseconds or a Date, got ${describe(limit)}`);
  }
  checkMilliseconds('how', limit);
  return timed(mutex).tryLockFor(limit);
}

function adopted(mutex: Lockable): number {
  if (!isCounted(mutex)) return FOREIGN;
  const hold = mutex[ADOPT]?.() ?? mutex[HOLD];
  if (mutex[IS_HELD](hold)) return hold;
  throw new SyncError('operation_not_permitted', 'adoptLock: this thread does not hold the mutex');
}

function holdOf(mutex: Lockable): number {
  return isCounted(mutex) ? mutex[HOLD] : FOREIGN;
}

/** That hold and no other, which may have begun since. `false`: it has ended before. */
function endHold(mutex: Lockable, hold: number): boolean {
  if (isCounted(mutex)) return mutex[END](hold);
  mutex.unlock();
  return true;
}

function giveBack(mutex: Lockable, hold: number): never {
  endHold(mutex, hold);
  throw new SyncError('operation_canceled', 'lockAsync(): this lock was disposed of meanwhile');
}

function stoppable(mutex: Lockable): { lock(options: StopOptions): unknown } {
  if (isCounted(mutex)) return mutex;
  throw new TypeError('this mutex has no lock that a stop ends');
}

function timed(mutex: Lockable): TimedLockable {
  if (typeof (mutex as Partial<TimedLockable>).tryLockFor === 'function') {
    return mutex as TimedLockable;
  }
  throw new TypeError('this mutex has no timed lock');
}

function asynchronous(mutex: Lockable): AsyncLockable {
  if (typeof (mutex as Partial<AsyncLockable>).lockAsync === 'function') {
    return mutex as Lockable & AsyncLockable;
  }
  throw new TypeError('this mutex has no lockAsync');
}
