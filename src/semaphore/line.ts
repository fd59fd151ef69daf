/**
 * How permits are waited for: first come, first served, whatever each one asks for.
 *
 * Invariants
 *   S1  While ARRIVALS is not 0, only the oldest waiter takes permits.
 *   S2  A record is WAITING before its owner counts itself in ARRIVALS, and that before it looks.
 *   S3  ARRIVALS returns to 0 only by an exchange of the whole COUNT as it was read before a scan
 *       that found nobody else. Who arrived since has changed it (S2), also if it was 0 meanwhile: no
 *       two arrivals have the same number. So nobody is overtaken and nobody sleeps uncounted.
 *   S4  Whoever ends a wait, sets one aside, or adds permits, wakes the oldest waiter that can be served;
 *       where that is an event loop, somebody is woken with it who sets it aside when it does not answer
 *       within a lease. So does who only tries and has met it for that long: wait/lease.ts.
 *
 * Where the permits are is the stock's business (stock.ts).
 *
 * Nothing is reserved and nothing is on its way: a thread that dies loses no permits but those it
 * held, and who waits behind it is woken by the burial.
 */
import type { Agent } from '../agent/agent.ts';
import { lookForDead } from '../agent/liveness.ts';
import { corrupt } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import { wake } from '../wait/inbox.ts';
import { Lease } from '../wait/lease.ts';
import { type Protocol, TAKEN, Turn, UNTIL_POKED } from '../wait/protocol.ts';
import { LATE, move, oldestOf, type Waiting, waitersOf } from '../wait/record.ts';
import { BUSY, type Stock } from './stock.ts';
import { COUNT, isWaitedFor, permitsOf, TICKET, withArrival } from './word.ts';

export class Line implements Protocol {
  readonly object: number;
  readonly label: string;
  readonly #agent: Agent;
  readonly #words: Words;
  readonly #stock: Stock;
  readonly #lease: Lease;
  /** Of another wait perhaps: who tries does not pass over its own event loop, as who is blocked does. */
  readonly #leaseForTries: Lease;

  constructor(agent: Agent, words: Words, stock: Stock, object: number, label: string) {
    this.#agent = agent;
    this.#words = words;
    this.#stock = stock;
    this.#lease = new Lease(agent);
    this.#leaseForTries = new Lease(agent);
    this.object = object;
    this.label = label;
  }

  ticket(): number {
    return Atomics.add(this.#words, TICKET, 1);
  }

  arrive(): void {
    const ticket = this.ticket();
    for (;;) {
      const count = Atomics.load(this.#words, COUNT);
      if (this.#exchange(count, withArrival(count, ticket))) return; // S2
    }
  }

  attempt(turn: Turn): number {
    for (;;) {
      const count = Atomics.load(this.#words, COUNT);
      if (count < 0) throw corrupt(this.label, count);
      const waiters = this.#waiters();
      const oldest = this.#oldestFor(turn, waiters);
      if (!oldest || oldest.record === turn.record) {
        if (this.#stock.available(count) >= turn.count) {
          if (turn.isDoubtful(count)) return Turn.GRACE;
          const left = waiters.length > 1 ? count : permitsOf(count); // S3
          const taken = this.#stock.take(count, left, turn.count);
          if (taken === true) return TAKEN;
          if (taken === false) {
            this.#serveAfterTake();
            continue;
          }
        }
      } else if (this.#isAsked(oldest, count)) {
        const left = this.#lease.left(oldest);
        if (left > 0) return left;
        this.#setAside(oldest);
        continue;
      }
      if (isWaitedFor(count)) return UNTIL_POKED;
      this.arrive(); // nobody was counted while this record was set aside
    }
  }

  taken(): void {
    this.serve();
  }

  leave(): void {
    this.serve();
  }

  /** Takes permits if they are there and nobody is before. */
  tryTake(wanted: number): boolean {
    for (;;) {
      const count = Atomics.load(this.#words, COUNT);
      if (!this.#isThere(count, wanted)) return false;
      if (isWaitedFor(count) && this.#isBehindOthers(count)) return false; // S1
      const taken = this.#stock.take(count, permitsOf(count), wanted);
      if (taken === BUSY) lookForDead(this.#agent);
      else this.#serveAfterTake();
      if (taken === true) return true;
    }
  }

  /** Wakes who can be served, or notes that nobody waits (S4). */
  serve(): void {
    for (;;) {
      const count = Atomics.load(this.#words, COUNT);
      if (!isWaitedFor(count)) return;
      const waiters = this.#waiters();
      const oldest = oldestOf(waiters);
      if (oldest) {
        if (this.#stock.available(count) >= oldest.count) this.#wakeFor(oldest, waiters);
        return;
      }
      if (this.#exchange(count, permitsOf(count))) return; // S3
    }
  }

  /** Who came meanwhile has found it busy. */
  #serveAfterTake(): void {
    if (this.#stock.isRobust) this.serve();
  }

  #isBehindOthers(count: number): boolean {
    if (this.#waiters().length === 0) return false;
    lookForDead(this.#agent); // they may be among the waiters until somebody looks
    for (;;) {
      const oldest = oldestOf(this.#waiters());
      if (!oldest) return false;
      if (!this.#isAsked(oldest, count) || !this.#leaseForTries.hasRunOut(oldest)) return true;
      this.#setAside(oldest);
    }
  }

  /** Whether `oldest` is an event loop that has only to answer. */
  #isAsked(oldest: Waiting, count: number): boolean {
    return oldest.isAsync && this.#stock.available(count) >= oldest.count;
  }

  #isThere(count: number, wanted: number): boolean {
    if (this.#stock.available(count) >= wanted) return true;
    if (!this.#stock.isRobust) return false;
    lookForDead(this.#agent); // a caller that only tries never sleeps a slice
    return this.#stock.available(count) >= wanted;
  }

  /** Who is to be served before `turn`. A blocked thread cannot serve its own event loop first. */
  #oldestFor(turn: Turn, waiters: readonly Waiting[]): Waiting | undefined {
    if (turn.isAsync) return oldestOf(waiters);
    const me = this.#agent.id;
    return oldestOf(waiters.filter(({ isAsync, agent }) => !isAsync || agent !== me));
  }

  #wakeFor(oldest: Waiting, waiters: readonly Waiting[]): void {
    wake(this.#agent, oldest);
    if (!oldest.isAsync) return;
    const blocked = oldestOf(waiters.filter(({ isAsync }) => !isAsync));
    const watchers = blocked ? [blocked] : waiters.filter((waiting) => waiting !== oldest);
    for (const watcher of watchers) wake(this.#agent, watcher);
  }

  #setAside(late: Waiting): void {
    if (!move(this.#agent.table, late, LATE)) return;
    wake(this.#agent, late);
    this.serve(); // S4
  }

  #waiters(): readonly Waiting[] {
    return waitersOf(this.#agent.table, this.object);
  }

  #exchange(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, COUNT, from, to) === from;
  }
}
