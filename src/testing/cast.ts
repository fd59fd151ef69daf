/**
 * Who plays: the setup agent, which made what is shared, and an agent for each thread, all of one
 * table that nobody else knows. Each run of a body gets a fresh agent, because what is local to an
 * agent starts anew with it. A model without crossthread objects needs none of this.
 */
import { Agent } from '../agent/agent.ts';
import { enterAgent } from '../agent/home.ts';
import { createTable, isTable, TABLE_WORDS } from '../agent/table.ts';
import { attach } from '../attach.ts';
import { isThenable } from '../memory/checks.ts';
import { WORD, type Words } from '../memory/words.ts';
import { type Handle, share } from '../share/handle.ts';
import type { SharedObject } from '../share/shared-object.ts';
import { type Ages, SimulatedHost } from './host.ts';
import { whileNoting } from './made-buffers.ts';
import type { Model } from './model.ts';
import { Names } from './names.ts';
import { whileTracking } from './tracked.ts';
import type { Part } from './turns.ts';
import type { World } from './world.ts';

/**
 * An agent that holds its objects for good: it does not live long, and what the collector of the real
 * thread does must not show in it.
 */
class SimulatedAgent extends Agent {
  override remember(objectId: number, live: object): void {
    this.objects.set(objectId, { deref: () => live, [Symbol.toStringTag]: 'WeakRef' });
  }
}

const FIRST_OBJECT = 2; // where `agent/table.ts` has the first object id, a random one

/**
 * Bytes that a table could grow by, and never does. Memory that may grow is mapped anew for each exploration, so that
 * only what is touched costs; what stands between two such mappings keeps the kernel from joining them, for it lets
 * no process fork that has a mapping larger than the machine's memory.
 */
const GAP = 2 ** 16;

const SETUP = 1;
export const FIRST_THREAD = 2;

export class Cast<Shared> {
  readonly shared: Shared;
  readonly names: Names;
  readonly #threads: Model<Shared>['threads'];
  readonly #table = createSimulatedTable();
  readonly #hosts: readonly SimulatedHost[];
  readonly #setup: Agent;
  readonly #handle: Handle<Shared> | undefined;
  /** The parts of a model without crossthread objects: the same for every run. */
  readonly #parts: readonly Part[];

  /** Runs the model's `setup`. */
  constructor(world: World, model: Model<Shared>, ages: Ages) {
    const idOf = (thread: number): number => thread + FIRST_THREAD;
    this.#threads = model.threads;
    this.#hosts = model.threads.map(() => new SimulatedHost(world, ages, idOf));
    this.#setup = new SimulatedAgent(this.#table, SETUP, new SimulatedHost(world, ages, idOf));
    const setUp = (): Shared => this.asSetup(() => model.setup());
    const note = (buffer: SharedArrayBuffer): void => world.memory.add(buffer);
    this.shared = whileTracking(world, () => whileNoting(note, setUp));
    if (isThenable(this.shared)) throw new TypeError('`setup` returned a promise');
    this.names = new Names(world.memory, this.shared);
    this.#parts = model.threads.map((body) => ({ body: () => body(this.shared), enter: stay }));
    for (const buffer of this.names.buffers) world.memory.add(buffer);
    if (![...this.names.paths.keys()].some(isSharedObject)) return;
    world.memory.add(this.#table.buffer);
    this.#handle = this.asSetup(() => share(this.shared));
    model.threads.forEach((_, thread) => this.asSetup(() => this.prepare(thread))); // slots are taken before the start
  }

  /** A body of `thread`, in an agent of its own, which is current from here on. */
  prepare(thread: number): Part {
    if (!this.#handle) return this.#parts[thread]!;
    const agent = new SimulatedAgent(this.#table, thread + FIRST_THREAD, this.#hosts[thread]!);
    enterAgent(agent);
    const shared = attach(this.#handle);
    return { body: () => this.#threads[thread]!(shared), enter: () => void enterAgent(agent) };
  }

  /** Runs `fn` as the agent that made what is shared. */
  asSetup<T>(fn: () => T): T {
    const before = enterAgent(this.#setup);
    try {
      return fn();
    } finally {
      enterAgent(before);
    }
  }
}

/** Object ids show in results and choose the order of locks: they must be the same in every exploration. */
function createSimulatedTable(): Words {
  const byteLength = TABLE_WORDS * WORD;
  const buffer = new SharedArrayBuffer(byteLength, { maxByteLength: byteLength + GAP });
  const table = createTable(new Int32Array(buffer, 0, TABLE_WORDS));
  Atomics.store(table, FIRST_OBJECT, 1);
  return table;
}

/** By brand: the library may be loaded more than once. */
export function isSharedObject(object: object): object is SharedObject {
  return isTable((object as Partial<SharedObject>).crossthread?.table);
}

function stay(): void {
  // the threads of a model without crossthread objects are nobody's agents
}
