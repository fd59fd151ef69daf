/**
 * `std::recursive_mutex` and `std::recursive_timed_mutex`. To others it is a mutex; how often its owner
 * has locked it is the owner's own knowledge.
 */
import { currentAgent } from '../agent/home.ts';
import { SyncError } from '../errors.ts';
import { ADOPT, END, HOLD, IS_HELD } from '../lock/lockable.ts';
import { adoptLock } from '../lock/tags.ts';
import { UniqueLock } from '../lock/unique-lock.ts';
import { checkMilliseconds } from '../memory/checks.ts';
import type { Milliseconds } from '../wait/deadline.ts';
import { checkWaitOptions, stopOf, type StopOptions, type WaitOptions } from '../wait/options.ts';
import { Holds } from './holds.ts';
import { Mutex, type MutexOptions } from './mutex.ts';

/** Options of an asynchronous lock of a {@link RecursiveMutex}. */
export interface ReenterOptions extends WaitOptions {
  /** A lock of the same mutex that this task owns: it is locked once more, at once. */
  reenter?: UniqueLock<RecursiveMutex>;
}

/**
 * A {@link Mutex} that its owner may lock again; it is free after as many unlocks.
 *
 * The owner is the thread, for the blocking forms. Among the async tasks of one thread, a task locks
 * again by showing what it owns: `lockAsync({ reenter: lock })`; without, it waits like any other.
 *
 * @example
 * ```ts
 * const mutex = new RecursiveMutex();
 * using outer = mutex.lock();
 * using inner = mutex.lock();
 * console.log(mutex.depth); // → 2
 * ```
 * C++: `std::recursive_mutex`, `std::recursive_timed_mutex`.
 */
export class RecursiveMutex extends Mutex {
  /** @internal */
  static override readonly kind: string = 'RecursiveMutex';
  readonly #holds = new Holds(currentAgent(), this);

  /** As {@link Mutex.at}. */
  static override at(buffer: SharedArrayBuffer, byteOffset = 0): RecursiveMutex {
    return super.at(buffer, byteOffset) as RecursiveMutex;
  }

  /** As {@link Mutex.init}. */
  static override init(
    buffer: SharedArrayBuffer,
    byteOffset: number,
    options: MutexOptions = {},
  ): RecursiveMutex {
    return super.init(buffer, byteOffset, options) as RecursiveMutex;
  }

  /** As {@link Mutex.global}. */
  static override global(key: string, options: MutexOptions = {}): RecursiveMutex {
    return super.global(key, options) as RecursiveMutex;
  }

  /** How often this thread has locked it and not yet unlocked. */
  get depth(): number {
    return this.isOwnedByThisThread ? this.#holds.depth : 0;
  }

  /** As {@link Mutex.lock}, which blocks, but never for its owner: that one goes one deeper. */
  override lock(options?: StopOptions): UniqueLock<this> {
    if (!this.isOwnedByThisThread) return super.lock(options);
    stopOf(options); // which throws if the stop was before, for the owner, too
    return this.guard();
  }

  /** As {@link Mutex.tryLock}, but its owner never needs to wait. */
  override tryLock(): UniqueLock<this> | null {
    return this.isOwnedByThisThread ? this.guard() : super.tryLock();
  }

  /** As {@link Mutex.tryLockFor}, but its owner never needs to wait. */
  override tryLockFor(ms: Milliseconds): UniqueLock<this> | null {
    checkMilliseconds('ms', ms);
    return this.isOwnedByThisThread ? this.guard() : super.tryLockFor(ms);
  }

  /**
   * Waits with the event loop free, also while another task of this thread holds it.
   *
   * Rejects as {@link Mutex.lockAsync} does, and with SyncError `operation_not_permitted` when `reenter`
   * does not own this mutex.
   */
  override async lockAsync(options: ReenterOptions = {}): Promise<UniqueLock<this>> {
    const reenter = options?.reenter;
    if (reenter === undefined) return super.lockAsync(options);
    checkWaitOptions(options); // as lock() does for its owner, too
    if (!(reenter instanceof UniqueLock)) throw new TypeError('`reenter` must be a UniqueLock');
    if ((reenter.mutex as unknown) === this && reenter.ownsLock) return this.guard();
    throw new SyncError(
      'operation_not_permitted',
      `${this.turnstile.label}: lockAsync() with a lock that does not own it`,
    );
  }

  /**
   * Ends this thread's newest hold.
   *
   * @throws SyncError `operation_not_permitted` when this thread does not hold the mutex.
   */
  override unlock(): void {
    if (!this[END](this.#holds.newest)) super.unlock();
  }

  /** @internal */
  override get [HOLD](): number {
    return this.#holds.newest;
  }

  /** @internal */
  [ADOPT](): number {
    return this.#holds.adopt();
  }

  /** @internal */
  override [IS_HELD](hold: number): boolean {
    return this.#holds.has(hold) && this.isOwnedByThisThread;
  }

  /** @internal */
  override [END](hold: number): boolean {
    if (!this[IS_HELD](hold)) return false;
    if (this.#holds.depth === 1) return this.endAll();
    return this.#holds.end(hold);
  }

  /** @internal */
  protected override guard(): UniqueLock<this> {
    return new UniqueLock<this>(this, adoptLock, this.#holds.begin());
  }

  /** @internal */
  protected override endAll(): boolean {
    this.#holds.endAll();
    return super.endAll();
  }
}

/** C++'s name for a recursive mutex with timed forms, which every {@link RecursiveMutex} has. */
export const RecursiveTimedMutex: typeof RecursiveMutex = RecursiveMutex;
