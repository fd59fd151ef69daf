/**
 * `explore` and `replay`: a loom for JavaScript. Shipped source runs unchanged on simulated agents in
 * this thread, over all interleavings of its atomic operations.
 */
import { type Cast, makeCast } from './cast.ts';
import { Checks } from './checks.ts';
import { Facade } from './facade.ts';
import { ExplorationError, type Failure } from './failure.ts';
import { Names } from './names.ts';
import { complete, type ExploreOptions, type Options } from './options.ts';
import { MAX_THREADS, type Move } from './moves.ts';
import { report } from './report.ts';
import { formatSchedule, parseSchedule } from './schedule.ts';
import { DRAIN, type Limits, Search } from './search.ts';
import { catchStrays } from './strays.ts';
import { Trace } from './trace.ts';
import { Turns } from './turns.ts';
import { World } from './world.ts';
import { UNWINDING } from './run.ts';

/** What is explored. Bodies may change words of what `setup` made and their own locals, nothing else. */
export interface Model<Shared> {
  /** Makes what the threads share. Runs once. */
  setup(): Shared;
  /** Each runs as a thread of its own, with its own live view of what `setup` returned. */
  threads: readonly ((shared: Shared) => void | Promise<void>)[];
  /** Throws if something is wrong once all threads have ended. */
  check?(shared: Shared): void;
  /** Throws if something is wrong after a step. */
  invariant?(shared: Shared): void;
  /** Once all threads have ended, none of them killed: what was left behind, if anything. */
  atRest?(shared: Shared): string | undefined;
}

export interface ExplorationResult {
  /** Schedules that were run to their end. */
  readonly schedules: number;
  /** Operations that were performed. */
  readonly steps: number;
  /** Different states, if there was a state cache. */
  readonly states: number;
  /** Whether all there is within the bound was explored, and not stopped by a limit. */
  readonly complete: boolean;
  /** Preemptions per schedule; `Infinity` if no schedule needs more than were allowed. */
  readonly bound: number;
  readonly milliseconds: number;
}

/**
 * Runs the threads of `model` in all interleavings, within the bounds of `options`.
 *
 * @throws ExplorationError for the first schedule on which something goes wrong.
 */
export function explore<Shared>(
  model: Model<Shared>,
  options: ExploreOptions = {},
): Promise<ExplorationResult> {
  return alone(() => new Exploration(model, complete(options)).explore());
}

/**
 * Runs one schedule, as an {@link ExplorationError} has it, with the options it was found with; after
 * its end, the first move there is.
 */
export function replay<Shared>(
  model: Model<Shared>,
  schedule: string,
  options: ExploreOptions = {},
): Promise<ExplorationResult> {
  const moves = parseSchedule(schedule);
  return alone(() => new Exploration(model, complete(options)).replay(moves));
}

/** Only one exploration at a time: they share the global `Atomics`. */
function alone<T>(explore: () => Promise<T>): Promise<T> {
  const result = last.then(explore);
  last = result.catch(() => undefined);
  return result;
}

let last: Promise<unknown> = Promise.resolve();

// Kept from load time on: fake timers do not stop an exploration.
const later = globalThis.setImmediate;
const now = performance.now.bind(performance);

class Exploration<Shared> {
  readonly #options: Options;
  readonly #world: World;
  readonly #cast: Cast;
  readonly #turns: Turns;
  readonly #names: Names;
  readonly #checks: Checks;
  readonly #facade: Facade;
  readonly #start = now();
  #schedules = 0;
  #states = 0;
  #isCut = false;

  constructor(model: Model<Shared>, options: Options) {
    const { length } = model.threads;
    if (length > MAX_THREADS) throw new RangeError(`${length} threads, at most ${MAX_THREADS}`);
    this.#options = options;
    this.#world = new World(length, options);
    const { cast, checks, names } = makeCast(this.#world, model, options.ages);
    this.#cast = cast;
    this.#checks = checks
    this.#names = names
    this.#turns = new Turns(this.#world, this.#cast);
    this.#facade = new Facade(this.#world);
  }
}
