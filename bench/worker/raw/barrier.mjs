/** The least that lets all through together: who is still to come, and a phase to sleep on. */
const EXPECTED = 0;
const MISSING = 1;
const PHASE = 2;

export class Barrier {
  /** @type {Int32Array} */
  #words;

  constructor(/** @type {Int32Array} */ words) {
    this.#words = words;
  }

  static at(/** @type {SharedArrayBuffer} */ buffer, /** @type {number} */ byteOffset) {
    return new Barrier(new Int32Array(buffer, byteOffset, 3));
  }

  /**
   * @param {SharedArrayBuffer} buffer
   * @param {number} byteOffset
   * @param {number} expected
   */
  static init(buffer, byteOffset, expected) {
    new Int32Array(buffer, byteOffset, 3).set([expected, expected, 0]);
  }

  arriveAndWait() {
    const phase = Atomics.load(this.#words, PHASE);
    if (Atomics.sub(this.#words, MISSING, 1) > 1) {
      while (Atomics.load(this.#words, PHASE) === phase) Atomics.wait(this.#words, PHASE, phase);
      return;
    }
    Atomics.store(this.#words, MISSING, Atomics.load(this.#words, EXPECTED));
    Atomics.store(this.#words, PHASE, phase + 1);
    Atomics.notify(this.#words, PHASE);
  }
}
