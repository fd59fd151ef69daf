/** The {@link Host} of a simulated agent: a clock that stands still until a timer is played. */
import type { Host, Look, SliceTimer } from '../agent/host.ts';
import { SLICE, TIMER } from './events.ts';
import { FIND_DEAD, NOW } from './operations.ts';
import type { Thread } from './thread.ts';
import type { World } from './world.ts';

/** What `isOlder` answers: both, or one of them always. */
export type Ages = 'both' | 'young' | 'old';

export class SimulatedHost implements Host {
  readonly canBlock = true;
  readonly cores = 1; // spinning would only be more of the same steps
  readonly slice: number;
  readonly #world: World;
  readonly #ages: Ages;
  readonly #idOf: (thread: number) => number;

  constructor(world: World, ages: Ages, idOf: (thread: number) => number) {
    this.#world = world;
    this.#ages = ages;
    this.#idOf = idOf;
    this.slice = world.slice;
  }

  now(): number {
    const world = this.#world;
    return world.running ? world.observe(NOW, 0, () => world.clock) : world.clock;
  }

  isOlder(): boolean {
    const world = this.#world;
    if (!world.running || this.#ages !== 'both') return this.#ages === 'old';
    return world.choose(2) === 1;
  }

  after(ms: number, fn: () => void): () => void {
    const world = this.#world;
    const run = world.running;
    if (!run || ms === Infinity) return ignore; // nothing of `setup` runs later
    const event = world.addEvent(run, TIMER, world.clock + Math.max(0, ms), fn);
    return () => world.callOff(run, event);
  }

  everySlice(fn: () => void): SliceTimer {
    const world = this.#world;
    const run = world.running;
    if (!run || world.slice === Infinity) return { keepAlive: ignore, stop: ignore };
    const event = world.addEvent(run, SLICE, world.clock + world.slice, fn);
    return { keepAlive: ignore, stop: () => world.callOff(run, event) };
  }

  onIdle(): void {
    // a body that has nothing left to run is a deadlock by itself
  }

  nextLook(): Look | undefined {
    const world = this.#world;
    const killed = world.running ? world.observe(FIND_DEAD, 0, learnDeaths(world)) : world.killed;
    if (killed === 0) return undefined;
    const dead = world.threads.filter(({ index }) => killed & (1 << index));
    const ids = dead.map(({ index }) => this.#idOf(index));
    return (id) => ids.includes(id);
  }

  uncaught(error: unknown): void {
    const run = this.#world.running;
    if (!run || run.unwinding) throw error;
    run.throws(error);
  }
}

function learnDeaths(world: World): (thread: Thread) => number {
  return (thread) => {
    world.races?.learnOfDeaths(thread, world.killed);
    return world.killed;
  };
}

function ignore(): void {
  // nothing is there to be called off, and the process of a simulated agent ends with its body
}
