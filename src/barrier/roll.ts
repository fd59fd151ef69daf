/**
 * The roll of a barrier: which agent arrived how often in this phase and in the one before. An agent
 * owes as many arrivals as it made in the phase before; the debt of a dead one breaks the barrier.
 *
 * Words of an entry
 *   OWNER  agent id, 0: this entry and all behind it are free
 *   PHASE, COUNT of an even phase, then of an odd one
 *          COUNT  arrivals of OWNER in that phase; ~COUNT while it is about to arrive once more
 * Invariants
 *   C1  An entry is written by its live owner alone. It passes to another agent by compare-exchange of
 *       OWNER, when the owner is dead and the entry says nothing of this phase or the one before.
 *   C2  An agent is about to arrive before it is counted in STATE, and until its part in the phase is
 *       done, the completion included. Whether one that dies in between was counted, nobody can know:
 *       it owes, in this phase and the next.
 */
import type { Agent } from '../agent/agent.ts';
import { isDead, SLOT_COUNT } from '../agent/table.ts';
import { SyncError } from '../errors.ts';
import { WORD, type Words } from '../memory/words.ts';

const OWNER = 0;
const PHASE = 0; // of the pair
const COUNT = 1;
const ENTRY = 5;

export const ROLL_BYTE_LENGTH: number = SLOT_COUNT * ENTRY * WORD;

export class Roll {
  readonly #agent: Agent;
  readonly #words: Words;
  readonly #first: number;
  readonly #end: number;
  #own = 0;

  constructor(agent: Agent, words: Words, first: number) {
    this.#agent = agent;
    this.#words = words;
    this.#first = first;
    this.#end = first + SLOT_COUNT * ENTRY;
  }

  /** This agent is about to arrive (C2). */
  begin(phase: number): void {
    this.#own ||= this.#find(phase);
    const pair = pairOf(this.#own, phase);
    Atomics.store(this.#words, pair + COUNT, ~this.#arrivals(this.#own, phase));
    Atomics.store(this.#words, pair + PHASE, phase); // now COUNT means it
  }

  /** It has arrived `n` times, `drops` of which were its last. */
  end(phase: number, n: number, drops: number): void {
    if (drops > 0) this.#forgive(phase - 1, drops);
    const count = pairOf(this.#own, phase) + COUNT;
    Atomics.store(this.#words, count, ~Atomics.load(this.#words, count) + n - drops);
  }

  /** Whether an agent that owes an arrival in `phase` is dead. */
  isMissed(phase: number): boolean {
    for (let entry = this.#first; entry < this.#end; entry += ENTRY) {
      const owner = Atomics.load(this.#words, entry + OWNER);
      if (owner === 0) return false;
      if (!isDead(this.#agent.table, owner)) continue;
      const owes = this.#owes(entry, phase);
      if (owes && Atomics.load(this.#words, entry + OWNER) === owner) return true; // else C1
    }
    return false;
  }

  #owes(entry: number, phase: number): boolean {
    const before = this.#arrivals(entry, (phase - 1) | 0);
    return before < 0 || this.#arrivals(entry, phase) < before; // C2: about to arrive is below all
  }

  #arrivals(entry: number, phase: number): number {
    const pair = pairOf(entry, phase);
    if (Atomics.load(this.#words, pair + PHASE) !== phase) return 0;
    return Atomics.load(this.#words, pair + COUNT);
  }

  #forgive(phase: number, drops: number): void {
    const before = this.#arrivals(this.#own, phase | 0);
    const left = Math.max(0, before - drops);
    if (before > 0) Atomics.store(this.#words, pairOf(this.#own, phase) + COUNT, left);
  }

  /** The entry of this agent, or one that it makes its own. */
  #find(phase: number): number {
    const { id, table } = this.#agent;
    for (let entry = this.#first; entry < this.#end; entry += ENTRY) {
      const owner = Atomics.load(this.#words, entry + OWNER);
      if (owner === id) return entry;
      if (owner !== 0 && (!isDead(table, owner) || this.#isRecent(entry, phase))) continue;
      if (Atomics.compareExchange(this.#words, entry + OWNER, owner, id) === owner) return entry; // C1
    }
    throw new SyncError(
      'resource_unavailable_try_again',
      'no room for another thread at a barrier',
    );
  }

  #isRecent(entry: number, phase: number): boolean {
    return [phase, phase - 1].some((of) => {
      const pair = pairOf(entry, of);
      const age = (phase - Atomics.load(this.#words, pair + PHASE)) | 0;
      return age <= 1 && Atomics.load(this.#words, pair + COUNT) !== 0;
    });
  }
}

function pairOf(entry: number, phase: number): number {
  return entry + 1 + (phase & 1) * 2;
}
