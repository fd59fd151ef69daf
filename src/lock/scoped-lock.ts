import type { WaitOptions } from '../wait/options.ts';
import { endAll, lockAll, takeAllAsync } from './lock-all.ts';
import type { AsyncLockable, BasicLockable, Lockable } from './lockable.ts';
import { adoptLock, UNCLONEABLE } from './tags.ts';
import { UniqueLock } from './unique-lock.ts';

/**
 * Holds any number of mutexes until disposed of, taken together without deadlock.
 *
 * May block. Disposing releases in the opposite order, and only what is still held by this lock.
 *
 * @example
 * ```ts
 * const [from, to] = [new Mutex(), new Mutex()];
 * using both = new ScopedLock(from, to);
 * console.log(from.isLocked, to.isLocked); // → true true
 * ```
 * C++: `std::scoped_lock`.
 */
export class ScopedLock implements Disposable {
  readonly #locks: readonly UniqueLock<Lockable>[];
  /** @internal */
  readonly guard: symbol = UNCLONEABLE;

  /** Locks all, blocking, and throws as {@link lock} does; none is fine. */
  constructor(...mutexes: Lockable[]);
  /**
   * Takes over what this thread has locked.
   *
   * @throws SyncError `operation_not_permitted` for a mutex that this thread does not hold.
   */
  constructor(how: typeof adoptLock, ...mutexes: BasicLockable[]);
  constructor(...args: (Lockable | BasicLockable | typeof adoptLock)[]) {
    const [first, ...rest] = args;
    const mutexes = (first === adoptLock ? rest : args) as Lockable[];
    if (first !== adoptLock) lockAll(mutexes);
    this.#locks = mutexes.map((mutex) => new UniqueLock(mutex, adoptLock));
  }

  /** As the constructor, with the event loop free. A cancelled call holds nothing. */
  static async lockAsync(
    mutexes: readonly (Lockable & AsyncLockable)[],
    options?: WaitOptions,
  ): Promise<ScopedLock> {
    return new ScopedLock(adoptLock, ...(await takeAllAsync(mutexes, options)));
  }

  /** Unlocks all, the last first. Never throws for a hold that has ended. */
  [Symbol.dispose](): void {
    endAll(this.#locks, (lock) => lock[Symbol.dispose]());
  }
}
