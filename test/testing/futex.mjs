/**
 * The three-state futex mutex on bare `Atomics`, which lets whoever runs take it. A thread can be made
 * slow where that hurts: between its wake-up and its next try.
 *
 * Words
 *   STATE  FREE, HELD, or CONTENDED: held, and somebody may sleep
 *   DOOR   whether a slow thread may go on
 *   AWAKE  how many times a slow thread has stood before the door
 */
const STATE = 0;
export const DOOR = 1;
export const AWAKE = 2;
export const LENGTH = 3;

const FREE = 0;
const HELD = 1;
export const CONTENDED = 2;

export class Futex {
  #words;
  #isSlow;

  /**
   * @param {Int32Array} words
   * @param {boolean} [isSlow]
   */
  constructor(words, isSlow = false) {
    this.#words = words;
    this.#isSlow = isSlow;
  }

  lock() {
    if (Atomics.compareExchange(this.#words, STATE, FREE, HELD) === FREE) return;
    while (Atomics.exchange(this.#words, STATE, CONTENDED) !== FREE) {
      Atomics.wait(this.#words, STATE, CONTENDED);
      if (!this.#isSlow) continue;
      Atomics.add(this.#words, AWAKE, 1);
      Atomics.wait(this.#words, DOOR, 0);
    }
  }

  unlock() {
    if (Atomics.exchange(this.#words, STATE, FREE) === CONTENDED) {
      Atomics.notify(this.#words, STATE, 1);
    }
  }
}
