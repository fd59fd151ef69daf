/** What is called in the rows of ami: as a servant of ours, and by others as it is. */
export class Servant {
  #bytes = 0;

  next(/** @type {number} */ n) {
    return n + 1;
  }

  put(/** @type {Uint8Array} */ bytes) {
    this.#bytes += bytes.length;
  }

  /** How many bytes have come since the last time. */
  take() {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }
}
