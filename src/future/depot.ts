/**
 * The depot of a pool: a thread that is never blocked, in which jobs wait for a worker. It starts the
 * workers, sees them die, and hands each the next job as soon as it has done one: whoever has submitted
 * the jobs may be blocked all the time.
 *
 * It is a thread because a job may have shared memory or ports among its arguments. Those travel in
 * messages alone, and a message is there for the one thread that it was sent to: one that is blocked, or busy
 * with a job that waits for the next one, could not give it on.
 *
 * Invariants
 *   D1  The promise of a job that waits is the depot's, and who runs the job has taken it over before, by
 *       compare-exchange: the depot in the name of a worker, before that gets the job; or who waits for the
 *       outcome, to run it itself; or who cancels it. So a job runs once, and whoever dies breaks what it had begun.
 *   D2  While jobs wait, all workers are busy, and there are as many as cores, or the limit. Beyond the cores
 *       one more comes whenever no job was handed out for a while: then all may be waiting for one.
 *   D3  The job that a blocked thread waits for has begun, or is next. For each of those one worker comes, in
 *       the same way, beyond the limit.
 */
import { currentAgent } from '../agent/home.ts';
import { coreCount } from '../agent/runtime.ts';
import { startWorker } from '../thread/start-worker.ts';
import { pack } from '../thread/transport.ts';
import { CLOSE, type Crew, DONE, type Employment, type Hurry } from './depot-protocol.ts';
import type { Job } from './job.ts';
import { handOver, isHeldBy } from './state.ts';

const WORKER = new URL('./pool-worker.js', import.meta.url);
const STALL = 10; // ms without a job handed out: any that is short against a human's patience

/** A worker of the pool, as the depot has it. */
interface Hand {
  readonly id: number;
  readonly worker: import('node:worker_threads').Worker;
  /** Calls off its end, which comes when it has idled for long. */
  stay: () => void;
}

export class Depot {
  readonly #agent = currentAgent();
  readonly #crew: Crew;
  readonly #rest: () => void;
  readonly #hands = new Set<Hand>();
  readonly #ends = new Set<Promise<void>>();
  readonly #idle: Hand[] = [];
  readonly #jobs: Job[] = [];
  /** How many are blocked, as far as is known, that nobody was hired for. */
  #hurries = 0;
  #stopWatching: (() => void) | undefined;

  /** `rest` is called whenever there is nothing to do. */
  constructor(crew: Crew, rest: () => void) {
    this.#crew = crew;
    this.#rest = rest;
    while (this.#hands.size < crew.min) this.#idle.push(this.#hire());
  }

  get isIdle(): boolean {
    return this.#jobs.length === 0 && this.#idle.length === this.#hands.size;
  }

  submit(job: Job): void {
    this.#jobs.push(job);
    this.#handOut();
  }

  /** Somebody is blocked until the job with this id is done: if it waits, it is next (D3). */
  hurry(id: number): void {
    const index = this.#jobs.findIndex((job) => job.id === id);
    if (index < 0) return;
    this.#jobs.unshift(...this.#jobs.splice(index, 1));
    this.#hurries++;
    this.#handOut();
  }

  /** Ends all workers, which have nothing to do. Resolves when they have ended. */
  async close(): Promise<void> {
    for (const hand of this.#idle.splice(0)) this.#dismiss(hand);
    await Promise.all(this.#ends);
  }

  #handOut(): void {
    for (let hand = this.#handForNext(); hand; hand = this.#handForNext()) {
      const job = this.#jobs.shift()!;
      if (handOver(job.state, this.#agent.id, hand.id)) this.#give(hand, job);
      else this.#idle.push(hand);
    }
    if (this.#jobs.length > 0) this.#watch();
    else this.#hurries = 0;
    if (this.isIdle) this.#rest();
  }

  /** Who is to have the next job that nobody has claimed, if there are both. */
  #handForNext(): Hand | undefined {
    this.#dropClaimed();
    if (this.#jobs.length === 0) return undefined;
    return this.#idle.pop() ?? (this.#isBelow(coreCount) ? this.#hire() : undefined);
  }

  /** Those before the first that still waits. */
  #dropClaimed(): void {
    const jobs = this.#jobs;
    const waiting = jobs.findIndex((job) => isHeldBy(job.state, this.#agent.id));
    jobs.splice(0, waiting < 0 ? jobs.length : waiting);
  }

  #give(hand: Hand, job: Job): void {
    hand.stay();
    const { data, transfer } = job.moves ? pack(job) : { data: job, transfer: [] };
    hand.worker.postMessage(data, transfer);
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  /** Adds a worker if none becomes free for a while (D2, D3). */
  #watch(): void {
    if (!this.#isBelow(Infinity) && this.#hurries === 0) return;
    this.#stopWatching ??= this.#agent.host.after(STALL, () => {
      this.#stopWatching = undefined;
      this.#dropClaimed();
      if (this.#jobs.length > 0) {
        if (!this.#isBelow(Infinity)) this.#hurries--;
        this.#idle.push(this.#hire());
      }
      this.#handOut();
    });
  }

  #isBelow(count: number): boolean {
    return this.#hands.size < Math.min(this.#crew.max, count);
  }

  #hire(): Hand {
    const { name, resourceLimits } = this.#crew;
    const employment: Employment = { depot: this.#agent.id };
    const parcel = { data: employment, transfer: [] };
    const { worker, id, ended } = startWorker(WORKER, name, parcel, resourceLimits);
    const hand: Hand = { id, worker, stay: () => {} };
    this.#hands.add(hand);
    worker.on('message', (message: Job | Hurry | typeof DONE) => {
      if (message === DONE) this.#takeBack(hand);
      else if ('hurry' in message) this.hurry(message.hurry);
      else this.submit(message);
    });
    this.#ends.add(ended);
    void ended.then(() => {
      this.#ends.delete(ended);
      this.#forget(hand);
      this.#handOut();
    });
    return hand;
  }

  #takeBack(hand: Hand): void {
    if (this.#hands.size > this.#crew.max) {
      this.#dismiss(hand);
    } else {
      this.#idle.push(hand);
      if (this.#hands.size > this.#crew.min) {
        hand.stay = this.#agent.host.after(this.#crew.idle, () => this.#dismiss(hand));
      }
    }
    this.#handOut();
  }

  #dismiss(hand: Hand): void {
    this.#forget(hand);
    hand.worker.postMessage(CLOSE);
  }

  #forget(hand: Hand): void {
    hand.stay();
    this.#hands.delete(hand);
    const index = this.#idle.indexOf(hand);
    if (index >= 0) this.#idle.splice(index, 1);
  }
}
