/**
 * A latch: threads wait until so many arrivals are counted down. It opens once and stays open.
 *
 * Words
 *   STATE   bits 0-29  COUNT   arrivals still to come
 *           bit  30    WAITED  wait records may exist
 *   TICKET  the next number in the order of waiting
 *   class (share/shared-object.ts)
 *   object id
 * States of STATE
 *   0           open
 *   n           closed, n to come, nobody to wake
 *   WAITED | n  closed, n to come; whoever opens it wakes
 * Invariants
 *   L1  An open word never changes again.
 *   L2  A closed word never loses WAITED: who sleeps has seen or set it.
 *   L3  COUNT never grows, and an arrival too many throws before it writes.
 *
 * No wake-up is lost: a waiter's record is WAITING before it reads STATE. Either it reads the open
 * word, or the opening exchange finds WAITED (L2), and the scan after it the record. An opener killed
 * before it wakes costs the sleepers one slice.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { corrupt, SyncError } from '../errors.ts';
import { checkInteger, checkMilliseconds } from '../memory/checks.ts';
import { newWords, type Words, wordsAt } from '../memory/words.ts';
import { globalObject } from '../share/global.ts';
import { forget, labelOf, live, OBJECT_ID, Place, SharedObject } from '../share/shared-object.ts';
import { block } from '../wait/block.ts';
import {
  deadlineIn,
  type Milliseconds,
  millisecondsUntil,
  NEVER,
  type TimePoint,
} from '../wait/deadline.ts';
import { wakeAll } from '../wait/inbox.ts';
import {
  checkWaitOptions,
  NO_OPTIONS,
  stopOf,
  type StopOptions,
  type WaitOptions,
} from '../wait/options.ts';
import { type Protocol, TAKEN, Turn, UNTIL_POKED } from '../wait/protocol.ts';
import { checkMayBlock } from '../wait/park.ts';
import { Queue } from '../wait/queue.ts';

const STATE = 0;
const TICKET = 1;
const BYTE_LENGTH = 16;

const WAITED = 1 << 30;
const COUNT = WAITED - 1;
const OPEN = 0;

const PASS = 1;

/**
 * Lets waiters through once so many arrivals were counted down.
 *
 * @example
 * ```ts
 * const ready = Latch.global('ready', 2);
 * ready.countDown();
 * ready.countDown(); // in another worker
 * await ready.waitAsync(); // or ready.wait(), which blocks, in any thread
 * console.log(ready.tryWait()); // → true
 * ```
 * C++: `std::latch`.
 */
export class Latch extends SharedObject {
  /** @internal */
  static readonly kind: string = 'Latch';
  /** How many bytes of shared memory it takes. */
  static readonly BYTE_LENGTH: number = BYTE_LENGTH;
  /** The most arrivals a latch can count. */
  static readonly MAX: number = COUNT;
  readonly #words: Words;
  readonly #agent: Agent;
  readonly #gate: Gate;
  #queue: Queue | undefined;

  /** A latch that opens with the `expected`-th arrival. */
  constructor(expected: number);
  /** @internal */
  constructor(place: Place);
  constructor(source: number | Place) {
    super(Latch.kind, source instanceof Place ? source : allot(source));
    this.#words = this.crossthread.words;
    this.#agent = currentAgent();
    this.#gate = new Gate(this.#words, this[OBJECT_ID], labelOf(this.crossthread));
  }

  /** Attaches to the latch at `byteOffset`. Zeroed memory is an open latch. */
  static at(buffer: SharedArrayBuffer, byteOffset = 0): Latch {
    return live(Latch, new Place(wordsAt(buffer, byteOffset, BYTE_LENGTH)));
  }

  /** Writes a fresh latch at `byteOffset`, as {@link Mutex.init} does a mutex. */
  static init(buffer: SharedArrayBuffer, byteOffset: number, expected: number): Latch {
    const words = wordsAt(buffer, byteOffset, BYTE_LENGTH);
    checkExpected(expected);
    forget(words);
    write(words, expected);
    return live(Latch, new Place(words));
  }

  /** The one latch of that key in the process, as {@link Mutex.global} is of mutexes. */
  static global(key: string, expected: number): Latch {
    checkExpected(expected);
    return globalObject(Latch, key, (words) => write(words, expected));
  }

