/**
 * A bounded queue between threads. The words are in word.ts, how its two sides lock and wait in
 * side.ts, where bytes are put in ring.ts, what bytes they are in codec.ts; here is what callers see.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { SyncError } from '../errors.ts';
import { checkMilliseconds, checkOptions } from '../memory/checks.ts';
import { WORD, type Words, wordsAt } from '../memory/words.ts';
import { globalPlace } from '../share/global.ts';
import {
  checkClass,
  forget,
  labelOf,
  live,
  OBJECT_ID,
  Place,
  SharedObject,
} from '../share/shared-object.ts';
import {
  type Deadline,
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
import type { StopWatch } from '../wait/stop.ts';
import { CloneCodec, type Codec, RecordCodec } from './codec.ts';
import type { Values } from './fields.ts';
import { roundUp, type Schema } from './layout.ts';
import { Message, Ring, SHORT } from './ring.ts';
import { Incoming, ReceivingSide } from './receiving-side.ts';
import { type Outgoing, SendingSide } from './sending-side.ts';
import { ALIGNMENT, allot, type ChannelOptions, hashOfRecord, sizeOf, write } from './size.ts';
import {
  between,
  capacityOf,
  CLOSED,
  POSITION,
  RECEIVERS,
  RECORD,
  SENDERS,
  SLOT_WORDS,
  SLOTS,
} from './word.ts';

const KIND = 'Channel';
const NOW: Deadline = -Infinity;

/**
 * A bounded first-in first-out queue between any number of sending and receiving threads. Each message
 * goes to one receiver. Who waits is served oldest first, but a newcomer may be faster. A thread that dies
 * loses the message that it was sending or had just taken, no other.
 *
 * Values are copied as by `postMessage`, but through shared memory: a blocked thread receives them too. Of a view
 * of a buffer only its own bytes travel, in a buffer of its own.
 * `undefined` cannot be sent, nor can ports, blobs and what else only the runtime can clone, nor shared memory,
 * except global objects. Once it is closed, receivers get what is left, then `undefined`.
 *
 * @example
 * ```ts
 * const jobs = new Channel<{ id: number }>(16);
 * jobs.send({ id: 7 }); // waits for room; in any thread
 * jobs.close();
 * for await (const { id } of jobs) console.log(id); // → 7
 * ```
 * C++: `std::bounded_queue`, as proposed in P0260.
 */
export class Channel<T> extends SharedObject {
  /** @internal */
  static readonly kind: string = KIND;
  /** How many bytes of shared memory it takes before the first message. See {@link byteLength}. */
  static readonly BYTE_LENGTH: number = SLOTS * WORD;
  readonly #words: Words;
  readonly #agent: Agent;
  readonly #codec: Codec<T>;
  readonly #senders: SendingSide;
  readonly #receivers: ReceivingSide;
  readonly #incoming: Incoming;

  /** A channel for `capacity` messages, in fresh shared memory. */
  constructor(capacity: number, options?: ChannelOptions);
  /** @internal */
  constructor(place: Place);
  constructor(source: number | Place, options: ChannelOptions = {}) {
    super(KIND, source instanceof Place ? source : allot(source, options));
    const { words, schema } = this.crossthread;
    this.#words = words;
    this.#agent = currentAgent();
    this.#codec = codecOf(this.#agent, schema) as Codec<T>;
    const ring = new Ring(words);
    const label = labelOf(this.crossthread);
    this.#senders = new SendingSide(this.#agent, words, ring, this[OBJECT_ID], label);
    this.#receivers = new ReceivingSide(this.#agent, words, ring, this[OBJECT_ID], label);
    this.#senders.meet(this.#receivers);
    this.#receivers.meet(this.#senders);
    this.#incoming = new Incoming(Math.max(SHORT, this.#codec.byteLength));
  }

  /**
   * A channel of records: all messages have the fields of `schema`, and nothing else. They need no
   * serialization, and no runtime but one with shared memory.
   *
   * @example
   * ```ts
   * const points = Channel.of({ x: 'f32', y: 'f32' }, 64);
   * points.send({ x: 1, y: 2 });
   * console.log(points.receive()); // → { x: 1, y: 2 }
   * ```
   */
  static of<const S extends Schema>(
    schema: S,
    capacity: number,
    options: ChannelOptions = {},
  ): Channel<Values<S>> {
    checkOptions(options);
    return new Channel<Values<S>>(capacity, { ...options, record: schema });
  }

