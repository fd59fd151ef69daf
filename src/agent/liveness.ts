/**
 * Who has died, and who tells.
 *
 *   exit events   of the workers that this thread started; need its event loop; tell also of those that have
 *                 ended with them: see lineage.ts
 *   exit hook     inside the worker; runs for all ends but `terminate()`, and only announces: handlers
 *                 after it may still unlock what they hold
 *   /proc         read by whoever waits a slice; needs nobody's event loop (Linux)
 *   web locks     given up by the runtime when a thread ends (Node 24, browsers); see web-locks.ts
 *   its starter   of a thread that ends before it has a slot: see newborn.ts (Linux)
 *
 * All of them end in {@link reportDead}. An agent of which none of them says anything is alive.
 */
import type { Agent } from './agent.ts';
import { endedWith } from './lineage.ts';
import { diagnosticsChannel, nodeProcess, wholeMilliseconds, workerThreads } from './runtime.ts';
import { EXITED, HIGH, ID, isDead, LEAVING, setDead, slotAt, slotOf } from './table.ts';

type Listener = (agent: Agent) => void;
const listeners: Listener[] = [];

/** `listener` runs in the agent that learns of a death, and in each one whose exit hook runs. */
export function onDeath(listener: Listener): void {
  listeners.push(listener);
}

/** These agents run no more. Idempotent; whoever learns of it first wakes the others. */
function reportDead(agent: Agent, ...ids: readonly number[]): void {
  const news = ids.filter((id) => setDead(agent.table, id));
  if (news.length > 0) tell(agent);
}

/** Looks whether somebody has died that nothing has told of yet. */
export function lookForDead(agent: Agent): void {
  lookForStillborn(agent);
  const { table, host } = agent;
  const isGone = host.nextLook();
  if (!isGone) return;
  const high = Atomics.load(table, HIGH);
  for (let i = 0; i < high; i++) {
    const slot = slotAt(i);
    const id = Atomics.load(table, slot + ID);
    if (id === 0 || id === agent.id || isDead(table, id)) continue;
    if (isGone(id, slot)) reportDead(agent, id);
  }
}

/** Nobody but this thread can tell of them: others do not know what the system has started with them. */
function lookForStillborn(agent: Agent): void {
  const { newborns } = agent.life;
  for (const [id, newborn] of newborns) {
    const hasSlot = slotOf(agent.table, id) !== 0;
    if (!hasSlot && !newborn.isGone()) continue;
    newborns.delete(id);
    if (hasSlot) continue;
    reportDead(agent, id);
    newborn.end();
  }
}

/** Listens to this thread's own end and to the ends of the workers it starts. */
export function watchThreads(current: () => Agent | undefined): void {
  nodeProcess?.on('exit', () => {
    const agent = current();
    if (agent) announceExit(agent);
  });
  diagnosticsChannel?.subscribe('worker_threads', (message) => {
    const { worker } = message as { worker: import('node:worker_threads').Worker };
    const id = worker.threadId + 1; // -1 once it has ended
    worker.on('exit', () => {
      const agent = current();
      if (agent) reportDead(agent, id, ...endedWith(agent.table, id));
    });
  });
}

function announceExit(agent: Agent): void {
  try {
    executeLastWills(agent);
  } finally {
    if (!workerThreads?.isMainThread) {
      // nobody outlives that one
      const now = wholeMilliseconds() || 1; // 0: it has not run
      Atomics.store(agent.table, agent.slot + EXITED, now);
      Atomics.store(agent.table, LEAVING, now);
      tell(agent);
    }
  }
}

/** What is to be done when the thread exits: each once, those that are added meanwhile included. */
export function executeLastWills({ lastWills }: Agent): void {
  executeAll(firstFirst(lastWills));
}

function* firstFirst(lastWills: (() => void)[]): Generator<() => void> {
  for (let first = lastWills.shift(); first; first = lastWills.shift()) yield first;
}

/** All of them, whichever throws; then throws what the first did. */
export function executeAll(lastWills: Iterable<() => void>): void {
  const errors: unknown[] = [];
  for (const lastWill of lastWills) {
    try {
      lastWill();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

function tell(agent: Agent): void {
  for (const listener of listeners) listener(agent);
}
