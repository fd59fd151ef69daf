import { thisThread } from 'crossthread';

const EACH = 256; // requests
const PAUSE = 10; // ms

/** Sleeps most of the time. */
export class SlowServant {
  #count = 0;

  add(/** @type {number} */ _n) {
    if (++this.#count % EACH === 0) thisThread.sleepFor(PAUSE);
  }

  /** How many have come. */
  count() {
    return this.#count;
  }
}
