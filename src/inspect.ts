/** Looking inside: who is there, who waits for what, and whether sleeps had to be rescued. */
import type { Agent } from './agent/agent.ts';
import { currentAgent } from './agent/home.ts';
import { objectName, threadName } from './agent/labels.ts';
import { statementOf } from './agent/statement.ts';
import { agentIds, isDead, RESCUES, slotOf } from './agent/table.ts';
import type { Words } from './memory/words.ts';
import { labelOf, OWNERS, type SharedObject } from './share/shared-object.ts';
import { isAsleep } from './wait/park.ts';
import { ageOf, allWaiters, type Waiting } from './wait/record.ts';
import { holderOf } from './wait/wait-for.ts';

/** What an agent waits for, as {@link inspect} sees it. */
export interface WaitReport {
  /** The class of the object, such as `'Mutex'`. */
  readonly kind: string;
  /** The name that the object was given. */
  readonly name: string | undefined;
  /** The agent that has it, where that is known. */
  readonly owner?: number;
  /** How long it has waited. Milliseconds. */
  readonly forMilliseconds: number;
}

/** One agent, as {@link inspect} sees it. */
export interface AgentReport {
  /** Its id: `threadId + 1` in Node. */
  readonly agent: number;
  /** What it is called: `'main'`, `'worker 3'`, or the name it was given. */
  readonly thread: string;
  /** Whether it is not known to be dead. */
  readonly alive: boolean;
  /** What it is blocked on; of one whose event loop is free, the oldest of its async waits. */
  readonly waitsFor?: WaitReport;
  /** Mutexes that it holds, such as `Mutex 'orders'`, as far as this thread can tell: its own live objects. */
  readonly holds?: readonly string[];
  /**
   * While tracing is on: where in the code it waits and has locked what it holds, as it told when it last locked
   * something or had waited for long; see {@link enableTracing}.
   */
  readonly trace?: string;
}

/**
 * Everybody's state now: who there is, what they wait for and hold. An object that this thread has no
 * live view of has its name once somebody has waited for it for 250 ms. `rescues` counts sleeps that only a
 * slice ended although what they waited for was there: 0 unless a thread died, and a reason to report a bug.
 *
 * Never blocks. For people and logs: by the time it is read, all of it may have changed.
 *
 * @example
 * ```ts
 * using lock = new Mutex({ name: 'orders' }).lock();
 * const { agents, rescues } = inspect();
 * console.log(agents.some(({ holds }) => holds?.includes("Mutex 'orders'")), rescues); // → true 0
 * ```
 */
export function inspect(): { readonly agents: readonly AgentReport[]; readonly rescues: number } {
  const agent = currentAgent();
  const { table } = agent;
  const waiters = allWaiters(table);
  const holds = holdsOf(agent);
  const agents = [...agentIds(table)].map((id) => {
    const waiting = waitOf(table, waiters, id);
    const held = holds.get(id);
    const trace = statementOf(table, slotOf(table, id), id);
    return {
      agent: id,
      thread: threadName(agent, id),
      alive: !isDead(table, id),
      ...(waiting && { waitsFor: describe(agent, waiting) }),
      ...(held && { holds: held }),
      ...(trace && { trace }),
    };
  });
  return { agents, rescues: Atomics.load(table, RESCUES) };
}

/**
 * A blocked thread's wait says more than those of its tasks. If it is for a condition, its record is one like
 * theirs, and the newest: none of them has run since.
 */
function waitOf(table: Words, waiters: readonly Waiting[], id: number): Waiting | undefined {
  const own = waiters.filter(({ agent }) => agent === id);
  const blocked = own.find(({ isAsync }) => !isAsync);
  if (blocked) return blocked;
  const inOrder = own.toSorted((a, b) => (a.since - b.since) | 0);
  return own.some(({ slot }) => isAsleep(table, slot)) ? inOrder.at(-1) : inOrder[0];
}

function describe(agent: Agent, { object, since, slot, isAsync }: Waiting): WaitReport {
  const live = agent.objects.get(object)?.deref() as SharedObject | undefined;
  const owner = ownersOf(live)[0] ?? (isAsync ? 0 : holderOf(agent.table, slot));
  return {
    ...(live ? { kind: live.crossthread.kind, name: live.name } : parse(objectName(agent, object))),
    ...(owner !== 0 && { owner }),
    forMilliseconds: ageOf(agent, since),
  };
}

function parse(label = 'object'): { kind: string; name: string | undefined } {
  const [, kind = label, name] = /^(\w+) '(.*)'$/s.exec(label) ?? [];
  return { kind, name };
}

function holdsOf(agent: Agent): Map<number, string[]> {
  const holds = new Map<number, string[]>();
  for (const reference of agent.objects.values()) {
    const live = reference.deref() as SharedObject | undefined;
    for (const owner of ownersOf(live)) {
      holds.set(owner, [...(holds.get(owner) ?? []), labelOf(live!.crossthread)]);
    }
  }
  return holds;
}

function ownersOf(live: SharedObject | undefined): readonly number[] {
  return (live as { [OWNERS]?: readonly number[] } | undefined)?.[OWNERS] ?? [];
}
