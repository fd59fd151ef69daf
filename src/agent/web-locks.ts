/**
 * Web locks as evidence: an agent holds the lock of its name for life, and the runtime gives it up
 * when the thread ends. Who gets it then has seen the death. They are never used as locks: in Node
 * two workers can be inside one at once.
 */
import type { Agent } from './agent.ts';
import type { Words } from '../memory/words.ts';
import { monotonicNow, workerThreads } from './runtime.ts';
import { EVIDENCE, slotOf, tableName } from './table.ts';

/** The part of the standard's `LockManager` that is used. */
interface Locks {
  request(name: string, granted: (lock: object | null) => unknown): Promise<unknown>;
  request(
    name: string,
    options: { mode: 'shared'; ifAvailable: true },
    granted: (lock: object | null) => unknown,
  ): Promise<unknown>;
}

const PAUSE = 200; // ms between two questions about one agent

const locks: Locks | undefined =
  (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks ??
  (workerThreads as { locks?: Locks } | undefined)?.locks;

/** Takes the lock that tells others, by being free, that `agent` is dead. */
export function holdEvidence(agent: Agent): void {
  void locks?.request(nameOf(agent.table, agent.id), () => {
    Atomics.store(agent.table, agent.slot + EVIDENCE, 1);
    return new Promise<never>(() => {}); // held until the thread ends
  });
}

/**
 * What one agent finds out from the locks of the others. Answers come by its event loop. They are
 * asked for in shared mode: an agent that blocks before its answer has come keeps what it asked for,
 * and must not keep it from others.
 */
export class Evidence {
  readonly #locks: Locks;
  readonly #table: Words;
  readonly #released: Set<number> = new Set();
  /** ms, when an agent may be asked for again; `Infinity` while the answer is to come. */
  readonly #askAt: Map<number, number> = new Map();

  private constructor(locks: Locks, table: Words) {
    this.#locks = locks;
    this.#table = table;
  }

  static of(table: Words): Evidence | undefined {
    return locks && new Evidence(locks, table);
  }

  /** Whether the lock of agent `id` was found free; asks, so that the next call may know. */
  isReleased(id: number): boolean {
    if (this.#released.has(id)) return true;
    const now = monotonicNow();
    if (now >= (this.#askAt.get(id) ?? 0) && gaveEvidence(this.#table, id)) this.#ask(id);
    return false;
  }

  #ask(id: number): void {
    this.#askAt.set(id, Infinity);
    const options = { mode: 'shared', ifAvailable: true } as const;
    void this.#locks.request(nameOf(this.#table, id), options, (lock) => {
      if (lock && gaveEvidence(this.#table, id)) this.#released.add(id);
      this.#askAt.set(id, monotonicNow() + PAUSE);
    });
  }
}

function gaveEvidence(table: Words, id: number): boolean {
  const slot = slotOf(table, id);
  return slot !== 0 && Atomics.load(table, slot + EVIDENCE) === 1;
}

/** Other tabs of a browser share the names. */
function nameOf(table: Words, id: number): string {
  return `crossthread/1 ${tableName(table)} agent ${id}`;
}
