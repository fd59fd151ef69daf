/**
 * How the change of an atomic's value is waited for.
 *
 * Words
 *   TICKET   the next number, in the order of waiting and of arrivals
 *   ARRIVALS  bits 0-23 of the word that its class is in
 *             0: nobody waits; else the number of the last arrival
 * Invariants
 *   N1  A record is WAITING before its owner counts itself in ARRIVALS, and that before it looks at the
 *       value. So a notification after the change finds it, or it sees the change.
 *   N2  ARRIVALS returns to 0 only by an exchange from what was read before a scan that found nobody.
 *       Who arrived since has changed it, also if it was 0 meanwhile: no two arrivals have the same number.
 *   N3  A notification wakes all. C++ asks for one at least that is eligible, and who that is only the
 *       waiters know: each waits for another value to go.
 */
import type { Agent } from '../agent/agent.ts';
import type { Words } from '../memory/words.ts';
import { arrivalNumber } from '../wait/arrival.ts';
import { wake } from '../wait/inbox.ts';
import { type Protocol, TAKEN, UNTIL_POKED } from '../wait/protocol.ts';
import { waitersOf } from '../wait/record.ts';

const ARRIVALS_WORD = 2;
const ARRIVALS = (1 << 24) - 1;

/** One wait for `isOver`. */
export class Notice implements Protocol {
  readonly object: number;
  readonly label: string;
  readonly #words: Words;
  readonly #ticket: number;
  readonly #isOver: () => boolean;

  constructor(notices: Notices, isOver: () => boolean) {
    this.object = notices.object;
    this.label = notices.label;
    this.#words = notices.words;
    this.#ticket = notices.ticket;
    this.#isOver = isOver;
  }

  ticket(): number {
    return Atomics.add(this.#words, this.#ticket, 1);
  }

  arrive(): void {
    const arrivals = arrivalNumber(this.ticket(), ARRIVALS);
    for (;;) {
      const found = Atomics.load(this.#words, ARRIVALS_WORD);
      const next = (found & ~ARRIVALS) | arrivals;
      if (Atomics.compareExchange(this.#words, ARRIVALS_WORD, found, next) === found) return; // N1
    }
  }

  attempt(): number {
    return this.#isOver() ? TAKEN : UNTIL_POKED;
  }

  leave(): void {} // nobody is chosen: all look
}

/** What all waits for one atomic share, and what ends them. */
export class Notices {
  readonly words: Words;
  readonly ticket: number;
  readonly object: number;
  readonly label: string;
  readonly #agent: Agent;

  constructor(agent: Agent, words: Words, ticket: number, object: number, label: string) {
    this.#agent = agent;
    this.words = words;
    this.ticket = ticket;
    this.object = object;
    this.label = label;
  }

  notify(): void {
    const found = Atomics.load(this.words, ARRIVALS_WORD);
    if ((found & ARRIVALS) === 0) return;
    const waiters = waitersOf(this.#agent.table, this.object);
    if (waiters.length === 0) {
      Atomics.compareExchange(this.words, ARRIVALS_WORD, found, found & ~ARRIVALS); // N2
    }
    for (const waiting of waiters) wake(this.#agent, waiting); // N3
  }
}
