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
  /** Of each it is known how much it is, and how not to wait for it any more. */
  readonly #debts = new Map<object, readonly [weight: number, retract: () => void]>();

  constructor(semaphore: Semaphore) {
    this.#semaphore = semaphore;
  }

  get value(): number {
    let { value } = this.#semaphore;
    for (const [weight] of this.#debts.values()) value -= weight;
    return value;
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
    const { max } = this.#semaphore;
    for (; n > max; n -= max) this.#removeAtOnce(max);
    this.#removeAtOnce(n);
  }

  /** Makes `n` permits more: the debts are forgiven first. */
  add(n: number): void {
    for (const [debt, [weight, retract]] of this.#debts) {
      if (weight > n) break;
      this.#debts.delete(debt);
      retract();
      n -= weight;
    }
    if (n > 0) this.#semaphore.release(n);
  }

  #removeAtOnce(n: number): void {
    if (this.#semaphore.tryAcquire(n)) return;
    const debt = {};
    const paid = (): unknown => this.#debts.delete(debt);
    const retract = this.#semaphore[BID](n, paid, reportUncaught, KEEPS_NOTHING_ALIVE);
    this.#debts.set(debt, [n, retract]);
  }
}

/** Permits are not refused to who waits for them, unless the words of the semaphore are not its own. */
function reportUncaught(error: unknown): void {
  currentAgent().host.uncaught(error);
}
