/** `std::shared_lock`: a {@link UniqueLock} of the shared side of a mutex. */
import type { SharedMutex } from '../mutex/shared.ts';
import type { Milliseconds, TimePoint } from '../wait/deadline.ts';
import type { StopOptions, WaitOptions } from '../wait/options.ts';
import type {
  AsyncOwningLock,
  Lockable,
  SharedLockable,
  SharedTimedLockable,
  TimedLockable,
} from './lockable.ts';
import { sharedSideOf } from './shared-side.ts';
import { type adoptLock, type deferLock, type tryToLock, UNCLONEABLE } from './tags.ts';
import { UniqueLock } from './unique-lock.ts';

type How = typeof deferLock | typeof tryToLock | typeof adoptLock;

/**
 * Reads under a shared mutex until disposed of, and can give it up and take it again in between.
 *
 * May block where it locks. Disposing never throws and never ends a hold that began later. A condition
 * (`ConditionVariableAny`) can wait with it.
 *
 * @example
 * ```ts
 * const mutex = new SharedMutex();
 * using lock = new SharedLock(mutex); // one reader more
 * console.log(lock.ownsLock, mutex.tryLock()); // → true null
 * ```
 * C++: `std::shared_lock`.
 */
export class SharedLock<L extends SharedLockable = SharedMutex>
  implements Disposable, AsyncOwningLock, TimedLockable
{
  #mutex: L | null;
  readonly #lock: UniqueLock<Lockable>;
  /** @internal */
  readonly guard: symbol = UNCLONEABLE;

  /** An empty lock. */
  constructor();
  /**
   * Locks `mutex` for reading, blocking, or does as the tag says.
   *
   * @throws what `mutex.lockShared()` throws; SyncError `operation_not_permitted` when there is nothing to
   * adopt.
   */
  constructor(mutex: L, how?: How);
  /** Tries for `ms` milliseconds; see {@link ownsLock}. */
  constructor(mutex: L & SharedTimedLockable, ms: Milliseconds);
  /** Tries until `t`; see {@link ownsLock}. */
  constructor(mutex: L & SharedTimedLockable, t: Date);
  /** @internal */
  constructor(mutex: L, how: typeof adoptLock, lock: UniqueLock<Lockable>);
  constructor(mutex?: L, how?: How | Milliseconds | Date, lock?: UniqueLock<Lockable>) {
    this.#mutex = mutex ?? null;
    this.#lock =
      lock ?? (mutex === undefined && how === undefined ? new UniqueLock() : start(mutex!, how));
  }

  /** Whether this lock holds its mutex now. */
  get ownsLock(): boolean {
    return this.#lock.ownsLock;
  }

  /** The mutex this lock is for, held or not. */
  get mutex(): L | null {
    return this.#mutex;
  }

  /**
   * Blocks until this thread may read.
   *
   * @throws SyncError `operation_not_permitted` without a mutex, `resource_deadlock_would_occur` when
   * this lock holds it already; and what `mutex.lockShared()` throws. TypeError for a `stop` as
   * {@link UniqueLock.lock} does.
   */
  lock(options?: StopOptions): void {
    this.#lock.lock(options);
  }

  /** Locks if that needs no waiting, and returns whether it did. Throws as {@link lock} does. */
  tryLock(): boolean {
    return this.#lock.tryLock();
  }

  /** Blocks for `ms` milliseconds at most, and returns whether it locked. Throws as {@link lock} does. */
  tryLockFor(ms: Milliseconds): boolean {
    return this.#lock.tryLockFor(ms);
  }

  /** Blocks until `t` at most, and returns whether it locked. Throws as {@link lock} does. */
  tryLockUntil(t: TimePoint): boolean {
    return this.#lock.tryLockUntil(t);
  }

  /** Waits with the event loop free. Rejects as {@link UniqueLock.lockAsync} does. */
  lockAsync(options?: WaitOptions): Promise<void> {
    return this.#lock.lockAsync(options);
  }

  /**
   * Ends the hold.
   *
   * @throws SyncError `operation_not_permitted` when this lock does not hold its mutex.
   */
  unlock(): void {
    this.#lock.unlock();
  }

  /**
   * Gives the mutex up *without unlocking it*, and returns it.
   *
   * @throws SyncError `device_or_resource_busy` while a {@link lockAsync} of this lock is under way; so do
   * {@link swap} and {@link move}.
   */
  release(): L | null {
    this.#lock.release();
    const mutex = this.#mutex;
    this.#mutex = null;
    return mutex;
  }

  /** Exchanges mutex and ownership. */
  swap(other: SharedLock<L>): void {
    this.#lock.swap(other.#lock);
    [this.#mutex, other.#mutex] = [other.#mutex, this.#mutex];
  }

  /** A new lock takes over; this one is empty. C++: a moved-from `shared_lock`. */
  move(): SharedLock<L> {
    const moved = new SharedLock<L>();
    moved.swap(this);
    return moved;
  }

  /** Unlocks if the mutex is held. Never throws for a hold that has ended. */
  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }
}

function start(mutex: SharedLockable, how?: How | Milliseconds | Date): UniqueLock<Lockable> {
  return new UniqueLock(sharedSideOf(mutex), how as How);
}
