/** The hang report: who has waited for too long, and what everybody does. */
import type { Agent } from '../agent/agent.ts';
import { type AgentReport, inspect, type WaitReport } from '../inspect.ts';
import { labelOf } from '../share/shared-object.ts';
import { nameOf, type Wait } from './wait.ts';

export const SHOWN = 8; // waits of tasks: there may be thousands

export function reportOf(agent: Agent, waits: readonly Wait[], limit: number): string {
  const long = waits
    .slice(0, SHOWN)
    .map((wait) => `  ${wait.describeIn(agent)}${wait.stack.text}\n`);
  if (waits.length > SHOWN) long.push(`  and ${waits.length - SHOWN} more of its tasks\n`);
  const all = inspect().agents.map((each) => describe(agent, each));
  return `crossthread: a wait of more than ${limit} ms\n${long.join('')}everybody now:\n${all.join('')}`;
}

function describe(agent: Agent, { agent: id, alive, waitsFor, holds, trace }: AgentReport): string {
  const facts = [
    ...(alive ? [] : ['is dead']),
    ...(waitsFor ? [describeWait(agent, waitsFor)] : []),
    ...(holds ? [`holds ${holds.join(', ')}`] : []),
  ];
  const now = facts.length === 0 ? '' : `: ${facts.join('; ')}`;
  return `  ${nameOf(agent, id)}${now}\n${trace ?? ''}`;
}

function describeWait(agent: Agent, { owner, forMilliseconds, ...object }: WaitReport): string {
  const has = owner === undefined ? '' : `, which ${nameOf(agent, owner)} has`;
  return `waits for ${labelOf(object)} for ${Math.round(forMilliseconds)} ms${has}`;
}
