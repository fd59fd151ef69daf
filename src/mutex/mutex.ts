/**
 * `std::mutex` and `std::timed_mutex`, blocking and awaited. The words and states are in word.ts, how
 * it is waited for in turnstile.ts; here is the fast path and what callers see.
 *
 * The owner is the agent. Two async tasks of one agent exclude each other all the same: `lockAsync`
 * waits while the agent holds, `lock` would stop the loop that has to unlock, and throws.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { SyncError } from '../errors.ts';
import { type AsyncLockable, END, HOLD, IS_HELD, type TimedLockable } from '../lock/lockable.ts';
import { adoptLock } from '../lock/tags.ts';
import { UniqueLock } from '../lock/unique-lock.ts';
import {
  checkFunction,
  checkMilliseconds,
  checkOptions,
  describe,
  refuseThenable,
} from '../memory/checks.ts';
import { newWords, type Words, wordsAt } from '../memory/words.ts';
import { globalObject } from '../share/global.ts';
import {
  forget,
  labelOf,
  live,
  OBJECT_ID,
  OWNERS,
  Place,
  SharedObject,
} from '../share/shared-object.ts';
import { block } from '../wait/block.ts';
import {
  type Deadline,
  deadlineIn,
  type Milliseconds,
  millisecondsUntil,
  NEVER,
  type TimePoint,
} from '../wait/deadline.ts';
import {
  checkSignalOptions,
  checkWaitOptions,
  NO_OPTIONS,
  type SignalOptions,
  stopOf,
  type StopOptions,
  type WaitOptions,
} from '../wait/options.ts';
import { BID, Queue } from '../wait/queue.ts';
import type { StopWatch } from '../wait/stop.ts';
import { HOLD as TO_HOLD, REPAIR as TO_REPAIR, Turnstile } from './turnstile.ts';
import {
  BYTE_LENGTH,
  FIFO,
  FREE,
  INCONSISTENT,
  isFree,
  isHeldBy,
  OPTIONS,
  ownerOf,
  STATE,
} from './word.ts';

/** Options of a mutex. */
export interface MutexOptions {
  /** What messages and reports call it. */
  name?: string;
  /**
   * `'eventual'` (default): newcomers may overtake a waiter for its first millisecond, which keeps the
   * throughput. `'fifo'`: every contended unlock hands over in the order of arrival.
   */
  fairness?: 'eventual' | 'fifo';
  /** 16 bytes of shared memory instead of a cache line of its own. */
  packed?: boolean;
}

type NotPromise<T> = T extends PromiseLike<unknown> ? never : T;

/**
 * A mutual exclusion lock for all threads of the process, blocking (`lock`) and awaited
 * (`lockAsync`) on the same object.
 *
 * @example
 * ```ts
 * const mutex = Mutex.global('counter');
 * let count = 0;
 * mutex.withLock(() => count++); // blocks
 * using lock = await mutex.lockAsync(); // leaves the event loop free
 * console.log(count, lock.ownsLock); // → 1 true
 * ```
 * C++: `std::mutex`, `std::timed_mutex`.
 */
export class Mutex extends SharedObject implements TimedLockable, AsyncLockable {
  /** @internal */
  static readonly kind: string = 'Mutex';
  /** How many bytes of shared memory it takes. */
  static readonly BYTE_LENGTH: number = BYTE_LENGTH;
  readonly #words: Words;
  readonly #agent: Agent;
  readonly #me: number;
  readonly #turnstile: Turnstile;
  #queue: Queue | undefined;
  #holds = 1; // the hold that an object that was collected has left

  /** A mutex in fresh shared memory. */
  constructor(options?: MutexOptions);
  /** @internal */
  constructor(place: Place);
  constructor(source: MutexOptions | Place = {}) {
    const { kind, BYTE_LENGTH } = new.target;
    const place = source instanceof Place ? source : allot(source, BYTE_LENGTH);
    super(kind, place);
    this.#words = place.words;
    this.#agent = currentAgent();
    this.#me = this.#agent.id;
    this.#turnstile = this.makeTurnstile(this.#agent, labelOf(this.crossthread));
  }

