/**
 * The jobs that a worker of a pool runs beside the one it was given. That one awaits them: it leaves the event loop
 * free, and cannot get on before they are done. If the pool has no thread to spare, they would wait for ever
 * for a worker that waits for them.
 *
 * Invariants
 *   G1  A guest is claimed by compare-exchange, as by who blocks for it (D1), and only while the worker has a job.
 *       The desk is free when all of its jobs have ended: until then nothing is given to it, and the pool is not idle.
 *   G2  A guest begins when the job that has begun last awaits it, or what it awaited has ended: there are no
 *       more jobs that run than workers, but for those that await. (Which job awaits cannot be told: what is awaited
 *       while `n` jobs have begun may be a guest while there are no more.)
 *   G3  A job that is awaited has begun, or the depot is to say who runs it: it was told since the await, and
 *       since a guest has last ended.
 */
import type { Awaited } from './depot-line.ts';
import type { Job } from './job.ts';

interface Wish {
  readonly awaited: Awaited;
  /** How many jobs of this worker had begun, and not ended. */
  readonly depth: number;
}

export class Guests {
  readonly #jobs: () => number;
  readonly #ask: () => void;
  /** The oldest first. */
  readonly #wishes = new Set<Wish>();

  /** `jobs`: how many have begun here, and not ended; `ask` has the depot say who runs what is awaited. */
  constructor(jobs: () => number, ask: () => void) {
    this.#jobs = jobs;
    this.#ask = ask;
  }

  /** It is awaited from now on, until what is returned is called. */
  await(awaited: Awaited): () => void {
    const wish = { awaited, depth: this.#jobs() };
    this.#wishes.add(wish);
    this.#ask();
    return () => void this.#wishes.delete(wish);
  }

  /** The depot has nobody else: one job of those that are awaited, which this thread is to run. */
  take(): Job | undefined {
    if (this.#jobs() === 0) return undefined; // G1: the worker is free, or about to get a job
    for (const { awaited } of this.#open()) {
      const job = awaited.claim();
      if (job) return job;
    }
    return undefined;
  }

  /** One of several jobs has ended: the next guest may come (G3). */
  leave(): void {
    if (this.#open().length > 0) this.#ask();
  }

  /** Those that may be a guest now (G2), the oldest first. */
  #open(): Wish[] {
    const jobs = this.#jobs();
    return [...this.#wishes].filter(({ awaited, depth }) => depth >= jobs && awaited.isWaiting);
  }
}
