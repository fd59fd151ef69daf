/**
 * Sleeping and waking. The only engine-level waits of the library are here.
 *
 * Word
 *   PARK  one per agent; 0: nothing new, 1: look again
 * Invariants
 *   K1  Only the owner clears PARK, and it does so before it reads what it judges by.
 *   K2  Who pokes has first changed what the poked one will read.
 * So a poke is either seen in the word or ends the sleep. One word serves the blocked thread and its
 * event loop: a poke wakes both.
 */
import type { Agent } from '../agent/agent.ts';
import { HIGH, ID, PARK, slotAt } from '../agent/table.ts';
import { SyncError } from '../errors.ts';
import type { Words } from '../memory/words.ts';

/** Before everything that is judged next (K1). */
export function clearPark(agent: Agent): void {
  Atomics.store(agent.table, agent.slot + PARK, 0);
}

/** After what it tells of (K2). */
export function poke(table: Words, slot: number): void {
  Atomics.store(table, slot + PARK, 1);
  Atomics.notify(table, slot + PARK);
}

export function pokeAll(table: Words): void {
  const high = Atomics.load(table, HIGH);
  for (let i = 0; i < high; i++) {
    if (Atomics.load(table, slotAt(i) + ID) !== 0) poke(table, slotAt(i));
  }
}

/** Blocks for `ms` at most. `false`: time was up. */
export function park(agent: Agent, ms: number): boolean {
  if (!agent.host.canBlock) {
    throw new SyncError('blocking_not_allowed', 'this thread may not block: use the async form');
  }
  return Atomics.wait(agent.table, agent.slot + PARK, 0, ms) !== 'timed-out';
}

/** Has the event loop call `awake` at the next poke. `false`: there was one already. */
export function parkAsync(agent: Agent, awake: () => void): boolean {
  const parked = Atomics.waitAsync(agent.table, agent.slot + PARK, 0);
  if (!parked.async) return false;
  void parked.value.then(awake);
  return true;
}
