/**
 * The depot of a pool: a thread that is never blocked, in which jobs wait for a worker. It starts the
 * workers, sees them die, and hands each the next job as soon as it has done one: whoever has submitted
 * the jobs may be blocked all the time.
 *
 * It is a thread because a job may have shared memory or ports among its arguments. Those travel in
 * messages alone, and a message is there for the one thread that it was sent to: one that is blocked, or busy
 * with a job that waits for the next one, could not give it on.
 *
 * Who has made the pool may give a job to a free worker itself: board.ts says when.
 *
 * Invariants
 *   D1  The promise of a job that waits is the depot's, and who runs the job has taken it over before, by
 *       compare-exchange: the depot in the name of a worker, before that gets the job; or who waits for the
 *       outcome, to run it itself; or who cancels it. So a job runs once, and whoever dies breaks what it had begun.
 *       That of a job which is given to a free worker is the worker's before it is posted. The promises among
 *       its arguments go with it: owner.ts.
 *   D2  While jobs wait, all workers are busy, and there are as many as cores, or the limit. Beyond the cores
 *       one more comes whenever no job was handed out for a while: then all may be waiting for one.
 *   D3  The job that a blocked thread waits for has begun, or is next. For each of those one worker comes, in
 *       the same way, beyond the limit.
 *   D4  At the limit a worker that awaits a job which waits runs that itself, beside its own: it is told so whenever it
 *       has said that it awaits and jobs wait. So all workers may await: they get on, without a thread more.
 */
import { currentAgent } from '../agent/home.ts';
import { coreCount } from '../agent/runtime.ts';
import { requireWorkers, startWorker } from '../thread/start-worker.ts';
import { pack } from '../thread/transport.ts';
import type { Board } from './board.ts';
import type { Crew } from './depot-line.ts';
import {
  AWAITING,
  BESIDE,
  CLOSE,
  DONE,
  type Employment,
  type Hurry,
  type Line,
} from './depot-protocol.ts';
import type { Job } from './job.ts';
import { handOut, isHeldBy } from './owner.ts';

const WORKER = new URL('./pool-worker.js', import.meta.url);
const STALL = 10; // ms without a job handed out: any that is short against a human's patience

type MessagePort = import('node:worker_threads').MessagePort;

/** A worker of the pool, as the depot has it. */
interface Hand {
  readonly id: number;
  readonly worker: import('node:worker_threads').Worker;
  readonly desk: number;
  /** How many jobs have come from it, modulo 2^32. */
  received: number;
  /** Whether it has said that it awaits a job, and was not told to run that (D4). */
  awaits: boolean;
  /** Calls off its end, which comes when it has idled for long. */
  stay: () => void;
}

export class Depot {
  readonly #agent = currentAgent();
  readonly #crew: Crew;
  readonly #board: Board;
  readonly #roster: MessagePort;
  readonly #rest: () => void;
  readonly #hands = new Set<Hand>();
  readonly #ends = new Set<Promise<void>>();
  /** Those of workers that have not ended. */
  readonly #desks = new Set<number>();
  readonly #jobs: Job[] = [];
  /** How many are blocked, as far as is known, that nobody was hired for. */
  #hurries = 0;
  #stopWatching: (() => void) | undefined;

