/**
 * `std::shared_mutex` and `std::shared_timed_mutex`, blocking and awaited. How it is waited for is in
 * shared-turnstile.ts, who reads in readers.ts, the reading side in reading.ts; here is what callers see.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { SyncError } from '../errors.ts';
import type { SharedTimedLockable } from '../lock/lockable.ts';
import { SHARED_SIDE } from '../lock/shared-side.ts';
import { SharedLock } from '../lock/shared-lock.ts';
import { adoptLock } from '../lock/tags.ts';
import type { UniqueLock } from '../lock/unique-lock.ts';
import { checkMilliseconds } from '../memory/checks.ts';
import { OBJECT_ID } from '../share/shared-object.ts';
import { block } from '../wait/block.ts';
import {
  type Deadline,
  deadlineIn,
  type Milliseconds,
  NEVER,
  type TimePoint,
} from '../wait/deadline.ts';
import {
  NO_OPTIONS,
  type SignalOptions,
  stopOf,
  type StopOptions,
  type WaitOptions,
} from '../wait/options.ts';
import type { StopWatch } from '../wait/stop.ts';
import { Mutex, type MutexOptions } from './mutex.ts';
import { Reading } from './reading.ts';
import { SharedTurnstile } from './shared-turnstile.ts';
import { HOLD } from './turnstile.ts';

/**
 * Many may read, or one may write: `lockShared` for readers, `lock` for the writer, each blocking, timed
 * and awaited.
 *
 * Nobody starves: readers that come after a waiting writer stand behind it, and a writer that leaves lets
 * the next in line in. A thread that reads may read again at once, nested, by the blocking forms and
 * `tryLockShared`; an awaited read stands in line, so a task that reads must not await another one: it would wait
 * for a writer that waits for it. One that reads and then writes would wait for itself:
 * `resource_deadlock_would_occur`. `tryLock` also fails beside a reader that is just coming in.
 *
 * @example
 * ```ts
 * const mutex = SharedMutex.global('rates');
 * using reader = mutex.lockShared(); // or await mutex.lockSharedAsync()
 * console.log(reader.ownsLock, mutex.tryLock()); // → true null
 * ```
 * C++: `std::shared_mutex`, `std::shared_timed_mutex`.
 */
