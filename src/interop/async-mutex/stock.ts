/**
 * The permits of a shared semaphore as a thread of `async-mutex` sees them: there may be less than none. What
 * is missing is a debt of this thread, which waits in the line of all threads for the next permits, and
 * keeps them.
 */
import { currentAgent } from '../../agent/home.ts';
import type { Permit } from '../../semaphore/permit.ts';
import type { Semaphore } from '../../semaphore/semaphore.ts';
import { BID } from '../../wait/queue.ts';
import type { Source } from './room.ts';

const KEEPS_NOTHING_ALIVE = false;

export class Stock implements Source {
  readonly #semaphore: Semaphore;
  #debt = 0;

  constructor(semaphore: Semaphore) {
    this.#semaphore = semaphore;
  }

  get value(): number {
    return this.#semaphore.value - this.#debt;
  }

  tryTake(weight: number): Permit | null {
    return this.#semaphore.tryAcquire(weight);
  }

  bid(
    weight: number,
    taken: (permit: Permit) => void,
    failed: (reason: unknown) => void,
  ): () => void {
    return this.#semaphore[BID](weight, taken, failed);
  }

  /** Takes `n` permits for good: these, or the next that there will be. */
  remove(n: number): void {
    if (this.#semaphore.tryAcquire(n)) return;
    this.#debt += n;
    this.#semaphore[BID](n, () => (this.#debt -= n), reportUncaught, KEEPS_NOTHING_ALIVE);
  }
}

/** Permits are not refused to who waits for them, unless the words of the semaphore are not its own. */
function reportUncaught(error: unknown): void {
  currentAgent().host.uncaught(error);
}
