/** The least that counts: permits, and how many sleep. Whoever is faster takes. */
const PERMITS = 0;
const SLEEPERS = 1;

export class Semaphore {
  /** @type {Int32Array} */
  #words;

  constructor(/** @type {Int32Array} */ words) {
    this.#words = words;
  }

  static at(/** @type {SharedArrayBuffer} */ buffer, /** @type {number} */ byteOffset) {
    return new Semaphore(new Int32Array(buffer, byteOffset, 2));
  }

  acquire() {
    while (!this.#take()) {
      Atomics.add(this.#words, SLEEPERS, 1);
      Atomics.wait(this.#words, PERMITS, 0);
      Atomics.sub(this.#words, SLEEPERS, 1);
    }
  }

  release() {
    Atomics.add(this.#words, PERMITS, 1);
    if (Atomics.load(this.#words, SLEEPERS) > 0) Atomics.notify(this.#words, PERMITS, 1);
  }

  #take() {
    for (;;) {
      const permits = Atomics.load(this.#words, PERMITS);
      if (permits === 0) return false;
      const found = Atomics.compareExchange(this.#words, PERMITS, permits, permits - 1);
      if (found === permits) return true;
    }
  }
}