  /**
   * Counts `n` arrivals, and opens the latch with the last one. Never waits.
   *
   * @throws SyncError `invalid_argument` if fewer than `n` are to come; nothing is counted then.
   */
  countDown(n = 1): void {
    checkInteger('n', n, 0, COUNT);
    for (;;) {
      const state = Atomics.load(this.#words, STATE);
      const left = state & COUNT;
      if (n > left) {
        const { label } = this.#gate;
        throw new SyncError('invalid_argument', `${label}: countDown(${n}) with ${left} to come`);
      }
      if (n === 0) return; // an open word never changes: L1
      const next = n === left ? OPEN : state - n; // keeps WAITED: L2
      if (Atomics.compareExchange(this.#words, STATE, state, next) !== state) continue;
      if (next === OPEN && state & WAITED) wakeAll(this.#agent, this[OBJECT_ID]);
      return;
    }
  }

  /** Whether the latch is open. Never blocks. */
  tryWait(): boolean {
    return Atomics.load(this.#words, STATE) === OPEN;
  }

  /**
   * Blocks until the latch is open.
   *
   * @throws SyncError `blocking_not_allowed` where the thread may not sleep and would have to,
   * `operation_canceled` when `stop` is requested, from any thread.
   */
  wait(options?: StopOptions): void {
    const stop = stopOf(options);
    if (!this.tryWait()) block(this.#agent, this.#gate, PASS, NEVER, stop);
  }

  /** Blocks for `ms` milliseconds at most. Returns whether the latch is open. */
  waitFor(ms: Milliseconds): boolean {
    checkMilliseconds('ms', ms);
    if (this.tryWait() || ms <= 0) return this.tryWait();
    return block(this.#agent, this.#gate, PASS, deadlineIn(this.#agent, ms));
  }

  /** Blocks until `t` at most: a `Date` or epoch milliseconds. Returns whether the latch is open. */
  waitUntil(t: TimePoint): boolean {
    return this.waitFor(millisecondsUntil('t', t));
  }

  /** Counts `n` arrivals, then blocks until the latch is open. Throws as {@link countDown} does. */
  arriveAndWait(n = 1): void {
    checkInteger('n', n, 0, COUNT);
    const left = Atomics.load(this.#words, STATE) & COUNT;
    if (n < left) checkMayBlock(this.#agent); // before it counts
    this.countDown(n);
    this.wait();
  }

  /** Waits with the event loop free. Rejects with the signal's reason or a `TimeoutError`. */
  async waitAsync(options: WaitOptions = NO_OPTIONS): Promise<void> {
    checkWaitOptions(options);
    if (this.tryWait()) return;
    this.#queue ??= new Queue(this.#agent, this.#gate);
    await this.#queue.wait(PASS, () => undefined, options);
  }

  /**
   * Counts `n` arrivals, then waits as {@link waitAsync} does. A cancelled wait has still arrived, unless the
   * signal was aborted before.
   */
  async arriveAndWaitAsync(n = 1, options: WaitOptions = NO_OPTIONS): Promise<void> {
    checkWaitOptions(options);
    this.countDown(n);
    await this.waitAsync(options);
  }
}

class Gate implements Protocol {
  readonly object: number;
  readonly label: string;
  readonly #words: Words;

  constructor(words: Words, object: number, label: string) {
    this.#words = words;
    this.object = object;
    this.label = label;
  }

  ticket(): number {
    return Atomics.add(this.#words, TICKET, 1);
  }

  attempt(turn: Turn): number {
    for (;;) {
      const state = Atomics.load(this.#words, STATE);
      if (state < 0) throw corrupt(this.label, state);
      if (state === OPEN) return turn.isDoubtful(state) ? Turn.GRACE : TAKEN;
      if (state & WAITED) return UNTIL_POKED;
      const waited = state | WAITED;
      if (Atomics.compareExchange(this.#words, STATE, state, waited) === state) return UNTIL_POKED;
    }
  }

  leave(): void {} // nobody is chosen: an open latch lets all through
}

function allot(expected: number): Place {
  checkExpected(expected);
  const words = newWords(BYTE_LENGTH);
  write(words, expected);
  return new Place(words);
}

function checkExpected(expected: number): void {
  checkInteger('expected', expected, 0, COUNT);
}

function write(words: Words, expected: number): void {
  Atomics.store(words, STATE, expected);
}
