/**
 * `std::counting_semaphore` and `std::binary_semaphore`. The words are in word.ts, how permits are
 * waited for in line.ts; here is the fast path and what callers see.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { SyncError } from '../errors.ts';
import { checkInteger, checkMilliseconds, checkOptions } from '../memory/checks.ts';
import { newWords, WORD, type Words, wordsAt } from '../memory/words.ts';
import { globalObject } from '../share/global.ts';
import {
  checkClass,
  forget,
  labelOf,
  live,
  OBJECT_ID,
  Place,
  SharedObject,
} from '../share/shared-object.ts';
import { block } from '../wait/block.ts';
import {
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
import { Line } from './line.ts';
import { Permit } from './permit.ts';
import { AREA_BYTE_LENGTH, RobustStock, TOTAL } from './robust-stock.ts';
import { CountedStock, maxOf, type Stock } from './stock.ts';
import { BYTE_LENGTH, COUNT, MAX, MOST_PERMITS, ROBUST } from './word.ts';

/** Options of a semaphore. */
export interface SemaphoreOptions {
  /** The most permits there may be; 2,097,151 unless told otherwise, and at most that. */
  max?: number;
  /** What messages and reports call it. */
  name?: string;
  /**
   * Permits of a thread that dies come back; otherwise they are lost with it. A permit then belongs to
   * the thread that acquired it: it counts towards `max` until that one gives it back or dies, whatever others
   * release. Takes {@link Semaphore.ROBUST_BYTE_LENGTH} bytes, and longer.
   */
  robust?: boolean;
  /** 16 bytes of shared memory instead of a cache line of its own. */
  packed?: boolean;
}

/**
 * Counts permits: `acquire` waits for them, `release` adds them, from any thread. First come, first
 * served, also for many permits behind singles.
 *
 * @example
 * ```ts
 * const slots = Semaphore.global('connections', 4);
 * using permit = await slots.acquireAsync(); // or slots.acquire(), which blocks
 * console.log(permit.count, slots.value); // → 1 3
 * ```
 * C++: `std::counting_semaphore`.
 */
export class Semaphore extends SharedObject {
  /** @internal */
  static readonly kind: string = 'Semaphore';
  /** How many bytes of shared memory it takes, unless it is robust. */
  static readonly BYTE_LENGTH: number = BYTE_LENGTH;
  /** How many bytes of shared memory a robust one takes. */
  static readonly ROBUST_BYTE_LENGTH: number = BYTE_LENGTH + AREA_BYTE_LENGTH;
  readonly #words: Words;
  readonly #stock: Stock;
  readonly #agent: Agent;
  readonly #line: Line;
  #queue: Queue | undefined;

  /** A semaphore with `initial` permits, in fresh shared memory. */
  constructor(initial: number, options?: SemaphoreOptions);
  /** @internal */
  constructor(place: Place);
  constructor(source: number | Place, options: SemaphoreOptions = {}) {
    super(Semaphore.kind, source instanceof Place ? source : allot(source, options));
    this.#words = this.crossthread.words;
    this.#agent = currentAgent();
    const label = labelOf(this.crossthread);
    this.#stock = stockOf(this.#agent, this.#words, label);
    this.#line = new Line(this.#agent, this.#words, this.#stock, this[OBJECT_ID], label);
  }

  /**
   * Attaches to the semaphore at `byteOffset`.
   *
   * @throws SyncError `invalid_argument` where none was written: a count has no default.
   */
  static at(buffer: SharedArrayBuffer, byteOffset = 0): Semaphore {
    const words = wordsAt(buffer, byteOffset, BYTE_LENGTH);
    if (maxOf(words) === 0) {
      checkClass(words, Semaphore.kind);
      throw new SyncError('invalid_argument', 'no semaphore was written here');
    }
    return live(Semaphore, new Place(words));
  }

  /** Writes a fresh semaphore at `byteOffset`, as {@link Mutex.init} does a mutex. */
  static init(
    buffer: SharedArrayBuffer,
    byteOffset: number,
    initial: number,
    options: SemaphoreOptions = {},
  ): Semaphore {
    check(initial, options);
    const words = wordsAt(buffer, byteOffset, byteLengthOf(options));
    forget(words);
    write(words, initial, options);
    return live(Semaphore, placeOf(words, options));
  }

