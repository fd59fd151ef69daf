/** Looking inside: who is there, and whether sleeps had to be rescued. */
import { currentAgent } from './agent/home.ts';
import { agentIds, isDead, RESCUES } from './agent/table.ts';

/** One agent, as {@link inspect} sees it. */
export interface AgentReport {
  /** Its id: `threadId + 1` in Node. */
  readonly agent: number;
  /** Whether it is not known to be dead. */
  readonly alive: boolean;
}

/**
 * Everybody's state now. `rescues` counts sleeps that only a slice ended although what they waited for
 * was there: 0 unless a thread died, and a reason to report a bug.
 *
 * @example
 * ```ts
 * const { agents, rescues } = inspect();
 * console.log(agents.some(({ alive }) => alive), rescues); // → true 0
 * ```
 */
export function inspect(): { readonly agents: readonly AgentReport[]; readonly rescues: number } {
  const { table } = currentAgent();
  const agents = [...agentIds(table)].map((agent) => ({ agent, alive: !isDead(table, agent) }));
  return { agents, rescues: Atomics.load(table, RESCUES) };
}
