/**
 * What becomes of something that is to be sent: it is sent, and then it is done, well or not. What has no answer is
 * done when it is sent.
 *
 * Invariants
 *   O1  It is done once; nothing changes it afterwards.
 *   O2  Its follower hears of each at most once. Unless it was sent synchronously, that is in the midst of
 *       somebody else's call: no code of users may run there.
 */
import type { Connection } from './connection.ts';
import { LocalException } from './exceptions.ts';

/** Who hears what becomes of it. */
export interface Follower {
  /** `synchronously`: by the thread that invokes, before it goes on. */
  sent(synchronously: boolean): void;
  done(): void;
}

export abstract class Outcome {
  readonly isOneway: boolean;
  follower: Follower | undefined;
  #isSent = false;
  #sentSynchronously = false;
  #isDone = false;
  #value: unknown;
  #failure: { readonly thrown: unknown } | undefined;

  constructor(isOneway: boolean) {
    this.isOneway = isOneway;
  }

  /** Sends it, or has it sent in the background. What goes wrong is its failure: it does not throw. */
  abstract start(): void;

  /** Over which it goes. */
  get connection(): Connection | undefined {
    return undefined;
  }

  /** Has what has come meanwhile taken: who polls need not leave that to the event loop. Never blocks. */
  look(): void {}

  /** Blocks until `isOver()`, which it is at the latest when it is done. */
  protected abstract wait(isOver: () => boolean): void;

  get isSent(): boolean {
    return this.#isSent;
  }

  get sentSynchronously(): boolean {
    return this.#sentSynchronously;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Once it is done: the value of the answer. Throws what went wrong. */
  get value(): unknown {
    if (this.#failure) throw this.#failure.thrown;
    return this.#value;
  }

  /** Once it is done: tells a promise. */
  settle(resolve: (value: unknown) => void, reject: (reason: unknown) => void): void {
    if (this.#failure) reject(this.#failure.thrown);
    else resolve(this.#value);
  }

  throwLocalException(): void {
    if (this.#failure?.thrown instanceof LocalException) throw this.#failure.thrown;
  }

  waitUntilDone(): void {
    if (!this.#isDone) this.wait(() => this.#isDone);
  }

  waitUntilSent(): void {
    const isOver = (): boolean => this.#isSent || this.#isDone;
    if (!isOver()) this.wait(isOver);
  }

  sent(synchronously: boolean): void {
    const endsHere = this.isOneway && !this.#isDone;
    this.#isSent = true;
    this.#sentSynchronously = synchronously;
    this.#isDone ||= this.isOneway; // before its being sent is told of
    this.follower?.sent(synchronously);
    if (endsHere) this.follower?.done();
  }

  succeed(value: unknown): void {
    if (this.#isDone) return;
    this.#value = value;
    this.#isDone = true;
    this.follower?.done();
  }

  fail(thrown: unknown): void {
    if (this.#isDone) return;
    this.#failure = { thrown };
    this.#isDone = true;
    this.follower?.done();
  }
}