  /** The one semaphore of that key in the process, as {@link Mutex.global} is of mutexes. */
  static global(key: string, initial: number, options: SemaphoreOptions = {}): Semaphore {
    check(initial, options);
    const writeFirst = (words: Words): void => write(words, initial, options);
    return globalObject(Semaphore, key, writeFirst, byteLengthOf(options));
  }

  /**
   * Blocks until `n` permits are this thread's. The returned {@link Permit} may be ignored, C++ style.
   *
   * @throws RangeError when `n` can never be had, SyncError `blocking_not_allowed` where the thread may not
   * sleep and would have to, `operation_canceled` when `stop` is requested, from any thread.
   */
  acquire(n = 1, options?: StopOptions): Permit {
    this.#checkWanted(n);
    const stop = stopOf(options);
    if (!this.#try(n)) block(this.#agent, this.#line, n, NEVER, stop);
    return new Permit(this, n);
  }

  /** Takes `n` permits if they are there and nobody waits for them; else `null`. Never blocks. */
  tryAcquire(n = 1): Permit | null {
    this.#checkWanted(n);
    return this.#try(n) ? new Permit(this, n) : null;
  }

  /** Blocks for `ms` milliseconds at most. Throws as {@link acquire} does. */
  tryAcquireFor(ms: Milliseconds, n = 1): Permit | null {
    checkMilliseconds('ms', ms);
    this.#checkWanted(n);
    if (this.#try(n)) return new Permit(this, n);
    if (ms <= 0) return null;
    const taken = block(this.#agent, this.#line, n, deadlineIn(this.#agent, ms));
    return taken ? new Permit(this, n) : null;
  }

  /** Blocks until `t` at most: a `Date` or epoch milliseconds. Throws as {@link acquire} does. */
  tryAcquireUntil(t: TimePoint, n = 1): Permit | null {
    return this.tryAcquireFor(millisecondsUntil('t', t), n);
  }

  /**
   * Waits with the event loop free. Rejects with the signal's reason or a {@link TimeoutError}, and then has
   * taken nothing.
   */
  async acquireAsync(n = 1, options: WaitOptions = NO_OPTIONS): Promise<Permit> {
    this.#checkWanted(n);
    checkWaitOptions(options);
    if (this.#tryInTurn(n)) return new Permit(this, n);
    return this.#queued().wait(n, () => new Permit(this, n), options);
  }

  /** As {@link acquireAsync}, but resolves to `null` when `ms` milliseconds have passed. */
  async tryAcquireForAsync(
    ms: Milliseconds,
    n = 1,
    options: SignalOptions = NO_OPTIONS,
  ): Promise<Permit | null> {
    checkMilliseconds('ms', ms);
    this.#checkWanted(n);
    checkSignalOptions(options);
    if (this.#tryInTurn(n)) return new Permit(this, n);
    if (ms <= 0) return null;
    return this.#queued().waitFor(n, () => new Permit(this, n), ms, options);
  }

  /**
   * Adds `n` permits. Any thread may, whether it acquired or not. Never blocks.
   *
   * @throws SyncError `value_too_large` past {@link max}, where a robust semaphore counts what others hold;
   * nothing is added then.
   */
  release(n = 1): void {
    checkInteger('n', n, 0, Number.MAX_SAFE_INTEGER);
    if (this.#stock.give(n)) this.#line.serve();
  }

  /** The permits to be had now: a snapshot. */
  get value(): number {
    return this.#stock.available(Atomics.load(this.#words, COUNT));
  }

  /** The most permits there may be. */
  get max(): number {
    return maxOf(this.#words);
  }

  /** As {@link Queue.bid}. @internal */
  [BID](
    n: number,
    taken: (permit: Permit) => void,
    failed: (reason: unknown) => void,
    keepAlive = true,
  ): () => void {
    return this.#queued().bid(n, () => taken(new Permit(this, n)), failed, keepAlive);
  }

  #try(n: number): boolean {
    const count = Atomics.load(this.#words, COUNT);
    if (count >= n && count <= MOST_PERMITS) {
      if (Atomics.compareExchange(this.#words, COUNT, count, count - n) === count) return true;
    }
    return this.#line.tryTake(n);
  }

  /** A task does not overtake those of its own thread that came before. */
  #tryInTurn(n: number): boolean {
    return !this.#queue?.isWaiting && this.#try(n);
  }

  #queued(): Queue {
    return (this.#queue ??= new Queue(this.#agent, this.#line));
  }

  #checkWanted(n: number): void {
    checkInteger('n', n, 1, this.max);
  }
}

/** C++'s name for {@link Semaphore}. */
export const CountingSemaphore: typeof Semaphore = Semaphore;

/**
 * A semaphore of one permit.
 *
 * @example
 * ```ts
 * const turn = new BinarySemaphore(0);
 * turn.release(); // in another thread
 * turn.acquire();
 * console.log(turn.value); // → 0
 * ```
 * C++: `std::binary_semaphore`.
 */
export class BinarySemaphore extends Semaphore {
  /** With the permit there (1), or taken (0). */
  constructor(initial: 0 | 1);
  /** @internal */
  constructor(place: Place);
  constructor(source: (0 | 1) | Place) {
    super(source as number, { max: 1 });
  }

  /** As {@link Semaphore.at}. @throws TypeError for a semaphore of more permits than one. */
  static override at(buffer: SharedArrayBuffer, byteOffset = 0): Semaphore {
    return checkBinary(Semaphore.at(buffer, byteOffset));
  }

  /** As {@link Semaphore.init}. */
  static override init(buffer: SharedArrayBuffer, byteOffset: number, initial: 0 | 1): Semaphore {
    return Semaphore.init(buffer, byteOffset, initial, { max: 1 });
  }

  /** As {@link Semaphore.global}. @throws TypeError for a semaphore of more permits than one. */
  static override global(key: string, initial: 0 | 1): Semaphore {
    return checkBinary(Semaphore.global(key, initial, { max: 1 }));
  }

  /** Any semaphore of one permit is one, as in C++, where this name is an alias. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Semaphore && value.max === 1;
  }
}

function checkBinary(semaphore: Semaphore): Semaphore {
  if (semaphore instanceof BinarySemaphore) return semaphore;
  throw new TypeError(`the semaphore there is of ${semaphore.max} permits, not of one`);
}

function allot(initial: number, options: SemaphoreOptions): Place {
  check(initial, options);
  const words = newWords(byteLengthOf(options), options.packed);
  write(words, initial, options);
  return placeOf(words, options);
}

/** The words of every semaphore; those of a robust one go on behind them. */
function placeOf(words: Words, { name }: SemaphoreOptions): Place {
  return new Place(words.subarray(0, BYTE_LENGTH / WORD), name);
}

function byteLengthOf({ robust = false }: SemaphoreOptions): number {
  return robust ? Semaphore.ROBUST_BYTE_LENGTH : BYTE_LENGTH;
}

function stockOf(agent: Agent, words: Words, label: string): Stock {
  if (!(Atomics.load(words, MAX) & ROBUST)) return new CountedStock(words, label);
  const area = wordsAt(words.buffer, words.byteOffset + BYTE_LENGTH, AREA_BYTE_LENGTH);
  return new RobustStock(agent, words, area, label);
}

function check(initial: number, options: SemaphoreOptions): void {
  checkOptions(options);
  const { max = MOST_PERMITS } = options;
  checkInteger('max', max, 1, MOST_PERMITS);
  checkInteger('initial', initial, 0, max);
}

function write(words: Words, initial: number, options: SemaphoreOptions): void {
  const { max = MOST_PERMITS, robust = false } = options;
  if (robust) Atomics.store(words, BYTE_LENGTH / WORD + TOTAL, initial);
  else Atomics.store(words, COUNT, initial);
  Atomics.store(words, MAX, robust ? max | ROBUST : max);
}
