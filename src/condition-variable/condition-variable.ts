/**
 * `std::condition_variable` and `std::condition_variable_any`.
 *
 * Words
 *   ARRIVALS  0: nobody waits; else the number of the last arrival
 *   TICKET    the next number in the order of waiting
 *   class (share/shared-object.ts)
 *   object id
 * Each waiter, blocked thread or async task, has a record of its own (wait/record.ts); COUNT holds
 * the id of the mutex it waits with. Its states: WAITING, then GRANTED by a notification or IDLE
 * because it gave up, and after a grant IDLE once it holds the mutex again.
 * Invariants
 *   C1  A record is WAITING and counted in ARRIVALS before the mutex is unlocked. So a notification
 *       ordered after that unlock finds it.
 *   C2  A grant and a waiter that gives up meet in one compare-exchange: a notification is neither
 *       lost nor spent on who has left.
 *   C3  A notification reads TICKET before it grants, and grants only to tickets before that: those
 *       that were waiting, oldest first, never to one that has come back.
 *   C4  ARRIVALS returns to 0 only by an exchange from the value that was read before a scan that
 *       found nobody. Who arrived since has changed it, also if it was 0 meanwhile: no two arrivals have
 *       the same number.
 *   C5  A record stays GRANTED until its mutex is held again; a thread that dies in between is seen,
 *       and its grant given on (wait/burial.ts).
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { SyncError } from '../errors.ts';
import { type AsyncOwningLock, isOwned, type OwningLock } from '../lock/lockable.ts';
import { checkFunction, checkMilliseconds, checkOptions } from '../memory/checks.ts';
import { newWords, type Words, wordsAt } from '../memory/words.ts';
import { globalObject } from '../share/global.ts';
import { forget, labelOf, live, OBJECT_ID, Place, SharedObject } from '../share/shared-object.ts';
import type { StopToken } from '../stop/stop-token.ts';
import {
  type Deadline,
  deadlineIn,
  type Milliseconds,
  millisecondsUntil,
  NEVER,
  type TimePoint,
} from '../wait/deadline.ts';
import { hear } from '../wait/cancel.ts';
import { grant, grantAll } from '../wait/grant.ts';
import {
  checkSignalOptions,
  NO_OPTIONS,
  type SignalOptions,
  type WaitOptions,
} from '../wait/options.ts';
import { checkMayBlock } from '../wait/park.ts';
import { anotherPooled, pooledWaitersOf } from '../wait/record.ts';
import { lookOutFor, type StopWatch } from '../wait/stop.ts';
import { CvStatus } from './cv-status.ts';
import { holds, type Predicate, readTimed, readUntimed } from './predicate.ts';
import { awaitGrant, blockForGrant, closeWait, openWait } from './waiter.ts';

const ARRIVALS = 0;
const TICKET = 1;
const BYTE_LENGTH = 16;

const ANY_MUTEX = 0;

/** Options of a condition variable. */
export interface ConditionVariableOptions {
  /** What messages and reports call it. */
  name?: string;
  /** 16 bytes of shared memory instead of a cache line of its own. */
  packed?: boolean;
}

/**
 * Lets threads wait, blocked or awaiting, until another thread has changed what a mutex protects.
 *
 * There are no spurious wake-ups, and notifications go to those that were waiting, oldest first. Every
 * form holds the lock again when it ends, however it ends, unless locking it failed (`OwnerDiedError`).
 *
 * @example
 * ```ts
 * const jobs = new Int32Array(new SharedArrayBuffer(4));
 * mutex.withLock(() => jobs[0]++); // another thread,
 * condition.notifyOne(); // before or while this one waits
 * using lock = new UniqueLock(mutex);
 * condition.wait(lock, () => jobs[0]! > 0);
 * ```
 * C++: `std::condition_variable`.
 */
export class ConditionVariable extends SharedObject {
  /** @internal */
  static readonly kind: string = 'ConditionVariable';
  /** How many bytes of shared memory it takes. */
  static readonly BYTE_LENGTH: number = BYTE_LENGTH;
  readonly #words: Words;
  readonly #agent: Agent;

