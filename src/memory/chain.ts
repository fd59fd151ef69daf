/**
 * A hash table whose buckets are chains that only ever grow.
 *
 * Words
 *   heads[bucket]   place of the newest entry, 0: none
 *   entry + next    place of the next older entry, 0: the end
 * States of an entry
 *   unlinked        its maker's alone
 *   linked          in its chain for ever
 * Invariants
 *   H1  An entry's `next` is written before it is linked and never after.
 *   H2  The head moves by compare-exchange from the entry that `next` names, so nothing falls out of a chain.
 *
 * Nothing is unlinked, so there is no ABA; a thread killed before it links loses an unlinked entry, nothing else.
 */
import type { Words } from './words.ts';

export class Chain {
  readonly #words: Words;
  readonly #heads: number;
  readonly #mask: number;
  readonly #next: number;

  /** `size` heads from `heads` on, a power of two; entries keep their link at offset `next`. */
  constructor(words: Words, heads: number, size: number, next: number) {
    this.#words = words;
    this.#heads = heads;
    this.#mask = size - 1;
    this.#next = next;
  }

  head(hash: number): number {
    return Atomics.load(this.#words, this.#bucket(hash));
  }

  after(entry: number): number {
    return Atomics.load(this.#words, entry + this.#next);
  }

  /** Links `entry` before `head`, the newest that was looked at. `false`: somebody linked another one meanwhile. */
  link(hash: number, entry: number, head: number): boolean {
    Atomics.store(this.#words, entry + this.#next, head);
    const bucket = this.#bucket(hash);
    return Atomics.compareExchange(this.#words, bucket, head, entry) === head;
  }

  #bucket(hash: number): number {
    return this.#heads + ((Math.imul(hash, 0x9e3779b1) >>> 16) & this.#mask); // Knuth: the high bits are the mixed ones
  }
}
