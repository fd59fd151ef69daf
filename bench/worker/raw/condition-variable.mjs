/**
 * The least that notifies: a sequence that every notification moves on, and that a waiter sleeps on
 * as it was before it unlocked. Wakes may be spurious, and newcomers may take them.
 *
 * @import { Mutex } from './mutex.mjs'
 */
const SEQUENCE = 0;

export class ConditionVariable {
  /** @type {Int32Array} */
  #words;

  constructor(/** @type {Int32Array} */ words) {
    this.#words = words;
  }

  static at(/** @type {SharedArrayBuffer} */ buffer, /** @type {number} */ byteOffset) {
    return new ConditionVariable(new Int32Array(buffer, byteOffset, 1));
  }

  wait(/** @type {Mutex} */ mutex) {
    const sequence = Atomics.load(this.#words, SEQUENCE);
    mutex.unlock();
    Atomics.wait(this.#words, SEQUENCE, sequence);
    mutex.lock();
  }

  notifyOne() {
    Atomics.add(this.#words, SEQUENCE, 1);
    Atomics.notify(this.#words, SEQUENCE, 1);
  }

  notifyAll() {
    Atomics.add(this.#words, SEQUENCE, 1);
    Atomics.notify(this.#words, SEQUENCE);
  }
}
