/**
 * Who reads under a shared mutex: one bit for each agent slot.
 *
 * Invariants
 *   S1  A reader sets its bit and then reads STATE; a writer claims STATE and then reads the bits. One of
 *       the two sees the other, and gives way: the reader if it does, else the writer.
 *   S2  A bit counts if the agent of its slot lives and is enrolled for this object. An agent enrolls
 *       with its bit clear, before it sets it. So what a dead reader leaves counts for nobody, also when
 *       its slot has a new owner; and who enrolls after a writer has looked reads STATE after its claim.
 */
import type { Agent } from '../agent/agent.ts';
import { HIGH, ID, isDead, SLOT_WORDS, slotAt, SLOTS } from '../agent/table.ts';
import type { Words } from '../memory/words.ts';
import { enroll, isEnrolled } from '../wait/record.ts';

const FIRST = 4; // word of the mutex
const BITS = 32;

export class Readers {
  readonly #agent: Agent;
  readonly #words: Words;
  readonly #object: number;
  readonly #word: number;
  readonly #bit: number;
  #isEnrolled = false;
  #count = 0;

  constructor(agent: Agent, words: Words, object: number) {
    this.#agent = agent;
    this.#words = words;
    this.#object = object;
    const slot = (agent.slot - SLOTS) / SLOT_WORDS;
    this.#word = FIRST + Math.floor(slot / BITS);
    this.#bit = 1 << (slot % BITS);
  }

  /** One reader more in this agent; the first is inside only if STATE says so after this. */
  add(): void {
    if (this.#count === 0) this.#set();
    this.#count++;
  }

  /** One less. Returns whether it was the last of this agent. */
  remove(): boolean {
    if (--this.#count > 0) return false;
    Atomics.and(this.#words, this.#word, ~this.#bit);
    return true;
  }

  #set(): void {
    if (!this.#isEnrolled) {
      Atomics.and(this.#words, this.#word, ~this.#bit); // of who had the slot before
      const { id, table } = this.#agent;
      if (!isEnrolled(table, this.#object, id)) enroll(this.#agent, this.#object); // by a live object before
      this.#isEnrolled = true;
    }
    Atomics.or(this.#words, this.#word, this.#bit);
  }

  /** Whether there are readers inside. */
  areInside(): boolean {
    return !this.inside().next().done;
  }

  /** The agents that read (S2). */
  *inside(): Generator<number> {
    const end = FIRST + Math.ceil(Atomics.load(this.#agent.table, HIGH) / BITS); // slots come before bits
    for (let word = FIRST; word < end; word++) {
      let bits = Atomics.load(this.#words, word);
      for (; bits !== 0; bits &= bits - 1) {
        const lowest = Math.clz32(1) - Math.clz32(bits & -bits);
        const id = Atomics.load(this.#agent.table, slotAt((word - FIRST) * BITS + lowest) + ID);
        if (this.#counts(id)) yield id;
      }
    }
  }

  #counts(id: number): boolean {
    const { table } = this.#agent;
    return id !== 0 && !isDead(table, id) && isEnrolled(table, this.#object, id);
  }
}