  /**
   * Attaches to the mutex at `byteOffset`. Zeroed memory is a free mutex.
   *
   * @throws RangeError for an offset that is unaligned or out of the buffer, TypeError where an object of
   * another class is.
   */
  static at(buffer: SharedArrayBuffer, byteOffset = 0): Mutex {
    return live(this, new Place(wordsAt(buffer, byteOffset, this.BYTE_LENGTH)));
  }

  /**
   * Writes a fresh mutex at `byteOffset`, before any other thread looks there.
   *
   * @throws SyncError `device_or_resource_busy` when others wait for what is there; nothing is written then.
   */
  static init(buffer: SharedArrayBuffer, byteOffset: number, options: MutexOptions = {}): Mutex {
    const words = wordsAt(buffer, byteOffset, this.BYTE_LENGTH);
    checkMutexOptions(options);
    forget(words);
    write(words, options);
    return live(this, new Place(words, options.name));
  }

  /**
   * The one mutex of that key in the process; the first thread to ask makes it, with its options.
   *
   * @throws TypeError when the key is that of another class, SyncError `resource_unavailable_try_again`
   * when there is no room for another global object.
   */
  static global(key: string, options: MutexOptions = {}): Mutex {
    checkMutexOptions(options);
    return globalObject(this, key, (words) => write(words, options));
  }