  /** How many bytes of shared memory {@link init} takes for such a channel. */
  static byteLength(capacity: number, options: ChannelOptions = {}): number {
    return sizeOf(capacity, options).byteLength;
  }

  /**
   * Attaches to the channel at `byteOffset`, a multiple of 8. Of the options only `record` counts.
   *
   * @throws SyncError `invalid_argument` where none was written, TypeError where its records are others.
   */
  static at<T>(
    buffer: SharedArrayBuffer,
    byteOffset = 0,
    { record }: ChannelOptions = {},
  ): Channel<T> {
    const words = wordsAt(buffer, byteOffset, Channel.BYTE_LENGTH, ALIGNMENT);
    return Channel.attach(new Place(words, undefined, record)) as Channel<T>;
  }

  /** Writes a fresh channel at `byteOffset`, as {@link Mutex.init} does a mutex. */
  static init<T>(
    buffer: SharedArrayBuffer,
    byteOffset: number,
    capacity: number,
    options: ChannelOptions = {},
  ): Channel<T> {
    const size = sizeOf(capacity, options);
    const words = wordsAt(buffer, byteOffset, size.byteLength, ALIGNMENT);
    forget(words.subarray(0, size.words));
    write(words, size);
    return Channel.attach(new Place(words, options.name, options.record)) as Channel<T>;
  }

  /** The one channel of that key in the process, as {@link Mutex.global} is of mutexes. */
  static global<T>(key: string, capacity: number, options: ChannelOptions = {}): Channel<T> {
    const size = sizeOf(capacity, options);
    const writeFirst = (words: Words): void => write(words, size);
    const { words, name } = globalPlace(Channel, key, writeFirst, size.byteLength);
    return Channel.attach(new Place(words, name, options.record)) as Channel<T>;
  }

  /** @internal What `attach` makes of a handle: the words are those before the first slot. */
  static attach({ words, name, schema }: Place): Channel<unknown> {
    checkClass(words, KIND);
    const capacity = capacityOf(words);
    if (capacity === 0) throw new SyncError('invalid_argument', 'no channel was written here');
    const record = schema === undefined ? undefined : (schema as Schema);
    if (Atomics.load(words, RECORD) !== hashOfRecord(record)) {
      throw new TypeError(`the channel at byte ${words.byteOffset} is one of other records`);
    }
    const byteLength = (SLOTS + capacity * SLOT_WORDS) * WORD;
    const whole = wordsAt(words.buffer, words.byteOffset, byteLength, ALIGNMENT);
    return live(Channel<unknown>, new Place(whole, name, record));
  }

  /**
   * Sends `value`, blocking while the channel is full.
   *
   * @throws SyncError `broken_pipe` when the channel is closed, `blocking_not_allowed` where the thread may
   * not sleep and would have to, `operation_canceled` when `stop` is requested, from any thread. TypeError for
   * what cannot be sent, RangeError for what is too large.
   */
  send(value: T, options?: StopOptions): void {
    this.#send(value, NEVER, stopOf(options));
  }

  /** Sends `value` if there is room. Throws as {@link send} does; never blocks. */
  trySend(value: T): boolean {
    return this.#send(value, NOW);
  }

  /** Sends `value`, blocking for `ms` milliseconds at most. Returns whether it was sent. */
  sendFor(value: T, ms: Milliseconds): boolean {
    checkMilliseconds('ms', ms);
    return this.#send(value, ms > 0 ? deadlineIn(this.#agent, ms) : NOW);
  }

  /** Sends `value`, blocking until `t` at most: a `Date` or epoch milliseconds. */
  sendUntil(value: T, t: TimePoint): boolean {
    return this.sendFor(value, millisecondsUntil('t', t));
  }

