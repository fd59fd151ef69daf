/**
 * Where a thread's requests for a shared object wait: in the order of `async-mutex`, with priorities and
 * weights, of which the other threads know nothing. For them one waits, the bid.
 *
 * State, all of it this thread's
 *   requests  who wants to have, by priority
 *   waiters   who only wants to know that it could have
 *   bid       a wait for the shared object, if anybody waits here; it is nobody's until it succeeds
 * Invariants
 *   A1  Before other code runs, the bid is for what is wanted next: as much as the first request, or less
 *       if that is enough for a waiter of more priority. So no wake-up is lost: it is the shared
 *       object's, and what a bid brings goes to who is first then.
 *   A2  A bid is given up only for another weight, or when nobody is left to want it; only then does the
 *       thread lose its place among the others.
 *   A3  What a bid brings is somebody's in that instant: there is nothing on its way to who has cancelled.
 *   A4  Waiters hear of what this thread releases before its requests, or others, get it: who releases and
 *       acquires in one go lets them know all the same.
 */
import type { SemaphoreInterface } from 'async-mutex';
import { ByPriority } from './by-priority.ts';

/** A guard, or permits. Disposed of once; of no use when it was returned otherwise. */
export type Taken = Disposable & { readonly ownsLock?: boolean; readonly released?: boolean };

/** The shared object, of which there is so much: a mutex is a stock of one. */
export interface Source {
  /** What is to be had now. */
  readonly value: number;
  tryTake(weight: number): Taken | null;
  /** Waits; what it returns takes the wait back, until `taken` or `failed` is called. */
  bid(weight: number, taken: (what: Taken) => void, failed: (reason: unknown) => void): () => void;
}

interface Wish {
  readonly weight: number;
  readonly priority: number;
  reject(reason: unknown): void;
}

interface Request extends Wish {
  readonly cancelError: Error;
  resolve(ticket: [number, SemaphoreInterface.Releaser]): void;
}

interface Waiter extends Wish {
  resolve(): void;
}

interface Bid {
  readonly weight: number;
  retract?: () => void;
}

export class Room {
  readonly #source: Source;
  readonly #requests: ByPriority<Request> = new ByPriority();
  #waiters: Waiter[] = [];
  #bid: Bid | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  /** What there is for who comes next: a request that can be met will be, before other code runs. */
  get value(): number {
    let left = this.#source.value;
    for (const { weight } of this.#requests) {
      if (weight > left) break;
      left -= weight;
    }
    return left;
  }

  acquire(
    weight: number,
    priority: number,
    cancelError: Error,
  ): Promise<[number, SemaphoreInterface.Releaser]> {
    return new Promise((resolve, reject) => {
      this.#requests.add({ weight, priority, cancelError, resolve, reject });
      this.#settle();
    });
  }

  async waitForUnlock(weight: number, priority: number): Promise<void> {
    if (this.#isBeforeRequests(priority) && weight <= this.#source.value) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiters.push({ weight, priority, resolve, reject });
      this.#settle();
    });
  }

  cancel(): void {
    for (const request of this.#requests.removeAll()) request.reject(request.cancelError);
    this.#settle();
  }

  /** Has `fn` release `weight`. */
  release(weight: number, fn: () => void): void {
    if (this.#waiters.length === 0) {
      fn();
      return;
    }
    const value = this.#source.value + weight;
    fn();
    this.#tell(value); // A4
    this.#settle(); // A1
  }

  /** Runs `fn` with nobody of this room in its way. */
  aside(fn: () => void): void {
    this.#withdraw();
    try {
      fn();
    } finally {
      this.#settle(); // A1
    }
  }

  /** Takes what is there, then bids for what is not (A1). */
  #settle(): void {
    for (;;) {
      const wanted = this.#wanted();
      if (wanted === this.#bid?.weight) return; // A2
      this.#withdraw();
      if (wanted === undefined) return;
      let taken;
      try {
        taken = this.#source.tryTake(wanted);
      } catch (error) {
        this.#fail(error);
        return;
      }
      if (!taken) {
        this.#bidFor(wanted);
        return;
      }
      this.#give(wanted, taken);
    }
  }

  #wanted(): number | undefined {
    let wanted = this.#requests.first?.weight;
    for (const { weight, priority } of this.#waiters) {
      if (this.#isBeforeRequests(priority)) wanted = Math.min(weight, wanted ?? weight);
    }
    return wanted;
  }

  #bidFor(weight: number): void {
    const bid: Bid = { weight };
    this.#bid = bid;
    bid.retract = this.#source.bid(
      weight,
      (taken) => {
        this.#bid = undefined;
        void Promise.resolve().then(() => this.#settle()); // A1; here it is the other queue's turn
        this.#give(weight, taken);
      },
      (error) => {
        this.#bid = undefined;
        this.#fail(error);
      },
    );
  }

  #withdraw(): void {
    const bid = this.#bid;
    this.#bid = undefined;
    bid?.retract?.();
  }

  #give(weight: number, taken: Taken): void {
    const value = weight + this.#source.value;
    this.#tell(value);
    const { first } = this.#requests;
    if (first?.weight !== weight) {
      taken[Symbol.dispose](); // it was for a waiter
      return;
    }
    this.#requests.removeFirst();
    first.resolve([value, () => this.#return(weight, taken)]);
  }

  #return(weight: number, taken: Taken): void {
    if (taken.ownsLock || taken.released === false)
      this.release(weight, () => taken[Symbol.dispose]());
  }

  /** Lets those waiters go that could have what they wait for, out of `value`. */
  #tell(value: number): void {
    const stay: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (this.#isBeforeRequests(waiter.priority) && waiter.weight <= value) waiter.resolve();
      else stay.push(waiter);
    }
    this.#waiters = stay;
  }

  /** There is no waiting for it: its owner died, or nobody is left who could give it back. */
  #fail(error: unknown): void {
    for (const wish of [...this.#requests.removeAll(), ...this.#waiters]) wish.reject(error);
    this.#waiters = [];
  }

  #isBeforeRequests(priority: number): boolean {
    const { first } = this.#requests;
    return !first || priority > first.priority;
  }
}
