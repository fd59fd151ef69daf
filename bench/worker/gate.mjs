/** The start line: nobody passes before all have come. Bare `Atomics`, for both sides alike. */
const ARRIVED = 0;
const ROUND = 1;

export class Gate {
  #words;
  #threads;

  /**
   * @param {Int32Array} words
   * @param {number} threads
   */
  constructor(words, threads) {
    this.#words = words;
    this.#threads = threads;
  }

  pass() {
    const round = Atomics.load(this.#words, ROUND);
    if (Atomics.add(this.#words, ARRIVED, 1) + 1 < this.#threads) {
      Atomics.wait(this.#words, ROUND, round);
      return;
    }
    Atomics.store(this.#words, ARRIVED, 0);
    Atomics.store(this.#words, ROUND, round + 1);
    Atomics.notify(this.#words, ROUND);
  }
}
