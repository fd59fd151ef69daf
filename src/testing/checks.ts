/** What the model wants looked at, with the real `Atomics` and as the agent that made what is shared. */
import { isThenable } from '../memory/checks.ts';
import type { Cast } from './cast.ts';
import { isComplete } from './enabled.ts';
import { type Failure, messageOf } from './failure.ts';
import type { Model } from './model.ts';
import type { Names } from './names.ts';
import { describeStuck } from './stuck.ts';
import { type Wanted, wantedBy } from './wanted.ts';
import type { World } from './world.ts';

/** Throws what is wrong, or says what was left behind. */
type Look = () => unknown;

export class Checks {
  readonly #world: World;
  readonly #names: Names;
  readonly #wanted: () => Wanted;
  readonly #invariant: Look | undefined;
  readonly #check: Look | undefined;
  readonly #atRest: Look | undefined;

  private constructor(
    world: World,
    names: Names,
    wanted: () => Wanted,
    invariant?: Look,
    check?: Look,
    atRest?: Look,
  ) {
    this.#world = world;
    this.#names = names;
    this.#wanted = wanted;
    this.#invariant = invariant;
    this.#check = check;
    this.#atRest = atRest;
  }

  static of<Shared>(world: World, model: Model<Shared>, cast: Cast<Shared>): Checks {
    const { shared, names } = cast;
    const as =
      <T>(look: () => T): (() => T) =>
      () =>
        cast.asSetup(look);
    return new Checks(
      world,
      names,
      as(() => wantedBy(names)),
      model.invariant && as(() => model.invariant?.(shared)),
      model.check && as(() => model.check?.(shared, { killed: killedIn(world) })),
      model.atRest && as(() => model.atRest?.(shared)),
    );
  }

  /** What is wrong after a step. */
  afterStep(): Failure | undefined {
    return this.#invariant && this.#look(this.#invariant);
  }

  /** What is wrong at the end of a schedule. */
  atEnd(): Failure | undefined {
    if (!isComplete(this.#world)) {
      return describeStuck(this.#world, this.#names, this.#aside(this.#wanted));
    }
    const failure = this.#check && this.#look(this.#check);
    if (failure || !this.#atRest || this.#world.killed !== 0) return failure;
    return this.#look(this.#atRest);
  }

  /** @throws TypeError for an async one: it would find what is wrong when nobody listens any more. */
  #look(look: Look): Failure | undefined {
    let found: unknown;
    try {
      found = this.#aside(look);
    } catch (error) {
      return { verdict: 'assertion', reason: messageOf(error), cause: error };
    }
    if (isThenable(found)) {
      throw new TypeError('`check`, `invariant` or `atRest` returned a promise');
    }
    return typeof found === 'string' ? { verdict: 'leak', reason: found } : undefined;
  }

  /** Nobody's step. */
  #aside<T>(look: () => T): T {
    const world = this.#world;
    const { running } = world;
    world.running = undefined;
    try {
      return look();
    } finally {
      world.running = running;
    }
  }
}

function killedIn(world: World): number[] {
  return world.threads.map(({ index }) => index).filter((index) => world.killed & (1 << index));
}
