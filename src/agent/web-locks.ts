/**
 * Web locks as evidence: an agent holds the lock of its name for life, and the runtime gives it up
 * when the thread ends. Who gets it then has seen the death. They are never used as locks: in Node
 * two workers can be inside one at once.
 */
import type { Agent } from './agent.ts';
import type { Words } from '../memory/words.ts';
import { workerThreads } from './runtime.ts';
import { EVIDENCE, slotOf, tableName } from './table.ts';

/** The part of the standard's `LockManager` that is used. */
interface Locks {
  request(name: string, granted: (lock: object | null) => unknown): Promise<unknown>;
  request(
    name: string,
    options: { ifAvailable: true },
    granted: (lock: object | null) => unknown,
  ): Promise<unknown>;
}

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

/** Asks for the locks of `ids`. An answer comes by the event loop, and only of the dead. */
export function askForEvidence(
  table: Words,
  ids: readonly number[],
  found: (id: number) => void,
): void {
  if (!locks) return;
  for (const id of ids.filter((each) => gaveEvidence(table, each))) {
    void locks.request(nameOf(table, id), { ifAvailable: true }, (lock) => {
      if (lock && gaveEvidence(table, id)) found(id);
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
