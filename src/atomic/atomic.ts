/**
 * `std::atomic`: a value in shared memory, and waiting for it to change.
 *
 * Words
 *   the value, one word or two
 *   ARRIVALS, beside the class, and TICKET, where there is room: notice.ts
 *   object id
 */
import { currentAgent } from '../agent/home.ts';
import { checkMilliseconds, checkOptions } from '../memory/checks.ts';
import { newWords, WORD, wordsAt } from '../memory/words.ts';
import { globalObject } from '../share/global.ts';
import {
  forget,
  labelOf,
  live,
  OBJECT_ID,
  Place,
  SharedObject,
  type SharedType,
} from '../share/shared-object.ts';
import { block } from '../wait/block.ts';
import { type Deadline, deadlineIn, type Milliseconds, NEVER } from '../wait/deadline.ts';
import {
  checkWaitOptions,
  NO_OPTIONS,
  stopOf,
  type StopOptions,
  type WaitOptions,
} from '../wait/options.ts';
import { Queue } from '../wait/queue.ts';
import type { StopWatch } from '../wait/stop.ts';
import { Notice, Notices } from './notice.ts';

const PASS = 1;
const BEHIND = 4; // the word after the object id

/** Options of an atomic. */
export interface AtomicOptions {
  /** What messages and reports call it. */
  name?: string;
  /** No more shared memory than it needs, instead of a cache line of its own. */
  packed?: boolean;
}

/** A class of atomics. */
export interface AtomicType<A> {
  /** How many bytes of shared memory one takes. */
  readonly BYTE_LENGTH: number;
  /** Bytes that its place in a buffer must be a multiple of. */
  readonly ALIGNMENT: number;
  /** What its objects inherit from. */
  readonly prototype: A;
  /** Makes one, as each class says for itself. */
  new (...args: never[]): A;
}

/**
 * A value of `T` in shared memory. Every operation is sequentially consistent, as by default in C++.
 *
 * @example
 * ```ts
 * const state = AtomicInt32.global('state', 1);
 * state.store(2); // another thread,
 * state.notifyAll(); // before or while this one waits
 * state.wait(1);
 * console.log(state.exchange(3)); // → 2
 * ```
 * C++: `std::atomic`.
 */
export abstract class Atomic<T> extends SharedObject {
  /** How many bytes of shared memory one takes. */
  static readonly BYTE_LENGTH: number = 16;
  /** Bytes that its place in a buffer must be a multiple of. */
  static readonly ALIGNMENT: number = WORD;
  readonly #notices: Notices;
  /** The tasks of this agent that wait, by the value that each waits to go. */
  #queues: Map<T, Queue> | undefined;

  /** @internal */
  constructor(kind: string, place: Place, valueBytes: number) {
    super(kind, place);
    const label = labelOf(this.crossthread);
    const ticket = valueBytes === WORD ? 1 : BEHIND;
    this.#notices = new Notices(currentAgent(), place.words, ticket, this[OBJECT_ID], label);
  }

  /** Attaches to the atomic at `byteOffset`. Zeroed memory is a 0, or `false`. */
  static at<A extends SharedObject>(
    this: AtomicType<A>,
    buffer: SharedArrayBuffer,
    byteOffset = 0,
  ): A {
    const words = wordsAt(buffer, byteOffset, this.BYTE_LENGTH, this.ALIGNMENT);
    return live(this as unknown as SharedType<A>, new Place(words));
  }

  /**
   * Writes a fresh one at `byteOffset`, before any other thread looks there.
   *
   * @throws SyncError `device_or_resource_busy` when others wait for what is there; nothing is written then.
   */
  static init<T, A extends Atomic<T>>(
    this: AtomicType<A & Atomic<T>>,
    buffer: SharedArrayBuffer,
    byteOffset: number,
    value?: T,
  ): A {
    const words = wordsAt(buffer, byteOffset, this.BYTE_LENGTH, this.ALIGNMENT);
    if (value !== undefined) (this.prototype as Atomic<T>).check(value);
    forget(words);
    const made = live(this as unknown as SharedType<A>, new Place(words));
    if (value !== undefined) made.store(value);
    return made;
  }

  /**
   * The one of that key in the process; the first thread to ask makes it, with `value`.
   *
   * @throws TypeError when the key is that of another class.
   */
  static global<T, A extends Atomic<T>>(
    this: AtomicType<A & Atomic<T>>,
    key: string,
    value?: T,
  ): A {
    const type = this as unknown as SharedType<A>;
    if (value !== undefined) (this.prototype as Atomic<T>).check(value);
    return globalObject(type, key, (words) => {
      if (value !== undefined) new type(new Place(words, key)).store(value);
    });
  }

  /** What is there. */
  abstract load(): T;
  /** Stores `value`. Wakes nobody: that is for `notifyOne` and `notifyAll`. */
  abstract store(value: T): void;
  /** Stores `value`, and returns what was there. */
  abstract exchange(value: T): T;
  /** Stores `desired` if `expected` is there. Returns what was there. */
  abstract compareExchangeValue(expected: T, desired: T): T;

  /** Stores `desired` if `expected` is there. Returns whether it was. Never spurious. */
  compareExchange(expected: T, desired: T): boolean {
    return this.compareExchangeValue(expected, desired) === expected;
  }

  /**
   * Blocks while the value is `old`, until a notification finds it changed.
   *
   * @throws SyncError `blocking_not_allowed` where the thread may not sleep and would have to,
   * `operation_canceled` when `stop` is requested, from any thread.
   */
  wait(old: T, options?: StopOptions): void {
    this.#wait(old, NEVER, stopOf(options));
  }

  /** Blocks for `ms` milliseconds at most. Returns whether the value is no longer `old`. */
  waitFor(old: T, ms: Milliseconds): boolean {
    checkMilliseconds('ms', ms);
    return this.#wait(old, deadlineIn(currentAgent(), ms));
  }

  /** As {@link wait}, with the event loop free. Rejects with the signal's reason or a {@link TimeoutError}. */
  async waitAsync(old: T, options: WaitOptions = NO_OPTIONS): Promise<void> {
    this.check(old);
    checkWaitOptions(options);
    if (this.load() !== old) return;
    const queues = (this.#queues ??= new Map<T, Queue>());
    const queue = queues.get(old) ?? new Queue(currentAgent(), this.#noticeOf(old));
    queues.set(old, queue);
    try {
      await queue.wait(PASS, () => undefined, options);
    } finally {
      if (!queues.get(old)?.isWaiting) queues.delete(old);
    }
  }

  /** Wakes one at least of those that wait and find the value changed. Never blocks. */
  notifyOne(): void {
    this.#notices.notify();
  }

  /** Wakes all that wait and find the value changed. Never blocks. */
  notifyAll(): void {
    this.#notices.notify();
  }

  /** @internal @throws TypeError or RangeError for what is no value of this class. */
  protected abstract check(value: T): void;

  #wait(old: T, deadline: Deadline, stop?: StopWatch): boolean {
    this.check(old);
    if (this.load() !== old) return true;
    if (deadline === -NEVER) return false;
    return block(currentAgent(), this.#noticeOf(old), PASS, deadline, stop);
  }

  #noticeOf(old: T): Notice {
    return new Notice(this.#notices, () => this.load() !== old);
  }
}

/** @internal A place of its own for an atomic. */
export function allot(byteLength: number, options: AtomicOptions): Place {
  checkOptions(options);
  return new Place(newWords(byteLength, options.packed), options.name);
}