  /**
   * Blocks until this thread holds the mutex. The returned guard may be ignored, C++ style.
   *
   * @throws SyncError `resource_deadlock_would_occur` when this thread holds it already,
   * `blocking_not_allowed` where the thread may not sleep and would have to, `operation_canceled` when
   * `stop` is requested, from any thread; nothing is held then.
   * @throws OwnerDiedError when a thread died holding it; nothing is held then.
   */
  lock(options?: StopOptions): UniqueLock<this> {
    const stop = stopOf(options);
    const found = Atomics.compareExchange(this.#words, STATE, FREE, this.#me);
    if (found !== FREE) this.takeSlowly('lock', found, NEVER, stop);
    return this.guard();
  }

  /**
   * Takes the mutex if that needs no waiting; else, and for its owner, `null`. Never spurious, but also `null`
   * while it is kept for a thread that waits. Never blocks.
   *
   * @throws OwnerDiedError when a thread died holding it.
   */
  tryLock(): UniqueLock<this> | null {
    return this.tryNow() ? this.guard() : null;
  }

  /** Blocks for `ms` milliseconds at most. Throws as {@link lock} does. */
  tryLockFor(ms: Milliseconds): UniqueLock<this> | null {
    checkMilliseconds('ms', ms);
    if (ms <= 0) return this.tryLock();
    const found = Atomics.compareExchange(this.#words, STATE, FREE, this.#me);
    if (found === FREE) return this.guard();
    const taken = this.takeSlowly('tryLockFor', found, deadlineIn(this.#agent, ms));
    return taken ? this.guard() : null;
  }

  /** Blocks until `t` at most: a `Date` or epoch milliseconds, not `performance.now()`. */
  tryLockUntil(t: TimePoint): UniqueLock<this> | null {
    return this.tryLockFor(millisecondsUntil('t', t));
  }

  /**
   * Waits for the mutex with the event loop free; also while another task of this thread holds it.
   * Keeps the process alive unless told otherwise.
   *
   * Rejects with the signal's reason, a {@link TimeoutError} or an {@link OwnerDiedError}, and then
   * holds nothing.
   */
  lockAsync(options: WaitOptions = NO_OPTIONS): Promise<UniqueLock<this>> {
    if (
      options === NO_OPTIONS &&
      !this.isQueued &&
      Atomics.compareExchange(this.#words, STATE, FREE, this.#me) === FREE
    ) {
      return Promise.resolve(this.guard());
    }
    return this.takeAsync(options);
  }

  /** As {@link lockAsync}, but resolves to `null` when `ms` milliseconds have passed. */
  async tryLockForAsync(
    ms: Milliseconds,
    options: SignalOptions = NO_OPTIONS,
  ): Promise<UniqueLock<this> | null> {
    checkMilliseconds('ms', ms);
    checkSignalOptions(options);
    if (this.#tryInTurn()) return this.guard();
    if (ms <= 0) return null;
    return this.queue.waitFor(TO_HOLD, () => this.guard(), ms, options);
  }

  /** As {@link tryLockForAsync}, until `t`. */
  async tryLockUntilAsync(t: TimePoint, options?: SignalOptions): Promise<UniqueLock<this> | null> {
    return this.tryLockForAsync(millisecondsUntil('t', t), options);
  }

  /**
   * Ends this thread's hold.
   *
   * @throws SyncError `operation_not_permitted` when this thread does not hold the mutex; nothing
   * changes then.
   */
  unlock(): void {
    if (!this.#release()) throw this.#notHeld('unlock');
  }

  /**
   * Runs `fn` with the mutex held, blocking for it, and returns what `fn` returns.
   *
   * @throws what {@link lock} and `fn` throw; TypeError for an async `fn`: the mutex would be unlocked
   * while it runs.
   */
  withLock<T>(fn: () => NotPromise<T>): T {
    checkFunction('fn', fn);
    this.lock();
    const hold = this[HOLD];
    try {
      const result = fn();
      refuseThenable(result, () => new TypeError('`fn` returned a promise: use withLockAsync'));
      return result;
    } finally {
      this[END](hold); // `fn` may have ended it, and begun another
    }
  }

  /** Runs `fn` with the mutex held until its promise is settled. Rejects as `fn` and {@link lockAsync} do. */
  async withLockAsync<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    checkFunction('fn', fn);
    const guard = await this.lockAsync(options);
    try {
      return await fn();
    } finally {
      guard[Symbol.dispose](); // as in withLock
    }
  }

  /**
   * After an {@link OwnerDiedError}: takes the mutex, blocking for it, runs `fn` to repair what it protects,
   * marks it consistent and returns the guard. If `fn` throws, the mutex is free and stays inconsistent.
   *
   * @throws SyncError `operation_not_permitted` when there is nothing to recover, as when another
   * thread was faster; `resource_deadlock_would_occur` when this thread holds it.
   */
  recover(fn: () => void): UniqueLock<this> {
    checkFunction('fn', fn);
    this.checkNotOwner('recover');
    block(this.#agent, this.#turnstile, TO_REPAIR, NEVER);
    const guard = this.guard();
    try {
      refuseThenable(fn(), () => new TypeError('`fn` returned a promise: use recoverAsync'));
    } catch (error) {
      this.endAll();
      throw error;
    }
    this.#markConsistent();
    return guard;
  }

  /** As {@link recover}, with the event loop free; `fn` may be async. */
  async recoverAsync(
    fn: () => void | PromiseLike<void>,
    options: WaitOptions = NO_OPTIONS,
  ): Promise<UniqueLock<this>> {
    checkFunction('fn', fn);
    checkWaitOptions(options);
    this.#turnstile.checkDeath();
    const guard = await this.queue.wait(TO_REPAIR, () => this.guard(), options);
    try {
      await fn();
    } catch (error) {
      this.endAll();
      throw error;
    }
    this.#markConsistent();
    return guard;
  }

  /** Whether some thread holds it, or is about to: a snapshot. */
  get isLocked(): boolean {
    return ownerOf(Atomics.load(this.#words, STATE)) !== 0;
  }

  /** Whether this thread holds it, in whichever of its tasks. */
  get isOwnedByThisThread(): boolean {
    return isHeldBy(Atomics.load(this.#words, STATE), this.#me);
  }

  /** The agents that hold it. @internal */
  get [OWNERS](): readonly number[] {
    return this.#turnstile.owners();
  }

  /** @internal */
  get [HOLD](): number {
    return this.#holds;
  }

  /** @internal */
  [IS_HELD](hold: number): boolean {
    return hold === this.#holds && this.isOwnedByThisThread;
  }

  /** @internal */
  [END](hold: number): boolean {
    return hold === this.#holds && this.#release();
  }

  /** As {@link Queue.bid}. @internal */
  [BID](taken: (guard: UniqueLock<this>) => void, failed: (reason: unknown) => void): () => void {
    return this.queue.bid(TO_HOLD, () => taken(this.guard()), failed, true);
  }

  /** Begins a hold, of a word that is this agent's now. @internal */
  protected guard(): UniqueLock<this> {
    return new UniqueLock<this>(this, adoptLock, ++this.#holds);
  }

  /** Frees the word, whatever holds there are. `false`: it is not this agent's. @internal */
  protected endAll(): boolean {
    return this.#release();
  }

  /** Takes what is to be had without waiting. @internal */
  protected tryNow(): boolean {
    return this.#takeIfFree(FREE) || this.#turnstile.tryTake(TO_HOLD);
  }

  /** @internal */
  protected takeSlowly(call: string, found: number, deadline: Deadline, stop?: StopWatch): boolean {
    if (this.#takeIfFree(found)) return true;
    this.checkNotOwner(call);
    if (this.#turnstile.spins() && this.#takeIfFree(Atomics.load(this.#words, STATE))) return true;
    return block(this.#agent, this.#turnstile, TO_HOLD, deadline, stop);
  }

  /** @internal */
  protected makeTurnstile(agent: Agent, label: string): Turnstile {
    return new Turnstile(agent, this.#words, this[OBJECT_ID], label);
  }

  /** @internal */
  protected get turnstile(): Turnstile {
    return this.#turnstile;
  }

  /** The tasks of this agent that wait. @internal */
  protected get queue(): Queue {
    return (this.#queue ??= new Queue(this.#agent, this.#turnstile));
  }

  /** A task does not overtake those of its own thread that came before. @internal */
  protected get isQueued(): boolean {
    return this.#queue?.isWaiting === true;
  }

  #release(): boolean {
    const found = Atomics.compareExchange(this.#words, STATE, this.#me, FREE);
    return found === this.#me || this.#turnstile.release(found);
  }

  /** Whoever comes first takes what is free, also before those that were poked. */
  #takeIfFree(state: number): boolean {
    while (isFree(state)) {
      const found = Atomics.compareExchange(this.#words, STATE, state, state | this.#me);
      if (found === state) return true;
      state = found;
    }
    return false;
  }

  #tryInTurn(): boolean {
    return !this.isQueued && this.tryNow();
  }

  /** @internal */
  protected async takeAsync(options: WaitOptions): Promise<UniqueLock<this>> {
    checkWaitOptions(options);
    if (this.#tryInTurn() || (this.#isNear() && this.#tryInTurn())) return this.guard();
    return this.queue.wait(TO_HOLD, () => this.guard(), options);
  }

  /** Whether it comes free within a moment: to sleep and be woken takes far longer than most hold it. */
  #isNear(): boolean {
    return !this.isQueued && !this.isOwnedByThisThread && this.#turnstile.spins();
  }

  #markConsistent(): void {
    for (;;) {
      const state = Atomics.load(this.#words, STATE);
      if (!isHeldBy(state, this.#me)) throw this.#notHeld('recover');
      const found = Atomics.compareExchange(this.#words, STATE, state, state & ~INCONSISTENT);
      if (found === state) return;
    }
  }

  /** @internal */
  protected checkNotOwner(call: string): void {
    if (!this.isOwnedByThisThread) return;
    throw new SyncError(
      'resource_deadlock_would_occur',
      `${this.#turnstile.label}: ${call}() in the thread that holds it`,
    );
  }

  #notHeld(call: string): SyncError {
    const owner = ownerOf(Atomics.load(this.#words, STATE));
    const found = owner === 0 ? 'nobody holds it' : `agent ${owner} holds it`;
    return new SyncError(
      'operation_not_permitted',
      `${this.#turnstile.label}: ${call}() by agent ${this.#me}, ${found}`,
    );
  }
}

/** C++'s name for a mutex with timed forms, which every {@link Mutex} has. */
export const TimedMutex: typeof Mutex = Mutex;

function allot(options: MutexOptions, byteLength: number): Place {
  checkMutexOptions(options);
  const words = newWords(byteLength, options.packed);
  write(words, options);
  return new Place(words, options.name);
}

function checkMutexOptions(options: MutexOptions): void {
  checkOptions(options);
  const { fairness } = options;
  if (fairness !== undefined && fairness !== 'eventual' && fairness !== 'fifo') {
    throw new TypeError(`\`fairness\` must be 'eventual' or 'fifo', got ${describe(fairness)}`);
  }
}

function write(words: Words, { fairness }: MutexOptions): void {
  if (fairness === 'fifo') Atomics.store(words, OPTIONS, FIFO);
}
