/**
 * Counts who was overtaken by how many. A binary indexed tree (Fenwick, 1994) over the tickets:
 * counting and adding take log n steps, where comparing each wait with each other takes n.
 *
 * Invariant
 *   O1  tree[i] is how many of the ranks i - (i & -i) + 1 … i have got the lock. Ranks count from 1.
 */
export class Overtaken {
  readonly #ranks: ReadonlyMap<number, number>;
  readonly #tree: Int32Array;
  #served = 0;

  /** `tickets`: all that there are, in any order. */
  constructor(tickets: Iterable<number>) {
    const sorted = [...new Set(tickets)].toSorted((a, b) => a - b);
    this.#ranks = new Map(sorted.map((ticket, i) => [ticket, i + 1]));
    this.#tree = new Int32Array(sorted.length + 1);
  }

  /** The owner of `ticket` has got the lock. */
  serve(ticket: number): void {
    this.#served++;
    for (let i = this.#rankOf(ticket); i < this.#tree.length; i += i & -i) this.#tree[i]!++;
  }

  /** How many with a later ticket have got it up to now. */
  by(ticket: number): number {
    let notLater = 0;
    for (let i = this.#rankOf(ticket); i > 0; i -= i & -i) notLater += this.#tree[i]!;
    return this.#served - notLater;
  }

  #rankOf(ticket: number): number {
    return this.#ranks.get(ticket)!;
  }
}
