/** Locks of somebody's own, right and wrong, on one word. */

/** Right: who waits turns round and round. */
export class SpinLock {
  #words;

  constructor(/** @type {Int32Array} */ words) {
    this.#words = words;
  }

  lock() {
    while (Atomics.compareExchange(this.#words, 0, 0, 1) !== 0);
  }

  unlock() {
    Atomics.store(this.#words, 0, 0);
  }
}

/** Keeps nobody out. */
export class OpenLock {
  #words;

  constructor(/** @type {Int32Array} */ words) {
    this.#words = words;
  }

  lock() {
    Atomics.add(this.#words, 0, 1);
  }

  unlock() {
    Atomics.sub(this.#words, 0, 1);
  }
}

/** Sleeps where it is taken, and wakes nobody up. */
export class SilentLock {
  #words;

  constructor(/** @type {Int32Array} */ words) {
    this.#words = words;
  }

  lock() {
    while (Atomics.compareExchange(this.#words, 0, 0, 1) !== 0) Atomics.wait(this.#words, 0, 1);
  }

  unlock() {
    Atomics.store(this.#words, 0, 0);
  }
}

/** Is never free again. */
export class LastLock {
  #words;

  constructor(/** @type {Int32Array} */ words) {
    this.#words = words;
  }

  lock() {
    while (Atomics.compareExchange(this.#words, 0, 0, 1) !== 0) Atomics.wait(this.#words, 0, 1);
  }

  unlock() {
    Atomics.notify(this.#words, 0);
  }
}
