/**
 * A bell: an event count that one agent listens to, whatever it waits for, and that others ring.
 *
 * Words
 *   RINGS   bit 0      WAITED  somebody waits for the next ring
 *           bits 1-31  COUNT   of rings, wraps
 *   OBJECT  the id by which wait records name it
 *   SLOT    in the agent table, of who waits
 * Invariants
 *   V1  Who rings has first written what it rings for, and changes the COUNT.
 *   V2  Who waits has read the COUNT before it looked for anything, and sleeps only on that very COUNT, with
 *       its SLOT written and then WAITED set.
 *   V3  A ring takes WAITED away, and pokes that SLOT after that. One agent listens, so one poke is for all its
 *       waits; and one poke too many, where a slot has a new owner, only has it look.
 *
 * No ring is lost: the exchange of who rings comes before that of who waits, which then sees another COUNT;
 * or after it, and finds WAITED. A wait ends also when somebody died that it is told to look out for: a death
 * has all agents look. Nobody waits, and a ring is one exchange.
 */
import type { Agent } from '../../agent/agent.ts';
import { dealObjectId } from '../../agent/table.ts';
import type { Words } from '../../memory/words.ts';
import { block } from '../../wait/block.ts';
import { NEVER } from '../../wait/deadline.ts';
import { poke } from '../../wait/park.ts';
import { Listening } from './listening.ts';
import { type IsOver, Ringing } from './ringing.ts';

const OBJECT = 1; // behind RINGS
const SLOT = 2;

const WAITED = 1 << 0;
const COUNT = ~WAITED;
const ONE = 1 << 1;

const A_RING = 1;

export class Bell {
  readonly label: string;
  readonly #agent: Agent;
  readonly #words: Words;
  readonly #rings: number;

  constructor(agent: Agent, words: Words, rings: number, label: string) {
    this.#agent = agent;
    this.#words = words;
    this.#rings = rings;
    this.label = label;
  }

  /** Gives it an id, before anybody knows of it. */
  found(): void {
    Atomics.store(this.#words, this.#rings + OBJECT, dealObjectId(this.#agent.table));
  }

  get object(): number {
    return Atomics.load(this.#words, this.#rings + OBJECT);
  }

  /** To be read before looking for what there is to do (V2). */
  get count(): number {
    return Atomics.load(this.#words, this.#rings) & COUNT;
  }

  ring(): void {
    for (;;) {
      const found = Atomics.load(this.#words, this.#rings);
      const next = ((found & COUNT) + ONE) | 0;
      if (Atomics.compareExchange(this.#words, this.#rings, found, next) !== found) continue; // V1
      if (found & WAITED) poke(this.#agent.table, Atomics.load(this.#words, this.#rings + SLOT)); // V3
      return;
    }
  }

  /** Blocks until it was rung since `seen`, or the wait is over. */
  wait(seen: number, isOver: IsOver): void {
    block(this.#agent, new Ringing(this, isOver, seen), A_RING, NEVER);
  }

  /**
   * Has `onRing` called on the event loop, with nothing else on the stack, now and whenever the bell was rung
   * or `isOver` says so; and once more for each time that it returns `true`.
   */
  listen(isOver: IsOver, onRing: () => boolean): Listening {
    return new Listening(this.#agent, new Ringing(this, isOver), onRing);
  }

  /** Whether somebody may sleep on `seen` now, whom the next ring wakes. */
  mark(seen: number): boolean {
    Atomics.store(this.#words, this.#rings + SLOT, this.#agent.slot); // V2
    for (;;) {
      const found = Atomics.load(this.#words, this.#rings);
      if ((found & COUNT) !== seen) return false;
      if (found & WAITED) return true;
      const marked = found | WAITED;
      if (Atomics.compareExchange(this.#words, this.#rings, found, marked) === found) return true; // V2
    }
  }
}
