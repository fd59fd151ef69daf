/**
 * The permits of a robust semaphore, which come back when their holder dies.
 *
 * Words, behind those of word.ts
 *   TAKER  0, or the agent that takes permits now
 *   TOTAL  permits there are, held ones included
 *   and for each slot of the agent table
 *   OWNER  the agent that used this slot last
 *   HELD   how many permits it holds
 * Invariants
 *   B1  What is to be had is TOTAL less all that live agents hold. Nothing else counts permits, so a
 *       death gives them back by being known.
 *   B2  Only the TAKER adds to its HELD, and only if B1 leaves enough. That one store is the taking:
 *       a thread killed before it holds nothing, one killed after it is dead and holds nothing.
 *   B3  A dead TAKER is replaced, and leaves nothing to repair (B2).
 *   B4  Who finds a TAKER waits its turn; the TAKER serves who waits once it is done, also if it took nothing.
 *   B5  TOTAL is never above the maximum, whoever holds what: so permits that are given back, or come back by a
 *       death, always have room. Giving only makes more of them to be had, and needs no TAKER.
 */
import type { Agent } from '../agent/agent.ts';
import { HIGH, isDead, SLOT_COUNT, SLOT_WORDS, SLOTS } from '../agent/table.ts';
import { WORD, type Words } from '../memory/words.ts';
import { BUSY, checkRoom, maxOf, type Stock } from './stock.ts';
import { COUNT, isWaitedFor, permitsOf } from './word.ts';

const TAKER = 0;
export const TOTAL = 1;
const FIRST = 2;
const OWNER = 0;
const HELD = 1;
const ENTRY = 2;

export const AREA_BYTE_LENGTH: number = (FIRST + SLOT_COUNT * ENTRY) * WORD;

export class RobustStock implements Stock {
  readonly isRobust = true;
  readonly #agent: Agent;
  readonly #words: Words;
  readonly #area: Words;
  readonly #label: string;
  readonly #own: number;

  constructor(agent: Agent, words: Words, area: Words, label: string) {
    this.#agent = agent;
    this.#words = words;
    this.#area = area;
    this.#label = label;
    this.#own = FIRST + ((agent.slot - SLOTS) / SLOT_WORDS) * ENTRY;
  }

  available(): number {
    return Math.max(0, Atomics.load(this.#area, TOTAL) - this.#heldByAll()); // the sum is no snapshot
  }

  take(count: number, left: number, n: number): boolean | typeof BUSY {
    if (!this.#enter()) return BUSY;
    const enough = this.available() >= n;
    if (enough) this.#hold(this.#heldByMe() + n); // B2
    Atomics.store(this.#area, TAKER, 0);
    if (enough && left !== count) {
      // nobody else waits; who has come since has changed COUNT
      Atomics.compareExchange(this.#words, COUNT, count, permitsOf(left));
    }
    return enough;
  }

  give(n: number): boolean {
    const held = this.#heldByMe();
    if (n > held) this.#makeMore(n, held);
    this.#hold(Math.max(held - n, 0));
    return isWaitedFor(Atomics.load(this.#words, COUNT));
  }

  /** What is given beyond what is held here was not there before; what others hold stays theirs (B5). */
  #makeMore(n: number, held: number): void {
    for (;;) {
      const total = Atomics.load(this.#area, TOTAL);
      checkRoom(this.#label, n, total - held, maxOf(this.#words), 'there or held by others');
      const more = total + n - held;
      if (Atomics.compareExchange(this.#area, TOTAL, total, more) === total) return;
    }
  }

  #enter(): boolean {
    const me = this.#agent.id;
    const taker = Atomics.compareExchange(this.#area, TAKER, 0, me);
    if (taker === 0) return true;
    if (!isDead(this.#agent.table, taker)) return false;
    return Atomics.compareExchange(this.#area, TAKER, taker, me) === taker; // B3
  }

  #heldByAll(): number {
    let sum = 0;
    const { table } = this.#agent;
    const end = FIRST + Atomics.load(table, HIGH) * ENTRY;
    for (let entry = FIRST; entry < end; entry += ENTRY) {
      const owner = Atomics.load(this.#area, entry + OWNER);
      if (owner !== 0 && !isDead(table, owner)) sum += Atomics.load(this.#area, entry + HELD);
    }
    return sum;
  }

  #heldByMe(): number {
    if (Atomics.load(this.#area, this.#own + OWNER) !== this.#agent.id) return 0;
    return Atomics.load(this.#area, this.#own + HELD);
  }

  #hold(n: number): void {
    if (Atomics.load(this.#area, this.#own + OWNER) !== this.#agent.id) {
      Atomics.store(this.#area, this.#own + HELD, 0); // what a dead one left there is free (B1)
      Atomics.store(this.#area, this.#own + OWNER, this.#agent.id);
    }
    Atomics.store(this.#area, this.#own + HELD, n);
  }
}
