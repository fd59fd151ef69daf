/** What the model wants looked at, with the real `Atomics` and as its own agent. */
import { type Failure, messageOf } from './failure.ts';
import type { World } from './world.ts';

export class Checks {
  readonly invariant: (() => void) | undefined;
  readonly check: (() => void) | undefined;
  readonly atRest: (() => string | undefined) | undefined;
  readonly #world: World;

  constructor(
    world: World,
    invariant: (() => void) | undefined,
    check: (() => void) | undefined,
    atRest: (() => string | undefined) | undefined,
  ) {
    this.#world = world;
    this.invariant = invariant;
    this.check = check;
    this.atRest = atRest;
  }

  /** After a step. */
  afterStep(): Failure | undefined {
    return this.invariant && this.#look(this.invariant);
  }

  /** At the end of a schedule in which all live threads came to theirs. */
  atEnd(): Failure | undefined {
    const failure = this.check && this.#look(this.check);
    if (failure || !this.atRest || this.#world.killed !== 0) return failure;
    return this.#look(this.atRest);
  }

  /** A check throws what is wrong, or says what is left behind. */
  #look(check: () => string | undefined | void): Failure | undefined {
    const world = this.#world;
    const { running } = world;
    world.running = undefined;
    try {
      const reason = check();
      return typeof reason === 'string' ? { verdict: 'leak', reason } : undefined;
    } catch (error) {
      return { verdict: 'assertion', reason: messageOf(error), cause: error };
    } finally {
      world.running = running;
    }
  }
}
