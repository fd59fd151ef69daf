/**
 * A connection: what goes from this thread to an object adapter, and back.
 *
 * Invariants
 *   C1  An invocation that wants an answer is among the unanswered from before it is sent until it is done.
 *   C2  A message that the link has queued is among the queued until it is sent or the link is lost.
 *   C3  While one of either is followed, the link is held: it works in the background and keeps the process alive.
 */
import { SyncError } from '../errors.ts';
import type { AsyncResult } from './async-result.ts';
import type { Callback, TypedCallback } from './callback.ts';
import type { Communicator } from './communicator.ts';
import {
  CommunicatorDestroyedException,
  ConnectionLostException,
  MarshalException,
} from './exceptions.ts';
import { Flush } from './flush.ts';
import { begin, call, callAsync, end, takeTrailing } from './forms.ts';
import type { Invocation } from './invocation.ts';
import type { Reply, Request } from './message.ts';
import { settle } from './reply.ts';
import { Link } from './transport/link.ts';
import type { AdapterMemory } from './transport/memory.ts';

const FLUSH = 'flushBatchRequests';

/**
 * What this thread's proxies of one object adapter share. Made by the first call, and gone with the adapter.
 *
 * @example
 * ```ts
 * const result = employees.begin_getName(99);
 * await result.getConnection()!.flushBatchRequestsAsync();
 * console.log(employees.end_getName(result)); // → Ann
 * ```
 * C++: `Ice::Connection`.
 */
export class Connection {
  readonly #communicator: Communicator;
  readonly #memory: AdapterMemory;
  readonly #link: Link;
  readonly #unanswered: Map<number, Invocation> = new Map();
  readonly #queued: Map<object, Invocation> = new Map();
  #release: (() => void) | undefined;
  #end: Error | undefined;

  /** @internal */
  constructor(communicator: Communicator, memory: AdapterMemory) {
    this.#communicator = communicator;
    this.#memory = memory;
    this.#link = Link.open(memory, this);
  }

  /** The communicator whose proxies use it. */
  getCommunicator(): Communicator {
    return this.#communicator;
  }

  /** Sends what batch proxies have queued for this adapter. Blocks until all of it is sent. */
  flushBatchRequests(): void {
    call(this.#flush());
  }

  /** As {@link flushBatchRequests}, with the event loop free. */
  async flushBatchRequestsAsync(): Promise<void> {
    await callAsync(() => this.#flush());
  }

  /** As {@link flushBatchRequests}, without waiting. The callback only hears of failures, and of its being sent. */
  begin_flushBatchRequests(
    callback?: Callback | TypedCallback<'ice_flushBatchRequests'>,
  ): AsyncResult<null>;
  begin_flushBatchRequests(callback: Callback, cookie: unknown): AsyncResult<null>;
  begin_flushBatchRequests<C>(
    callback: TypedCallback<'ice_flushBatchRequests', C>,
    cookie: C,
  ): AsyncResult<null>;
  begin_flushBatchRequests(...args: unknown[]): AsyncResult<null> {
    const communicator = this.#communicator;
    const origin = { owner: this, operation: FLUSH, communicator, proxy: null, connection: this };
    return begin(this.#flush(), origin, takeTrailing(`ice_${FLUSH}`, args));
  }

  /** Blocks until what that began is sent. Throws why it could not be. */
  end_flushBatchRequests(result: AsyncResult<null>): void {
    end(result, this, FLUSH);
  }

  #flush(): Invocation {
    this.#communicator.checkAlive();
    return new Flush(this, this.#communicator.takeAll(this.#memory));
  }

  /** @internal */
  connect(): this {
    return this;
  }

  /** @internal Whether calls can still go over it. */
  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** @internal */
  send(invocation: Invocation): void {
    if (this.#end) {
      invocation.fail(this.#end);
      return;
    }
    const { message, isOneway } = invocation;
    if (!isOneway) this.#unanswered.set(message[0], invocation);
    let isSent: boolean;
    try {
      isSent = this.#link.send(message);
    } catch (error) {
      this.#unanswered.delete(message[0]);
      invocation.fail(
        new MarshalException(`${message[2] as string}: ${String(error)}`, { cause: error }),
      );
      return;
    }
    if (!isSent) this.#queued.set(message, invocation);
    if (invocation.follower && !invocation.isDone) this.#release ??= this.#link.hold();
    if (isSent) invocation.sent(true);
    this.#releaseWhenIdle();
  }

  /** @internal Sends what has room, and takes what has come. */
  look(): void {
    this.#link.pump();
  }

  /** @internal Blocks until `isDone`, which it is at the latest when the connection is lost. */
  wait(isDone: () => boolean): void {
    if (this.#memory.collocated) {
      throw new SyncError(
        'resource_deadlock_would_occur',
        `'${this.#memory.name}' has its servants in the own thread, which must not block for them`,
      );
    }
    this.#link.waitUntil(isDone);
  }

  /** @internal */
  sent(message: object): void {
    const invocation = this.#queued.get(message);
    this.#queued.delete(message);
    invocation?.sent(false);
    this.#releaseWhenIdle();
  }

  /** @internal */
  received(message: unknown): void {
    const reply = message as Reply;
    const invocation = this.#unanswered.get(reply[0]);
    this.#unanswered.delete(reply[0]);
    if (invocation) settle(invocation, invocation.message as Request, reply);
    this.#releaseWhenIdle();
  }

  /** @internal */
  lost(): void {
    this.#finish(
      new ConnectionLostException('the servant’s thread has died, or its adapter was closed'),
    );
  }

  /** @internal */
  destroy(): void {
    if (!this.isOpen) return;
    this.#link.close();
    this.#finish(new CommunicatorDestroyedException('the communicator was destroyed'));
  }

  #finish(why: Error): void {
    this.#end = why;
    const left = new Set([...this.#queued.values(), ...this.#unanswered.values()]);
    this.#queued.clear();
    this.#unanswered.clear();
    for (const invocation of left) invocation.fail(why);
    this.#releaseWhenIdle();
  }

  #releaseWhenIdle(): void {
    if (this.#unanswered.size > 0 || this.#queued.size > 0) return;
    this.#release?.();
    this.#release = undefined;
  }
}