export class SharedMutex extends Mutex implements SharedTimedLockable {
  /** @internal */
  static override readonly kind: string = 'SharedMutex';
  /** How many bytes of shared memory it takes. */
  static override readonly BYTE_LENGTH: number = 48;
  readonly #agent = currentAgent();
  readonly #reading = new Reading(this.#agent, this.turnstile, this, {
    queue: () => this.queue,
    checkNotOwner: (call) => this.checkNotOwner(call),
  });

  /** As {@link Mutex.at}. */
  static override at(buffer: SharedArrayBuffer, byteOffset = 0): SharedMutex {
    return super.at(buffer, byteOffset) as SharedMutex;
  }

  /** As {@link Mutex.init}. */
  static override init(
    buffer: SharedArrayBuffer,
    byteOffset: number,
    options: MutexOptions = {},
  ): SharedMutex {
    return super.init(buffer, byteOffset, options) as SharedMutex;
  }

  /** As {@link Mutex.global}. */
  static override global(key: string, options: MutexOptions = {}): SharedMutex {
    return super.global(key, options) as SharedMutex;
  }

  /** As {@link Mutex.lock}; also throws `resource_deadlock_would_occur` in a thread that reads. */
  override lock(options?: StopOptions): UniqueLock<this> {
    this.#take('lock', NEVER, stopOf(options));
    return this.guard();
  }

  /** As {@link Mutex.tryLockFor}; also throws `resource_deadlock_would_occur` in a thread that reads. */
  override tryLockFor(ms: Milliseconds): UniqueLock<this> | null {
    checkMilliseconds('ms', ms);
    if (ms <= 0) return this.tryLock();
    return this.#take('tryLockFor', deadlineIn(this.#agent, ms)) ? this.guard() : null;
  }

  /** As {@link Mutex.lockAsync}; also waits while other tasks of this thread read. */
  override lockAsync(options: WaitOptions = NO_OPTIONS): Promise<UniqueLock<this>> {
    return this.takeAsync(options);
  }

  /**
   * Blocks until this thread may read.
   *
   * @throws SyncError `resource_deadlock_would_occur` when this thread writes, `blocking_not_allowed`
   * where the thread may not sleep and would have to, `operation_canceled` when `stop` is requested.
   * @throws OwnerDiedError when a thread died writing.
   */
  lockShared(options?: StopOptions): SharedLock<this> {
    return this.#guardOf(this.#reading.lock(options));
  }

  /**
   * Reads if that needs no waiting, and nobody waits to write; else `null`. Other readers are never in
   * the way, also those that are just coming in. Never blocks.
   *
   * @throws OwnerDiedError when a thread died writing.
   */
  tryLockShared(): SharedLock<this> | null {
    return this.#guardIf(this.#reading.tryLock());
  }

  /** Blocks for `ms` milliseconds at most. Throws as {@link lockShared} does. */
  tryLockSharedFor(ms: Milliseconds): SharedLock<this> | null {
    return this.#guardIf(this.#reading.tryLockFor(ms));
  }

  /** Blocks until `t` at most: a `Date` or epoch milliseconds. Throws as {@link lockShared} does. */
  tryLockSharedUntil(t: TimePoint): SharedLock<this> | null {
    return this.#guardIf(this.#reading.tryLockUntil(t));
  }

  /**
   * Waits with the event loop free, also while another task of this thread writes, and behind a writer that
   * waits, also in a thread that reads: not for nesting. Rejects as {@link Mutex.lockAsync} does.
   */
  async lockSharedAsync(options?: WaitOptions): Promise<SharedLock<this>> {
    return this.#guardOf(await this.#reading.lockAsync(options));
  }

  /** As {@link lockSharedAsync}, but resolves to `null` when `ms` milliseconds have passed. */
  async tryLockSharedForAsync(
    ms: Milliseconds,
    options: SignalOptions = NO_OPTIONS,
  ): Promise<SharedLock<this> | null> {
    return this.#guardIf(await this.#reading.tryLockForAsync(ms, options));
  }

  /**
   * Ends this thread's newest hold as a reader.
   *
   * @throws SyncError `operation_not_permitted` when this thread does not read.
   */
  unlockShared(): void {
    this.#reading.unlock();
  }

  /**
   * The writer becomes a reader, with no writer in between; `unlockShared` ends that. Never blocks.
   *
   * @throws SyncError `operation_not_permitted` when this thread does not write.
   */
  downgrade(): void {
    if (!this.isOwnedByThisThread) {
      throw new SyncError(
        'operation_not_permitted',
        `${this.turnstile.label}: downgrade() in a thread that does not write`,
      );
    }
    this.#reading.downgrade();
    this.endAll();
  }

  /** Whether some thread writes or reads, or is about to write: a snapshot. */
  override get isLocked(): boolean {
    return super.isLocked || this.turnstile.isRead;
  }

  /** @internal */
  get [SHARED_SIDE](): Reading {
    return this.#reading;
  }

  /** @internal */
  protected override makeTurnstile(agent: Agent, label: string): SharedTurnstile {
    return new SharedTurnstile(agent, this.crossthread.words, this[OBJECT_ID], label);
  }

  /** @internal */
  protected override get turnstile(): SharedTurnstile {
    return super.turnstile as SharedTurnstile;
  }

  /** @internal */
  protected override tryNow(): boolean {
    return this.turnstile.tryTake(HOLD);
  }

  #take(call: string, deadline: Deadline, stop?: StopWatch): boolean {
    if (this.turnstile.tryHold()) return true;
    this.checkNotOwner(call);
    if (this.#reading.depth > 0) {
      throw new SyncError(
        'resource_deadlock_would_occur',
        `${this.turnstile.label}: ${call}() in a thread that reads`,
      );
    }
    return block(this.#agent, this.turnstile, HOLD, deadline, stop);
  }

  #guardOf(lock: UniqueLock<Reading>): SharedLock<this> {
    return new SharedLock<this>(this, adoptLock, lock);
  }

  #guardIf(lock: UniqueLock<Reading> | null): SharedLock<this> | null {
    return lock && this.#guardOf(lock);
  }
}

/** C++'s name for a shared mutex with timed forms, which every {@link SharedMutex} has. */
export const SharedTimedMutex: typeof SharedMutex = SharedMutex;
