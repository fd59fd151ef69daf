/** How long a check may go on. */

export interface LinearizableOptions {
  /** Default: ten seconds. */
  maxMilliseconds?: number;
  /** States to be tried: what is in the order, and the object's state. Default: a million. */
  maxStates?: number;
}

const MILLISECONDS = 10_000; // any: longer than what a test should take
const STATES = 1_000_000; // each is remembered: some 100 MB

const CLOCK_CHECKS = 256; // states between two looks at the clock

// Kept from load time on: fake timers do not make a check endless.
const now = performance.now.bind(performance);

export class Budget {
  /** States that were tried. */
  states = 0;
  readonly #start = now();
  readonly #maxMilliseconds: number;
  readonly #maxStates: number;
  #isTimeUp = false;

  constructor({ maxMilliseconds = MILLISECONDS, maxStates = STATES }: LinearizableOptions) {
    this.#maxMilliseconds = maxMilliseconds;
    this.#maxStates = maxStates;
    this.#isTimeUp = maxMilliseconds <= 0;
  }

  get milliseconds(): number {
    return now() - this.#start;
  }

  get isSpent(): boolean {
    return this.#isTimeUp || this.states >= this.#maxStates;
  }

  /** Counts a state. */
  spend(): void {
    this.states++;
    if (this.states % CLOCK_CHECKS === 0)
      this.#isTimeUp = this.milliseconds > this.#maxMilliseconds;
  }
}
