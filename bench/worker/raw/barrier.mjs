/** The least that lets all pass at once: whoever comes last turns the sense, on which the others sleep. */
const LEFT = 0;
const SENSE = 1;
const THREADS = 2;

export class Barrier {
  /** @type {Int32Array} */
  #words;

  constructor(/** @type {Int32Array} */ words) {
    this.#words = words;
  }

  static init(
    /** @type {SharedArrayBuffer} */ buffer,
    /** @type {number} */ byteOffset,
    /** @type {number} */ threads,
  ) {
    const words = new Int32Array(buffer, byteOffset, 3);
    words[LEFT] = threads;
    words[THREADS] = threads;
  }

  static at(/** @type {SharedArrayBuffer} */ buffer, /** @type {number} */ byteOffset) {
    return new Barrier(new Int32Array(buffer, byteOffset, 3));
  }

  arriveAndWait() {
    const sense = Atomics.load(this.#words, SENSE);
    if (Atomics.sub(this.#words, LEFT, 1) > 1) {
      while (Atomics.load(this.#words, SENSE) === sense) Atomics.wait(this.#words, SENSE, sense);
      return;
    }
    Atomics.store(this.#words, LEFT, Atomics.load(this.#words, THREADS));
    Atomics.store(this.#words, SENSE, 1 - sense);
    Atomics.notify(this.#words, SENSE);
  }
}