  /**
   * Sends `value`, waiting for room with the event loop free. What is sent is `value` as it was at the call.
   * Rejects as {@link send} throws, with the signal's reason or a `TimeoutError`.
   */
  async sendAsync(value: T, options: WaitOptions = NO_OPTIONS): Promise<void> {
    checkWaitOptions(options);
    this.#senders.checkOpen();
    const outgoing = this.#codec.encode(value);
    if (!this.#senders.isQueued && this.#senders.tryMove(outgoing)) return;
    await this.#senders.waitToMoveAsync(kept(outgoing), () => undefined, options);
  }

  /**
   * Takes the oldest message, blocking until there is one; `undefined` when the channel is closed and empty.
   *
   * @throws SyncError `blocking_not_allowed` where the thread may not sleep and would have to,
   * `operation_canceled` when `stop` is requested, from any thread.
   */
  receive(options?: StopOptions): T | undefined {
    return this.#receive(NEVER, stopOf(options));
  }

  /** Takes the oldest message if there is one; never blocks. `undefined` may also be the end. */
  tryReceive(): T | undefined {
    return this.#receive(NOW);
  }

  /** Takes the oldest message, blocking for `ms` milliseconds at most; else `undefined`. */
  receiveFor(ms: Milliseconds): T | undefined {
    checkMilliseconds('ms', ms);
    return this.#receive(ms > 0 ? deadlineIn(this.#agent, ms) : NOW);
  }

  /** Takes the oldest message, blocking until `t` at most: a `Date` or epoch milliseconds. */
  receiveUntil(t: TimePoint): T | undefined {
    return this.receiveFor(millisecondsUntil('t', t));
  }

  /**
   * As {@link receive}, with the event loop free. Rejects with the signal's reason or a `TimeoutError`, and
   * then has taken nothing.
   */
  async receiveAsync(options: WaitOptions = NO_OPTIONS): Promise<T | undefined> {
    checkWaitOptions(options);
    if (!this.#receivers.isQueued && this.#receivers.tryMove(this.#incoming)) return this.#taken();
    const taken = await this.#receivers.waitToMoveAsync(
      this.#incoming,
      () => this.#takenOrThrown(),
      options,
    );
    return taken();
  }

  /**
   * Ends the channel: nothing is sent any more, and receivers get what is left. Idempotent; never blocks.
   * Who waits to send gets a `broken_pipe`.
   */
  close(): void {
    const before = Atomics.or(this.#words, SENDERS + POSITION, CLOSED);
    if ((before & CLOSED) === 0) wakeAll(this.#agent, this[OBJECT_ID]);
  }

  /** Whether it was closed. There may be messages left. */
  get isClosed(): boolean {
    return (Atomics.load(this.#words, SENDERS + POSITION) & CLOSED) !== 0;
  }

  /** How many messages wait to be received: a snapshot. */
  get size(): number {
    const head = Atomics.load(this.#words, RECEIVERS + POSITION);
    const tail = Atomics.load(this.#words, SENDERS + POSITION);
    return Math.min(between(head, tail, this.capacity), this.capacity);
  }

  /** How many messages may wait. */
  get capacity(): number {
    return capacityOf(this.#words);
  }

  /** Receives, blocking, until the channel is closed and empty. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (;;) {
      const value = this.receive();
      if (value === undefined) return;
      yield value;
    }
  }

  /** Receives, with the event loop free, until the channel is closed and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const value = await this.receiveAsync();
      if (value === undefined) return;
      yield value;
    }
  }

  #send(value: T, deadline: Deadline, stop?: StopWatch): boolean {
    this.#senders.checkOpen();
    const outgoing = this.#codec.encode(value);
    if (this.#senders.tryMove(outgoing)) return true;
    return deadline !== NOW && this.#senders.waitToMove(kept(outgoing), deadline, stop);
  }

  #receive(deadline: Deadline, stop?: StopWatch): T | undefined {
    if (this.#receivers.tryMove(this.#incoming)) return this.#taken();
    if (deadline === NOW) return undefined;
    if (!this.#receivers.waitToMove(this.#incoming, deadline, stop)) return undefined;
    return this.#taken();
  }

  /** What was just received. */
  #taken(): T | undefined {
    const { length } = this.#incoming;
    return length === undefined ? undefined : this.#codec.decode(this.#incoming.take(), length);
  }

  /** The same for later: the memory is that of the next message too. */
  #takenOrThrown(): () => T | undefined {
    try {
      const value = this.#taken();
      return () => value;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }
}

function codecOf({ table }: Agent, schema: unknown): Codec<unknown> {
  return schema === undefined ? new CloneCodec(table.buffer) : new RecordCodec(schema as Schema);
}

/** A message that may have to wait: others are encoded meanwhile. */
function kept({ message, length }: Outgoing): Outgoing {
  return { message: new Message(message.bytes.slice(0, roundUp(length, WORD))), length };
}
