/**
 * What was tried: which operations were in the order, and the state after them. However they were
 * ordered, what can follow is the same, so a second time there is nothing new.
 *
 * Operations are numbered by their calls, and an order can hardly reach past one that has returned: the
 * set is nearly always all of those before some operation, and a few behind it. So its text is short.
 *
 * Invariants
 *   N1  All words below `#full` are full, and all from `#end` on are empty.
 */
const BITS = 30; // of a word: it stays a small integer
const FULL = 2 ** BITS - 1;

const wordOf = (operation: number): number => Math.floor(operation / BITS);
const bitOf = (operation: number): number => 1 << (operation % BITS);

export class Seen {
  readonly #words: Int32Array;
  readonly #known = new Set<string>();
  #full = 0;
  #end = 0;

  constructor(operations: number) {
    this.#words = new Int32Array(wordOf(operations) + 1);
  }

  add(operation: number): void {
    const word = wordOf(operation);
    this.#words[word]! |= bitOf(operation);
    if (word >= this.#end) this.#end = word + 1;
    while (this.#words[this.#full] === FULL) this.#full++;
  }

  remove(operation: number): void {
    const word = wordOf(operation);
    this.#words[word]! &= ~bitOf(operation);
    if (word < this.#full) this.#full = word;
    while (this.#end > 0 && this.#words[this.#end - 1] === 0) this.#end--;
  }

  /** Enters the set as it is now, with a state. `false`: it was here before. */
  enter(state: string | number): boolean {
    const { size } = this.#known;
    this.#known.add(`${this.#set()}|${state}`);
    return this.#known.size > size;
  }

  #set(): string {
    let text = `${this.#full}`;
    for (let at = this.#full; at < this.#end; at++) text += `,${this.#words[at]!.toString(36)}`;
    return text;
  }
}
