/**
 * Sleeping and waking. The only engine-level waits of the library are here.
 *
 * Words, one pair per agent
 *   PARK     0: nothing new, 1: look again
 *   RESTING  bit 0  BLOCKED  the thread sleeps on PARK, or is about to
 *            bit 1  ARMED    its event loop waits on PARK
 * Invariants
 *   K1  Only the owner clears PARK, and it does so before it reads what it judges by.
 *   K2  Who pokes has first changed what the poked one will read.
 *   K3  RESTING is written by the owner alone, and says so before the engine looks at PARK; who pokes
 *       writes PARK before it reads RESTING. One of the two sees the other, so a poke may spare the
 *       engine when nobody rests.
 * So a poke is either seen in the word or ends the sleep. One word serves the blocked thread and its
 * event loop: a poke wakes both.
 */
import type { Agent } from '../agent/agent.ts';
import { HIGH, ID, PARK, RESTING, slotAt } from '../agent/table.ts';
import { SyncError } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import { Spin } from './spin.ts';

const BLOCKED = 1 << 0;
const ARMED = 1 << 1;

const LOOKS = 1600; // about 20 us, what it costs to fall asleep and to be woken

/** Before everything that is judged next (K1). Returns whether there was a poke. */
export function clearPark(agent: Agent): boolean {
  return Atomics.exchange(agent.table, agent.slot + PARK, 0) === 1;
}

/** After what it tells of (K2). */
export function poke(table: Words, slot: number): void {
  if (Atomics.exchange(table, slot + PARK, 1) === 1) return; // who set it sees to the rest
  if (Atomics.load(table, slot + RESTING) !== 0) Atomics.notify(table, slot + PARK);
}

/** Whether the agent of that slot has to be woken before it can look. */
export function isAsleep(table: Words, slot: number): boolean {
  return (Atomics.load(table, slot + RESTING) & BLOCKED) !== 0;
}

export function pokeAll(table: Words): void {
  const high = Atomics.load(table, HIGH);
  for (let i = 0; i < high; i++) {
    if (Atomics.load(table, slotAt(i) + ID) !== 0) poke(table, slotAt(i));
  }
}

/** @throws SyncError `blocking_not_allowed` where the thread may not sleep. */
export function checkMayBlock({ host }: Agent): void {
  if (host.canBlock) return;
  throw new SyncError('blocking_not_allowed', 'this thread may not block: use the async form');
}

/** Blocks for `ms` at most. `false`: time was up. `isHopeful`: it may as well be a moment. */
export function park(agent: Agent, ms: number, isHopeful = true): boolean {
  const { table, slot, host } = agent;
  checkMayBlock(agent);
  const isPoked = (): boolean => Atomics.load(table, slot + PARK) !== 0;
  if (isHopeful && host.cores > 1 && spinOf(agent).until(isPoked)) return true;
  const resting = Atomics.load(table, slot + RESTING);
  Atomics.store(table, slot + RESTING, resting | BLOCKED); // K3
  const end = Atomics.wait(table, slot + PARK, 0, ms);
  Atomics.store(table, slot + RESTING, resting);
  return end !== 'timed-out';
}

/** Has the event loop call `awake` at the next poke. `false`: there was one already. */
export function parkAsync(agent: Agent, awake: () => void): boolean {
  const { table, slot } = agent;
  Atomics.store(table, slot + RESTING, ARMED); // K3
  const parked = Atomics.waitAsync(table, slot + PARK, 0);
  const disarm = (): void => void Atomics.store(table, slot + RESTING, 0);
  if (!parked.async) {
    disarm();
    return false;
  }
  void parked.value.then(() => {
    disarm();
    awake();
  });
  return true;
}

function spinOf(agent: Agent): Spin {
  return (agent.spin ??= new Spin(LOOKS));
}
