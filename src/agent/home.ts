/**
 * Which agent this thread is. One for all copies of the module: they meet at a symbol of the global
 * object. The main thread makes the table when the module is loaded, so that every worker started
 * after that finds it in its environment data; a worker that was started earlier joins the table of
 * the first handle it gets.
 */
import { SyncError } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import { Agent } from './agent.ts';
import { bequeathLineage, noteLineage } from './lineage.ts';
import { watchThreads } from './liveness.ts';
import { NodeHost } from './node-host.ts';
import { ownTid, startedAt } from './os-thread.ts';
import { workerThreads } from './runtime.ts';
import { createTable, dealAgentId, hasDealt, isSameTable, isTable, START, TID } from './table.ts';
import { holdEvidence } from './web-locks.ts';

const KEY = 'crossthread/1';

interface Home {
  current: Agent | undefined;
  /** To be told of the first agent. */
  readonly curious: ((agent: Agent) => void)[];
}

const home: Home = makeHome();

/** The agent that runs now. */
export function currentAgent(): Agent {
  return home.current ?? arrive(join(inheritedTable() ?? publish(createTable())));
}

/** Calls `listener` with this thread's agent, as soon as there is one. */
export function onArrival(listener: (agent: Agent) => void): void {
  if (home.current) listener(home.current);
  else home.curious.push(listener);
}

/** Makes `agent` the current one of this thread, as only the explorer does. Returns the one before. */
export function enterAgent(agent: Agent): Agent {
  const before = currentAgent();
  home.current = agent;
  return before;
}

/** Joins the agents of `table`, which came with a handle. */
export function joinTable(table: Words): void {
  const agent = home.current;
  if (agent && isSameTable(agent.table, table)) return;
  if (agent && hasDealt(agent.table)) {
    throw new SyncError(
      'invalid_argument',
      'the handle comes from threads that do not know this one, and both have objects: ' +
        'import crossthread in the main thread before workers are started',
    );
  }
  arrive(join(publish(table), agent));
}

function arrive(agent: Agent): Agent {
  home.current = agent;
  for (const listener of home.curious.splice(0)) listener(agent);
  return agent;
}

function makeHome(): Home {
  const global = globalThis as { [key: symbol]: Home | undefined };
  const found = global[Symbol.for(KEY)];
  if (found) return found;
  const made: Home = { current: undefined, curious: [] };
  global[Symbol.for(KEY)] = made;
  bequeathLineage();
  watchThreads(() => made.current);
  if (workerThreads?.isMainThread) made.current = join(publish(createTable()));
  return made;
}

function join(table: Words, before?: Agent): Agent {
  const threadId = workerThreads?.threadId;
  const id = threadId === undefined ? dealAgentId(table) : threadId + 1;
  // Nobody outlives the main thread: nobody is to look for it. To ask takes its time: of who is killed with a
  // slot and no TID, /proc tells nothing.
  const tid = workerThreads?.isMainThread ? 0 : ownTid();
  const started = tid === 0 ? undefined : startedAt(tid);
  const agent = new Agent(table, id, new NodeHost(table), before);
  noteLineage(table, agent.slot);
  if (started !== undefined) {
    Atomics.store(table, agent.slot + START, started);
    Atomics.store(table, agent.slot + TID, tid);
  }
  holdEvidence(agent);
  return agent;
}

function inheritedTable(): Words | undefined {
  const data: unknown = workerThreads?.getEnvironmentData(KEY);
  return isTable(data) ? data : undefined;
}

function publish(table: Words): Words {
  workerThreads?.setEnvironmentData(KEY, table);
  return table;
}
