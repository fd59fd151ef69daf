/**
 * Web locks as evidence: an agent holds the lock of its name for life, and the runtime gives it up
 * when the thread ends. Who gets it then has seen the death. They are never used as locks: in Node
 * two workers can be inside one at once.
 */
import type { Agent } from './agent.ts';
import type { Words } from '../memory/words.ts';
import { reportDead } from './liveness.ts';
import { workerThreads } from './runtime.ts';
import { agentIds, EVIDENCE, isDead, slotOf, tableName } from './table.ts';

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

/** Asks for the locks of all others; an answer comes by the event loop, and only from the dead. */
export function askForEvidence(agent: Agent): void {
  if (!locks) return;
  for (const id of agentIds(agent.table)) {
    if (id === agent.id || isDead(agent.table, id) || !gaveEvidence(agent, id)) continue;
    void locks.request(nameOf(agent.table, id), { ifAvailable: true }, (lock) => {
      if (lock && gaveEvidence(agent, id)) reportDead(agent, id);
    });
  }
}

function gaveEvidence(agent: Agent, id: number): boolean {
  const slot = slotOf(agent.table, id);
  return slot !== 0 && Atomics.load(agent.table, slot + EVIDENCE) === 1;
}

/** Other tabs of a browser share the names. */
function nameOf(table: Words, id: number): string {
  return `crossthread/1 ${tableName(table)} agent ${id}`;
}
