/** One exploration: searches one after another on one world, until there is a failure or nothing left. */

import { currentAgent, enterAgent } from '../agent/home.ts';
import { Cast } from './cast.ts';
import { Checks } from './checks.ts';
import { Facade } from './facade.ts';
import { ExplorationError, type Failure } from './failure.ts';
import { checkModel, type ExplorationResult, type Model } from './model.ts';
import { MAX_THREADS, type Move } from './moves.ts';
import type { Options } from './options.ts';
import { type Picker, PriorityPicker, RandomPicker, TurnPicker } from './picker.ts';
import type { Figures, Progress } from './progress.ts';
import { report } from './report.ts';
import { formatSchedule } from './schedule.ts';
import { DRAIN, Search } from './search.ts';
import { catchStrays } from './strays.ts';
import { Trace } from './trace.ts';
import { Turns } from './turns.ts';
import { World } from './world.ts';

const SLICE = 250; // ms, as in production

/** More than any schedule has, and still a number to subtract from. */
const PLENTY = 1 << 20;

const MOST_TURNS = 200; // steps in turn: bodies do no longer anything new then

const LEAST_TIME = 200; // ms to look for a simpler schedule, if the first was found faster

// Kept from load time on: fake timers do not stop an exploration.
const later = globalThis.setImmediate;
const now = performance.now.bind(performance);

interface Found {
  readonly failure: Failure;
  readonly path: readonly Move[];
}

export class Exploration<Shared> {
  readonly #options: Options;
  /** Of the threads' functions. */
  readonly #names: readonly string[];
  readonly #world: World;
  readonly #cast: Cast<Shared>;
  readonly #turns: Turns;
  readonly #checks: Checks;
  /** Of a schedule that is not one of those that were asked for. */
  readonly #noChecks: Checks;
  readonly #facade: Facade;
  readonly #progress: Progress | undefined;
  readonly #start = now();
  #schedules = 0;
  #states = 0;
  #isCut = false;
  /** Preemptions of the search that runs. */
  #bound = Infinity;
  #isOver = false;

  constructor(model: Model<Shared>, options: Options, progress?: Progress) {
    const { kills, killable, slices, timeouts, aborts, spurious } = options;
    checkModel(model);
    const { length } = model.threads;
    if (length > MAX_THREADS) throw new RangeError(`${length} threads, at most ${MAX_THREADS}`);
    const strange = killable?.find((thread) => model.threads[thread] === undefined);
    if (strange !== undefined)
      throw new RangeError(`\`killable\` has a thread ${strange}: there is none`);
    if (options.strategy === 'dpor' && model.invariant)
      throw new RangeError("`strategy: 'dpor'` does not come by all that an `invariant` is to see");
    this.#options = options;
    this.#progress = progress;
    this.#names = model.threads.map(({ name }) => name);
    const world = new World(length, {
      budgets: { preemptions: Infinity, timeouts, aborts, spurious, kills },
      // Whoever sleeps when a thread is killed has to look round: with kills to come, all sleep in
      // slices from the start.
      slice: kills > 0 || slices ? SLICE : Infinity,
      slicesAlways: slices,
      killable: killable ? killable.reduce((bits, thread) => bits | (1 << thread), 0) : -1,
    });
    this.#world = world;
    this.#facade = new Facade(world);
    const leave = this.#enter();
    try {
      this.#cast = new Cast(world, model, options.ages);
    } finally {
      leave();
    }
    this.#turns = new Turns(world, (thread) => this.#cast.prepare(thread));
    this.#checks = Checks.of(world, model, this.#cast);
    this.#noChecks = Checks.of(world, { setup: () => this.#cast.shared, threads: [] }, this.#cast);
  }

  async explore(): Promise<ExplorationResult> {
    const { iterative, preemptions, strategy } = this.#options;
    if (strategy === 'random' || strategy === 'pct') return this.#walk();
    for (let bound = iterative ? 0 : preemptions; ; bound++) {
      const found = await this.#search(bound, this.#start + this.#options.maxMilliseconds);
      if (found) throw await this.#explain(await this.#simplify(found, bound));
      const { isHeldBack } = this.#world;
      if (!isHeldBack || bound >= preemptions || this.#isOver) {
        const untold = await this.#takeTurns();
        if (untold) throw await this.#explain(untold);
        return this.#result(isHeldBack ? bound : Infinity);
      }
    }
  }