  /** A condition variable in fresh shared memory. */
  constructor(options?: ConditionVariableOptions);
  /** @internal */
  constructor(place: Place, kind?: string);
  constructor(source: ConditionVariableOptions | Place = {}, kind: string = new.target.kind) {
    super(kind, source instanceof Place ? source : allot(source));
    this.#words = this.crossthread.words;
    this.#agent = currentAgent();
  }

  /** Attaches to the condition variable at `byteOffset`. Zeroed memory is one that nobody waits on. */
  static at(buffer: SharedArrayBuffer, byteOffset = 0): ConditionVariable {
    return live(this, new Place(wordsAt(buffer, byteOffset, BYTE_LENGTH)));
  }

  /** Writes a fresh condition variable at `byteOffset`, as {@link Mutex.init} does a mutex. */
  static init(
    buffer: SharedArrayBuffer,
    byteOffset: number,
    options: ConditionVariableOptions = {},
  ): ConditionVariable {
    checkOptions(options);
    const words = wordsAt(buffer, byteOffset, BYTE_LENGTH);
    forget(words);
    return live(this, new Place(words, options.name));
  }

  /** The one condition variable of that key in the process, as {@link Mutex.global} is of mutexes. */
  static global(key: string, options: ConditionVariableOptions = {}): ConditionVariable {
    checkOptions(options);
    return globalObject(this, key, () => {});
  }

  /**
   * Unlocks, blocks until notified (with `pred`: until it holds), and locks again. A stop of `stop` ends the
   * wait, too; then it returns what `pred` does in the end, as all forms with a predicate do.
   *
   * @throws SyncError `operation_not_permitted` when `lock` is not owned, `invalid_argument` when
   * others wait here with another mutex; nothing happens then. TypeError for an async `pred`.
   * @throws OwnerDiedError when a thread died holding the mutex meanwhile; the lock is not owned then.
   */
  wait(lock: OwningLock): void;
  wait(lock: OwningLock, pred: Predicate): void;
  wait(lock: OwningLock, stop: StopToken, pred: Predicate): boolean;
  wait(lock: OwningLock, first?: Predicate | StopToken, last?: Predicate): void | boolean {
    const { stop, pred } = readUntimed(first, last);
    if (pred === undefined) return void this.#waitOnce(lock, NEVER);
    const held = this.#waitFor(lock, NEVER, pred, stop);
    return stop ? held : undefined;
  }

  /**
   * As {@link wait}, for `ms` milliseconds at most; the lock is taken again even if that takes longer.
   * Returns a {@link CvStatus}, or with `pred` what it returned last. Throws as {@link wait} does.
   */
  waitFor(lock: OwningLock, ms: Milliseconds): CvStatus;
  waitFor(lock: OwningLock, ms: Milliseconds, pred: Predicate): boolean;
  waitFor(lock: OwningLock, stop: StopToken, ms: Milliseconds, pred: Predicate): boolean;
  waitFor(
    lock: OwningLock,
    first: Milliseconds | StopToken,
    second?: Predicate | Milliseconds,
    last?: Predicate,
  ): CvStatus | boolean {
    const { stop, time, pred } = readTimed<Milliseconds>(first, second, last);
    return this.#waitTimed(lock, time, pred, stop);
  }

  /** As {@link waitFor}, until `t`: a `Date` or epoch milliseconds. */
  waitUntil(lock: OwningLock, t: TimePoint): CvStatus;
  waitUntil(lock: OwningLock, t: TimePoint, pred: Predicate): boolean;
  waitUntil(lock: OwningLock, stop: StopToken, t: TimePoint, pred: Predicate): boolean;
  waitUntil(
    lock: OwningLock,
    first: TimePoint | StopToken,
    second?: Predicate | TimePoint,
    last?: Predicate,
  ): CvStatus | boolean {
    const { stop, time, pred } = readTimed<TimePoint>(first, second, last);
    return this.#waitTimed(lock, millisecondsUntil('t', time), pred, stop);
  }

