/**
 * The least that excludes: Drepper's three-state futex mutex. No owner, no order, no recovery, and
 * it wakes one sleeper in whatever order the engine keeps.
 *
 * States of STATE
 *   FREE, HELD, and CONTENDED: held, and somebody may sleep
 */
const STATE = 0;
const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

export class Mutex {
  /** @type {Int32Array} */
  #words;

  constructor(/** @type {Int32Array} */ words) {
    this.#words = words;
  }

  static at(/** @type {SharedArrayBuffer} */ buffer, /** @type {number} */ byteOffset) {
    return new Mutex(new Int32Array(buffer, byteOffset, 1));
  }

  /** @returns {this} what a condition waits with */
  lock() {
    if (Atomics.compareExchange(this.#words, STATE, FREE, HELD) !== FREE) this.#takeSlowly();
    return this;
  }

  unlock() {
    if (Atomics.exchange(this.#words, STATE, FREE) === CONTENDED) {
      Atomics.notify(this.#words, STATE, 1);
    }
  }

  tryLock() {
    return Atomics.compareExchange(this.#words, STATE, FREE, HELD) === FREE;
  }

  async lockAsync() {
    if (Atomics.compareExchange(this.#words, STATE, FREE, HELD) === FREE) return;
    while (Atomics.exchange(this.#words, STATE, CONTENDED) !== FREE) {
      await Atomics.waitAsync(this.#words, STATE, CONTENDED).value;
    }
  }

  #takeSlowly() {
    while (Atomics.exchange(this.#words, STATE, CONTENDED) !== FREE) {
      Atomics.wait(this.#words, STATE, CONTENDED);
    }
  }
}
