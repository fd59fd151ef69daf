/**
 * A connection: what goes from this thread to an object adapter, and back.
 *
 * Invariants
 *   C1  An invocation that wants an answer is among the unanswered from before it is sent until it is done.
 *   C2  A message that the link has queued is among the queued until it is sent or the link is lost.
 *   C3  While one of either is followed, the link is held: it works in the background and keeps the process alive.
 */
import type { Origin } from './async-result.ts';
import type { Communicator } from './communicator.ts';
import {
  CommunicatorDestroyedException,
  ConnectionLostException,
  MarshalException,
} from './exceptions.ts';
import { Flush } from './flush.ts';
import { Flushing } from './flushing.ts';
import type { Invocation } from './invocation.ts';
import type { Reply, Request } from './message.ts';
import { settle } from './reply.ts';
import { Link } from './transport/link.ts';
import type { AdapterMemory } from './transport/memory.ts';

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
export class Connection extends Flushing {
  readonly #communicator: Communicator;
  readonly #memory: AdapterMemory;
  readonly #link: Link;
  readonly #unanswered: Map<number, Invocation> = new Map();
  readonly #queued: Map<object, Invocation> = new Map();
  #release: (() => void) | undefined;
  #end: Error | undefined;

  /** @internal */
  constructor(communicator: Communicator, memory: AdapterMemory) {
    super();
    this.#communicator = communicator;
    this.#memory = memory;
    this.#link = Link.open(memory, this);
  }

  /** The communicator whose proxies use it. */
  getCommunicator(): Communicator {
    return this.#communicator;
  }

  /** @internal */
  protected originOf(operation: string): Origin {
    const communicator = this.#communicator;
    return { owner: this, operation, communicator, proxy: null, connection: this };
  }

  /** @internal */
  protected flush(): Invocation {
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
    this.#memory.checkElsewhere();
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
    this.#communicator.forget(this.#memory);
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
