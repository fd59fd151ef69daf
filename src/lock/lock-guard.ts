import type { BasicLockable, Lockable } from './lockable.ts';
import { adoptLock, UNCLONEABLE } from './tags.ts';
import { checkLockable, UniqueLock } from './unique-lock.ts';

/**
 * Holds one mutex until disposed of, and can do nothing else.
 *
 * May block. With `adoptLock` it takes over what this thread has locked.
 *
 * @example
 * ```ts
 * {
 *   using guard = new LockGuard(mutex);
 * }
 * console.log(mutex.isLocked); // → false
 * ```
 * C++: `std::lock_guard`.
 */
export class LockGuard<L extends BasicLockable> implements Disposable {
  readonly #lock: UniqueLock<Lockable>;
  /** @internal */
  readonly guard: symbol = UNCLONEABLE;

  /**
   * Locks `mutex`, blocking, or takes it over.
   *
   * @throws what `mutex.lock()` throws; SyncError `operation_not_permitted` when there is nothing to adopt.
   */
  constructor(mutex: L, how?: typeof adoptLock) {
    if (how !== undefined && how !== adoptLock) throw new TypeError('`how` can only be adoptLock');
    checkLockable(mutex); // or an undefined one would make an empty lock, and guard nothing
    this.#lock = new UniqueLock(mutex as unknown as Lockable, how);
  }

  /** Unlocks. Never throws for a hold that has ended. */
  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }
}