  /**
   * A search goes back without running anything again, and suspends bodies where they sleep and hardly
   * elsewhere. So bodies that cannot be suspended are looked for with a schedule of their own.
   */
  async #takeTurns(): Promise<Found | undefined> {
    const world = this.#world;
    const { performed } = world;
    world.left.preemptions = PLENTY;
    const search = new Search(world, this.#turns, this.#noChecks, {
      maxSteps: Math.min(this.#options.maxSteps, MOST_TURNS),
      maxSchedules: 1,
      deadline: Infinity,
      stateCache: false,
      isBounded: false,
      picker: new TurnPicker(),
    });
    await this.#drive(search);
    world.performed = performed;
    const { failure, path } = search;
    const isBodys = failure?.verdict === 'swallowed' || failure?.verdict === 'nondeterminism';
    return isBodys ? { failure, path } : undefined;
  }

  /** Schedules at random. */
  async #walk(): Promise<ExplorationResult> {
    const { preemptions, maxMilliseconds } = this.#options;
    const deadline = this.#start + maxMilliseconds;
    const found = await this.#search(preemptions, deadline, this.#newPicker());
    if (found) throw await this.#explain(await this.#simplify(found, preemptions));
    return this.#result(preemptions);
  }

  #newPicker(): Picker {
    const { strategy, seed, falls } = this.#options;
    if (strategy === 'random') return new RandomPicker(seed);
    return new PriorityPicker(seed, this.#world.threads.length, falls);
  }

  /** One schedule, as `picker` has it. Who made the choices makes them simpler. */
  async once(picker: Picker): Promise<ExplorationResult> {
    const { preemptions } = this.#options;
    const found = await this.#search(preemptions, Infinity, picker);
    if (found) throw await this.#explain(found);
    return this.#result(preemptions);
  }

  async replay(moves: readonly Move[]): Promise<ExplorationResult> {
    const { search, trace } = await this.#again(moves);
    const { path, failure, schedules } = search;
    if (search.isMisfit) {
      throw new RangeError(`the schedule does not fit: move ${path.length + 1} is impossible`);
    }
    this.#schedules = schedules;
    if (failure) throw this.#error(failure, path, trace);
    return this.#result(Infinity);
  }

  /** The first failing schedule with at most `bound` preemptions. */
  async #search(bound: number, deadline: number, picker?: Picker): Promise<Found | undefined> {
    const { maxSteps, maxSchedules, stateCache, strategy } = this.#options;
    this.#bound = bound;
    this.#world.left.preemptions = bound;
    this.#world.isHeldBack = false;
    const search = new Search(this.#world, this.#turns, this.#checks, {
      maxSteps,
      maxSchedules: maxSchedules - this.#schedules,
      deadline,
      stateCache,
      isBounded: bound < Infinity,
      // A simpler schedule is looked for with a bound, and so without.
      isReduced: strategy === 'dpor' && bound === Infinity,
      picker,
    });
    await this.#drive(search);
    this.#schedules += search.schedules;
    this.#states = Math.max(this.#states, search.states);
    this.#isCut ||= search.isCut;
    this.#isOver ||= search.isOver;
    const { failure, path } = search;
    return failure && { failure, path };
  }

  /** The same kind of failure with fewer preemptions, if that is quickly found. */
  async #simplify(found: Found, bound: number): Promise<Found> {
    if (this.#options.iterative) return found;
    const { preemptions } = await this.#follow(found.path);
    const deadline = now() + Math.max(now() - this.#start, LEAST_TIME);
    for (let fewer = 0; fewer < Math.min(preemptions, bound) && now() < deadline; fewer++) {
      const simpler = await this.#search(fewer, deadline);
      if (simpler?.failure.verdict === found.failure.verdict) return simpler;
    }
    return found;
  }

  /**
   * Runs `moves`, and on if they end early. If that shows nothing, then not on: the search may have suspended
   * there who did not take it.
   */
  async #again(moves: readonly Move[]): Promise<{ search: Search; trace: Trace }> {
    const follow = async (isWhole: boolean): Promise<{ search: Search; trace: Trace }> => {
      const trace = new Trace(this.#cast.names, this.#names);
      return { ...(await this.#follow(moves, trace, isWhole)), trace };
    };
    const first = await follow(false);
    if (first.search.failure || first.search.isMisfit) return first;
    const second = await follow(true);
    return second.search.failure?.verdict === 'swallowed' ? second : first;
  }

  /** Runs `moves`, and on if they end early and are not the whole. Tells how many preemptions there were. */
  async #follow(
    moves: readonly Move[],
    trace?: Trace,
    isWhole = false,
  ): Promise<{ search: Search; preemptions: number }> {
    const world = this.#world;
    world.left.preemptions = PLENTY;
    world.trace = trace;
    const limits = { ...this.#options, deadline: Infinity, isBounded: false, isWhole };
    const search = new Search(world, this.#turns, this.#checks, limits, moves);
    let preemptions = 0;
    await this.#drive(search, () => {
      preemptions = PLENTY - world.left.preemptions;
      trace?.end(world, search.failure?.thread);
    });
    world.trace = undefined;
    return { search, preemptions };
  }

  async #explain({ failure, path }: Found): Promise<ExplorationError> {
    const { search, trace } = await this.#again(path);
    const again = search.failure;
    // A catch-all in a body shows only when the body is suspended, which a replay does more often.
    if (again?.verdict === failure.verdict || again?.verdict === 'swallowed')
      return this.#error(again, search.path, trace);
    const reason =
      `a schedule ended in ${failure.verdict} (${failure.reason}), but when it was run again in ` +
      `${again ? again.verdict : 'no failure'}: a body depends on something that is not explored`;
    return this.#error({ verdict: 'nondeterminism', reason, cause: failure.cause }, path, trace);
  }

  #error(failure: Failure, path: readonly Move[], { steps, threads }: Trace): ExplorationError {
    const schedule = formatSchedule(path);
    const message = report(failure, schedule, steps, this.#names);
    const schedules = this.#schedules;
    return new ExplorationError({ failure, schedules, schedule, steps, threads }, message);
  }

  #figures({ schedules, states }: Search): Figures {
    return {
      schedules: this.#schedules + schedules,
      states: Math.max(this.#states, states),
      steps: this.#world.performed,
      milliseconds: now() - this.#start,
      bound: this.#bound,
    };
  }

  #result(bound: number): ExplorationResult {
    return {
      schedules: this.#schedules,
      steps: this.#world.performed,
      states: this.#states,
      complete: !this.#isCut,
      bound,
      milliseconds: now() - this.#start,
    };
  }

  /** Runs `search` to its end and puts the world back to its start; `atEnd` sees it before that. */
  async #drive(search: Search, atEnd?: () => void): Promise<void> {
    let leave = this.#enter();
    let forget: (() => void) | undefined;
    try {
      for (const pause of search.run()) {
        if (pause === DRAIN) {
          forget ??= catchStrays((error) => this.#world.running?.throws(error));
          const body = currentAgent();
          onceIdle(leave); // what else is due in this thread is nobody's step
          await othersTurn();
          leave();
          leave = this.#enter();
          enterAgent(body);
        } else {
          leave();
          await this.#progress?.show(this.#figures(search));
          await othersTurn();
          leave = this.#enter();
        }
      }
      atEnd?.();
    } finally {
      leave();
      forget?.();
      search.reset();
    }
  }

  /** From here on bodies may run. Returns what ends that. */
  #enter(): () => void {
    const agent = currentAgent();
    this.#facade.install();
    return () => {
      this.#facade.remove();
      enterAgent(agent);
    };
  }
}

/** Calls `act` after the microtasks of now, and those that they make, but before whatever else is due. */
function onceIdle(act: () => void): void {
  const { process } = globalThis as { process?: { nextTick?(act: () => void): void } };
  process?.nextTick?.(act);
}

/** Microtasks and whatever else is due in this thread. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => void later(resolve));
}
