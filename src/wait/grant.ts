/**
 * Granting: how a notification reaches the oldest waiter of a condition, once.
 *
 * A grant and a waiter that gives up meet in one compare-exchange of the waiter's record: whoever
 * wins, the other knows. A grant that loses it goes to the next in order. The record stays GRANTED
 * until its owner has its mutex again, so that a death in between is seen, and the grant given on.
 */
import type { Agent } from '../agent/agent.ts';
import { poke } from './park.ts';
import { GRANTED, isBefore, move, oldestOf, pooledWaitersOf, type Waiting } from './record.ts';

/** Grants to the oldest waiter of `object` whose ticket is before `limit`. `false`: there is none. */
export function grant(agent: Agent, object: number, limit?: number): boolean {
  for (;;) {
    const oldest = oldestOf(waitersBefore(agent, object, limit));
    if (!oldest) return false;
    if (!move(agent.table, oldest, GRANTED)) continue;
    poke(agent.table, oldest.slot);
    return true;
  }
}

/** Grants to all whose ticket is before `limit`, oldest first. Returns how many. */
export function grantAll(agent: Agent, object: number, limit: number): number {
  const inOrder = waitersBefore(agent, object, limit).toSorted((a, b) => (a.ticket - b.ticket) | 0);
  let granted = 0;
  for (const waiting of inOrder) {
    if (!move(agent.table, waiting, GRANTED)) continue; // it gave up, and is no waiter any more
    poke(agent.table, waiting.slot);
    granted++;
  }
  return granted;
}

function waitersBefore(agent: Agent, object: number, limit?: number): readonly Waiting[] {
  const all = pooledWaitersOf(agent.table, object);
  return limit === undefined ? all : all.filter(({ ticket }) => isBefore(ticket, limit));
}
