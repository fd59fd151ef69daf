/**
 * The states that were searched, each with the preemptions that were left then: a state that comes
 * again with no more left has nothing new behind it. A hash table of numbers, for millions of them.
 */
const FIRST_SIZE = 1 << 12;

/** As many as nobody sets a bound to. */
const MOST = 255;

export class StateCache {
  /** States in the table. */
  size = 0;
  #mask = FIRST_SIZE - 1;
  #a = new Int32Array(FIRST_SIZE);
  #b = new Int32Array(FIRST_SIZE);
  /** Preemptions left, plus one; 0 marks a free place. */
  #left = new Uint16Array(FIRST_SIZE);

  /** Enters the state. `false`: it was searched before, with at least as many preemptions left. */
  enter(a: number, b: number, preemptions: number): boolean {
    const left = Math.min(preemptions, MOST) + 1;
    const at = this.#find(a, b);
    if (this.#left[at]! >= left) return false;
    if (this.#left[at] === 0) {
      this.#a[at] = a;
      this.#b[at] = b;
      this.size++;
    }
    this.#left[at] = left;
    if (this.size * 2 > this.#mask) this.#grow();
    return true;
  }

  /** Where the state stands, or would. */
  #find(a: number, b: number): number {
    let at = (a ^ (b >>> 7) ^ (a >>> 16)) & this.#mask;
    while (this.#left[at] !== 0 && (this.#a[at] !== a || this.#b[at] !== b)) {
      at = (at + 1) & this.#mask;
    }
    return at;
  }

  #grow(): void {
    const as = this.#a;
    const bs = this.#b;
    const lefts = this.#left;
    const size = (this.#mask + 1) * 2;
    this.#mask = size - 1;
    this.#a = new Int32Array(size);
    this.#b = new Int32Array(size);
    this.#left = new Uint16Array(size);
    for (let i = 0; i < lefts.length; i++) {
      if (lefts[i] === 0) continue;
      const at = this.#find(as[i]!, bs[i]!);
      this.#a[at] = as[i]!;
      this.#b[at] = bs[i]!;
      this.#left[at] = lefts[i]!;
    }
  }
}
