/** The state of an invocation, as the `begin_` method that made it returns it. */
import type { AnyCallback } from './callback.ts';
import type { Communicator } from './communicator.ts';
import type { Connection } from './connection.ts';
import { IllegalArgumentException } from './exceptions.ts';
import { later } from './later.ts';
import type { ObjectPrx } from './object-prx.ts';
import type { Outcome } from './outcome.ts';

/** @internal Whose result it is. */
export interface Origin {
  /** On which its `end_` method is to be called: what proxies have that are the same. */
  readonly owner: object;
  readonly operation: string;
  readonly communicator: Communicator;
  readonly proxy: ObjectPrx | null;
  /** Unless it began with a connection, it is the one that the request goes over. */
  readonly connection?: Connection;
}

let lastHash = 0;

/**
 * An invocation that has begun. Pass it to the `end_` method of the same operation and proxy, once.
 *
 * It can be polled, and it can be waited for: blocking, by {@link waitForCompleted} and {@link waitForSent}, or
 * by the promise {@link completed}. Waiting never throws; the `end_` method tells what went wrong.
 *
 * @example
 * ```ts
 * const result = employees.begin_getName(99);
 * console.log(result.getOperation(), result.isSent()); // → getName true
 * result.waitForCompleted();
 * console.log(result.isCompleted(), employees.end_getName(result)); // → true Ann
 * ```
 * C++: `Ice::AsyncResult`.
 */
export class AsyncResult<P extends ObjectPrx | null = ObjectPrx> {
  readonly #origin: Origin;
  readonly #outcome: Outcome;
  readonly #callback: AnyCallback | undefined;
  readonly #cookie: unknown;
  readonly #hash: number = ++lastHash;
  #completed: Promise<void> | undefined;
  #resolve: (() => void) | undefined;
  #isEnded = false;

  /** @internal */
  constructor(
    origin: Origin,
    outcome: Outcome,
    callback: AnyCallback | undefined,
    cookie: unknown,
  ) {
    this.#origin = origin;
    this.#outcome = outcome;
    this.#callback = callback;
    this.#cookie = cookie;
  }

  /**
   * Whether it is over: answered or failed, or a oneway request that was sent. To ask is enough: an answer is
   * seen also while the event loop stands still.
   */
  isCompleted(): boolean {
    this.#outcome.look();
    return this.#outcome.isDone;
  }

  /**
   * Blocks until {@link isCompleted}. The event loop stands still meanwhile, and so do callbacks.
   *
   * @throws SyncError `blocking_not_allowed` where the thread may not sleep and would have to.
   */
  waitForCompleted(): void {
    this.#outcome.waitUntilDone();
  }

  /** Fulfilled once {@link isCompleted}; never rejected. */
  get completed(): Promise<void> {
    this.#completed ??= this.isCompleted()
      ? Promise.resolve()
      : new Promise((resolve) => (this.#resolve = resolve));
    return this.#completed;
  }

  /** Whether the request has left this thread; one that a batch has taken counts as sent. */
  isSent(): boolean {
    this.#outcome.look();
    return this.#outcome.isSent;
  }

  /** Blocks until {@link isSent}, or until it has failed. Throws as {@link waitForCompleted} does. */
  waitForSent(): void {
    this.#outcome.waitUntilSent();
  }

  /** Whether the `begin_` method sent the request itself; otherwise it was queued, for want of room. */
  sentSynchronously(): boolean {
    return this.#outcome.sentSynchronously;
  }

  /** Throws the {@link LocalException} that ended the invocation, if one did. */
  throwLocalException(): void {
    this.#outcome.throwLocalException();
  }

  /** The name of the operation. */
  getOperation(): string {
    return this.#origin.operation;
  }

  /** What was given to the `begin_` method behind the callback. */
  getCookie(): unknown {
    return this.#cookie;
  }

  /** The proxy whose `begin_` method made it; `null` where a connection or communicator did. */
  getProxy(): P {
    return this.#origin.proxy as P;
  }

  /** The connection that the request goes over; `null` where there is none, or several. */
  getConnection(): Connection | null {
    return this.#origin.connection ?? this.#outcome.connection ?? null;
  }

  /** The communicator of the proxy or connection. */
  getCommunicator(): Communicator {
    return this.#origin.communicator;
  }

  /** A number of its own among the results of this thread. */
  getHash(): number {
    return this.#hash;
  }

  /** Whether `other` is the same invocation. C++: `==`. */
  equals(other: AsyncResult<ObjectPrx | null>): boolean {
    return this.#hash === other.#hash;
  }

  /** Whether it comes before `other` in an order that has no meaning but stays. C++: `<`. */
  lessThan(other: AsyncResult<ObjectPrx | null>): boolean {
    return this.#hash < other.#hash;
  }

  /** @internal Calls what began with a callback. */
  sent(synchronously: boolean): void {
    if (!this.#callback) return;
    if (synchronously) void this.#run(() => this.#callback!.sent(this));
    else later(() => void this.#run(() => this.#callback!.sent(this)));
  }

  /** @internal */
  done(): void {
    this.#resolve?.();
    if (!this.#callback || (this.#outcome.isOneway && !this.#outcome.hasFailed)) return;
    later(() => void this.#run(() => this.#callback!.finished(this)));
  }

  /** @internal Whether the `end_` method of `operation` and `owner` is the one to end it. */
  belongsTo(owner: object, operation: string): boolean {
    return this.#origin.owner === owner && this.#origin.operation === operation;
  }

  /** @internal The value, which can be had once. */
  take(): unknown {
    if (this.#isEnded)
      throw new IllegalArgumentException(`the result of ${this.getOperation()} was ended before`);
    this.#outcome.waitUntilDone(); // if that is refused, nothing was ended
    this.#isEnded = true;
    return this.#outcome.value;
  }

  async #run(callback: () => unknown): Promise<void> {
    try {
      await callback();
    } catch (error) {
      this.#origin.communicator.warnOfCallback(this.getOperation(), error);
    }
  }
}