  /**
   * As {@link wait}, with the event loop free. An abort rejects with the signal's reason once the lock is held
   * again; that part cannot be cancelled.
   */
  async waitAsync(
    lock: AsyncOwningLock,
    pred?: Predicate,
    options: SignalOptions = NO_OPTIONS,
  ): Promise<void> {
    if (pred !== undefined) checkFunction('pred', pred);
    if (pred === undefined) await this.#waitOnceAsync(lock, NEVER, options);
    else await this.#waitForAsync(lock, NEVER, pred, options);
  }

  /** As {@link waitFor}, with the event loop free. */
  waitForAsync(lock: AsyncOwningLock, ms: Milliseconds): Promise<CvStatus>;
  waitForAsync(
    lock: AsyncOwningLock,
    ms: Milliseconds,
    pred: Predicate,
    options?: SignalOptions,
  ): Promise<boolean>;
  async waitForAsync(
    lock: AsyncOwningLock,
    ms: Milliseconds,
    pred?: Predicate,
    options: SignalOptions = NO_OPTIONS,
  ): Promise<CvStatus | boolean> {
    checkMilliseconds('ms', ms);
    if (pred !== undefined) checkFunction('pred', pred);
    const deadline = deadlineIn(this.#agent, ms);
    if (pred !== undefined) return this.#waitForAsync(lock, deadline, pred, options);
    const notified = await this.#waitOnceAsync(lock, deadline, options);
    return notified ? CvStatus.noTimeout : CvStatus.timeout;
  }

  /** As {@link waitForAsync}, until `t`: a `Date` or epoch milliseconds. */
  waitUntilAsync(lock: AsyncOwningLock, t: TimePoint): Promise<CvStatus>;
  waitUntilAsync(
    lock: AsyncOwningLock,
    t: TimePoint,
    pred: Predicate,
    options?: SignalOptions,
  ): Promise<boolean>;
  async waitUntilAsync(
    lock: AsyncOwningLock,
    t: TimePoint,
    pred?: Predicate,
    options?: SignalOptions,
  ): Promise<CvStatus | boolean> {
    const ms = millisecondsUntil('t', t);
    if (pred === undefined) return this.waitForAsync(lock, ms);
    return this.waitForAsync(lock, ms, pred, options);
  }

  /** Releases the oldest waiter. Returns how many were released: 0 or 1. Never blocks. */
  notifyOne(): 0 | 1 {
    return this.#notify((limit) => (grant(this.#agent, this[OBJECT_ID], limit) ? 1 : 0)) as 0 | 1;
  }

  /** Releases all that wait now. Returns how many waiters that were. Never blocks. */
  notifyAll(): number {
    return this.#notify((limit) => grantAll(this.#agent, this[OBJECT_ID], limit));
  }

  #notify(grantTo: (limit: number) => number): number {
    const arrivals = Atomics.load(this.#words, ARRIVALS);
    if (arrivals === 0) return 0;
    const granted = grantTo(Atomics.load(this.#words, TICKET)); // C3
    if (pooledWaitersOf(this.#agent.table, this[OBJECT_ID]).length === 0) {
      Atomics.compareExchange(this.#words, ARRIVALS, arrivals, 0); // C4
    }
    return granted;
  }

  #waitTimed(
    lock: OwningLock,
    ms: Milliseconds,
    pred: Predicate | undefined,
    stop: StopWatch | undefined,
  ): CvStatus | boolean {
    checkMilliseconds('ms', ms);
    const deadline = deadlineIn(this.#agent, ms);
    if (pred !== undefined) return this.#waitFor(lock, deadline, pred, stop);
    return this.#waitOnce(lock, deadline) ? CvStatus.noTimeout : CvStatus.timeout;
  }

  #waitFor(lock: OwningLock, deadline: Deadline, pred: Predicate, stop?: StopWatch): boolean {
    this.#checkOwned(lock);
    for (;;) {
      if (stop?.isStopped) return holds(pred); // the last look, and the only one
      if (holds(pred)) return true;
      if (!this.#waitOnce(lock, deadline, stop)) return holds(pred);
    }
  }

  async #waitForAsync(
    lock: AsyncOwningLock,
    deadline: Deadline,
    pred: Predicate,
    options: SignalOptions,
  ): Promise<boolean> {
    checkSignalOptions(options);
    this.#checkOwned(lock);
    while (!holds(pred)) {
      if (!(await this.#waitOnceAsync(lock, deadline, options))) return holds(pred);
    }
    return true;
  }

  /** Returns whether it was notified. */
  #waitOnce(lock: OwningLock, deadline: Deadline, stop?: StopWatch): boolean {
    if (!this.#agent.host.canBlock) {
      this.#checkOwned(lock);
      if (deadline === -NEVER) return false; // given up, it might have to be waited for
      checkMayBlock(this.#agent);
    }
    const lookout = lookOutFor(this.#agent, stop); // may throw: not with the lock given up
    try {
      const record = this.#enter(lock);
      try {
        const notified = blockForGrant(this.#agent, record, deadline, lookout);
        lock.lock();
        return notified;
      } finally {
        closeWait(this.#agent, record); // C5
      }
    } finally {
      lookout?.close();
    }
  }

  async #waitOnceAsync(
    lock: AsyncOwningLock,
    deadline: Deadline,
    options: SignalOptions,
  ): Promise<boolean> {
    checkSignalOptions(options);
    const stopHearing = hear(this.#agent, options); // may throw: not with the lock given up
    try {
      const record = this.#enter(lock);
      try {
        const end = await awaitGrant(this.#agent, record, deadline, options);
        await lock.lockAsync(keepAliveOf(options));
        if (end.aborted) throw end.reason;
        return end.notified;
      } finally {
        closeWait(this.#agent, record);
      }
    } finally {
      stopHearing();
    }
  }

  /** Becomes a waiter, then unlocks (C1). Returns the waiter's record. */
  #enter(lock: OwningLock): number {
    this.#checkOwned(lock);
    const mutex = this.mutexIdOf(lock);
    const ticket = Atomics.add(this.#words, TICKET, 1);
    const record = openWait(this.#agent, this[OBJECT_ID], ticket, mutex);
    try {
      Atomics.store(this.#words, ARRIVALS, (ticket << 1) | 1); // never 0
      this.#checkMutex(record, mutex);
      lock.unlock();
    } catch (error) {
      if (closeWait(this.#agent, record)) this.notifyOne(); // it was for somebody who waits
      throw error;
    }
    return record;
  }

  #checkOwned(lock: OwningLock): void {
    if (!isOwned(lock)) {
      const label = labelOf(this.crossthread);
      throw new SyncError('operation_not_permitted', `${label}: wait() with a lock not owned`);
    }
  }

  #checkMutex(record: number, mutex: number): void {
    if (mutex === ANY_MUTEX) return;
    const other = anotherPooled(this.#agent.table, this[OBJECT_ID], record);
    if (other === undefined || other.count === mutex || other.count === ANY_MUTEX) return;
    const label = labelOf(this.crossthread);
    throw new SyncError('invalid_argument', `${label}: others wait here with another mutex`);
  }

  /** @internal The id of the mutex that all who wait at a time must share. */
  protected mutexIdOf(lock: OwningLock): number {
    const { mutex } = lock as { mutex?: { [OBJECT_ID]?: number } | null };
    return mutex?.[OBJECT_ID] ?? ANY_MUTEX;
  }
}

/**
 * As {@link ConditionVariable}, but those that wait at a time may hold different lockables.
 *
 * @example
 * ```ts
 * const changed = new ConditionVariableAny();
 * using lock = new SharedLock(new SharedMutex()); // waits as a reader
 * console.log(changed.waitFor(lock, 5) === CvStatus.timeout); // → true
 * ```
 * C++: `std::condition_variable_any`.
 */
export class ConditionVariableAny extends ConditionVariable {
  /** @internal */
  static override readonly kind: string = 'ConditionVariableAny';

  /** @internal */
  protected override mutexIdOf(): number {
    return ANY_MUTEX;
  }
}

function keepAliveOf({ keepAlive }: SignalOptions): WaitOptions {
  return keepAlive === undefined ? {} : { keepAlive };
}

function allot(options: ConditionVariableOptions): Place {
  checkOptions(options);
  const { name, packed } = options;
  return new Place(newWords(BYTE_LENGTH, packed), name);
}
