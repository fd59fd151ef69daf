/** The sending of what batches have collected. */
import { Invocation, type Target } from './invocation.ts';
import { BATCH, type Request } from './message.ts';
import { type Follower, Outcome } from './outcome.ts';

/** Sends `requests` as one message; if there are none it is done at once. */
export class Flush extends Invocation {
  readonly #isEmpty: boolean;

  constructor(target: Target, requests: readonly Request[]) {
    super(target, [BATCH, requests], true);
    this.#isEmpty = requests.length === 0;
  }

  override start(): void {
    if (this.#isEmpty) this.sent(true);
    else super.start();
  }
}

/** Several flushes as one: sent when each is sent or has failed. Of failures nothing is told. */
export class FlushAll extends Outcome {
  readonly #parts: readonly Flush[];
  #left: number;

  constructor(parts: readonly Flush[]) {
    super(true);
    this.#parts = parts;
    this.#left = parts.length + 1; // one for the start
    const follower: Follower = { sent: () => {}, done: () => this.#countDown(false) };
    for (const part of parts) part.follower = follower;
  }

  start(): void {
    for (const part of this.#parts) part.start();
    this.#countDown(true);
  }

  override look(): void {
    for (const part of this.#parts) part.look();
  }

  protected wait(): void {
    for (const part of this.#parts) part.waitUntilDone();
  }

  #countDown(synchronously: boolean): void {
    this.#left--;
    if (this.#left === 0) this.sent(synchronously);
  }
}