  /** `rest` is called whenever there is nothing to do. */
  constructor(crew: Crew, board: Board, roster: MessagePort, rest: () => void) {
    this.#crew = crew;
    this.#board = board;
    this.#roster = roster;
    this.#rest = rest;
    while (this.#hands.size < crew.min) this.#free(this.#hire());
  }

  /** Whether there is no job, here, on the way, or with a worker. */
  get isIdle(): boolean {
    if (this.#jobs.length > 0) return false;
    return [...this.#hands].every(({ desk, id, received }) =>
      this.#board.isDone(desk, id, received),
    );
  }

  /** The job counts among the board's matters already. */
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
    for (const hand of this.#hands) this.#dismiss(hand);
    await Promise.all(this.#ends);
  }

  #handOut(): void {
    for (let hand = this.#handForNext(); hand; hand = this.#handForNext()) {
      const job = this.#jobs.shift()!;
      if (handOut(job, this.#agent.id, hand.id)) this.#give(hand, job);
      else this.#free(hand);
      this.#board.addMatters(-1);
    }
    if (this.#jobs.length > 0) {
      this.#haveAwaitedRun();
      this.#watch();
    } else {
      this.#hurries = 0;
    }
    if (this.isIdle) this.#rest();
  }

  /** Who is to have the next job that nobody has claimed, if there are both. */
  #handForNext(): Hand | undefined {
    this.#dropClaimed();
    if (this.#jobs.length === 0) return undefined;
    return this.#takeFree() ?? (this.#isBelow(coreCount) ? this.#hire() : undefined);
  }

  /** Those before the first that still waits. */
  #dropClaimed(): void {
    const jobs = this.#jobs;
    const waiting = jobs.findIndex((job) => isHeldBy(job.state, this.#agent.id));
    const claimed = jobs.splice(0, waiting < 0 ? jobs.length : waiting);
    if (claimed.length > 0) this.#board.addMatters(-claimed.length);
  }

  #takeFree(): Hand | undefined {
    for (const hand of this.#hands) {
      if (this.#board.take(hand.desk, hand.id)) return hand;
    }
    return undefined;
  }

  #free({ desk, id }: Hand): void {
    this.#board.free(desk, id);
  }

  #give(hand: Hand, job: Job): void {
    hand.stay();
    const { data, transfer } = job.moves ? pack(job) : { data: job, transfer: [] };
    hand.worker.postMessage(data, transfer);
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  /** By those that await, when there are no workers to come (D4). */
  #haveAwaitedRun(): void {
    if (this.#isBelow(Infinity)) return;
    for (const hand of this.#hands) {
      if (hand.awaits) hand.worker.postMessage(BESIDE);
      hand.awaits = false;
    }
  }

  /** Adds a worker if none becomes free for a while (D2, D3). */
  #watch(): void {
    if (!this.#isBelow(Infinity) && this.#hurries === 0) return;
    this.#stopWatching ??= this.#agent.host.after(STALL, () => {
      this.#stopWatching = undefined;
      this.#dropClaimed();
      if (this.#jobs.length > 0) {
        if (!this.#isBelow(Infinity)) this.#hurries--;
        this.#free(this.#hire());
      }
      this.#handOut();
    });
  }

  get #isWithinLimit(): boolean {
    return this.#hands.size <= this.#crew.max;
  }

  #isBelow(count: number): boolean {
    return this.#hands.size < Math.min(this.#crew.max, count);
  }

  #hire(): Hand {
    const { name, resourceLimits } = this.#crew;
    let desk = 0;
    while (this.#desks.has(desk)) desk++;
    this.#desks.add(desk);
    const { port1: line, port2: port } = new (requireWorkers().MessageChannel)();
    const employment: Employment = { depot: this.#agent.id, board: this.#board.words, desk, line };
    const parcel = { data: employment, transfer: [line] };
    const { worker, id, ended } = startWorker(WORKER, name, parcel, resourceLimits);
    const hand: Hand = { id, worker, desk, received: 0, awaits: false, stay: () => {} };
    this.#hands.add(hand);
    if (!this.#isWithinLimit) this.#board.addMatters(1);
    this.#roster.postMessage({ id, desk, port } satisfies Line, [port]);
    worker.on('message', (message: Job | Hurry | typeof DONE | typeof AWAITING) => {
      if (message === DONE) this.#hearOf(hand);
      else if (message === AWAITING) {
        hand.awaits = true;
        this.#handOut();
      } else if ('hurry' in message) this.hurry(message.hurry);
      else {
        hand.received = (hand.received + 1) | 0;
        this.#board.addMatters(1);
        this.submit(message);
      }
    });
    this.#ends.add(ended);
    void ended.then(() => {
      this.#ends.delete(ended);
      this.#board.clear(desk);
      this.#desks.delete(desk);
      this.#forget(hand);
      this.#handOut();
    });
    return hand;
  }

  /** The worker has become free, and may have been given another job since. */
  #hearOf(hand: Hand): void {
    hand.stay();
    if (!this.#isWithinLimit) {
      this.#dismiss(hand);
    } else if (this.#hands.size > this.#crew.min) {
      hand.stay = this.#agent.host.after(this.#crew.idle, () => this.#dismiss(hand));
    }
    this.#handOut();
  }

  /** Unless it has a job, or has submitted one that is not here yet: then it will be heard of again. */
  #dismiss(hand: Hand): void {
    const { desk, id, received, worker } = hand;
    if (!this.#board.take(desk, id)) return;
    if (!this.#board.hasPostedAll(desk, received)) {
      this.#free(hand);
      return;
    }
    this.#forget(hand);
    worker.postMessage(CLOSE);
  }

  #forget(hand: Hand): void {
    if (!this.#hands.has(hand)) return;
    hand.stay();
    if (!this.#isWithinLimit) this.#board.addMatters(-1);
    this.#hands.delete(hand);
  }
}
