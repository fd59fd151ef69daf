/**
 * A moment of looking before a sleep: much cheaper than the sleep where what is waited for comes at
 * once, wasted where it does not. Which of the two it will be nobody can ask, neither who else runs nor
 * for how long; so it goes by the last times.
 */
const MOST = 8; // times wasted in a row that turn it off
const PAUSE = 32; // sleeps before it is tried again

export class Spin {
  readonly #looks: number;
  #credit = MOST;
  #passed = 0;

  constructor(looks: number) {
    this.#looks = looks;
  }

  /** Whether `isThere` within a moment. */
  until(isThere: () => boolean, always = false): boolean {
    if (!always && this.#credit === 0 && ++this.#passed < PAUSE) return false;
    this.#passed = 0;
    for (let i = 0; i < this.#looks; i++) {
      if (!isThere()) continue;
      this.#credit = Math.min(this.#credit + 1, MOST);
      return true;
    }
    this.#credit = Math.max(this.#credit - 1, 0);
    return false;
  }
}
