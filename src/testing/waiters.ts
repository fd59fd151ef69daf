/**
 * The wait lists: one per word, first come first served, blocking and async waits in the same one.
 * They are not kept but found: every wait has a ticket, and the lowest at an address is the head.
 */
import { ANSWER, DUE, WAITING } from './events.ts';
import { OK, OPERATIONS, WAIT } from './operations.ts';
import { ASLEEP, DEAD, type Thread } from './thread.ts';
import type { World } from './world.ts';

/** The word that a sleeping thread sleeps on. */
export function bedOf(thread: Thread): number {
  return (thread.keys[thread.length]! - WAIT) / OPERATIONS;
}

/** Whether an event of `thread` is an answer that has still to be called for. */
export function isAwaited({ events }: Thread, event: number): boolean {
  return events.stages[event] === WAITING && events.kinds[event] === ANSWER;
}

export function isWaitingAt(thread: Thread, event: number, address: number): boolean {
  return isAwaited(thread, event) && thread.events.addresses[event] === address;
}

/** Wakes up to `count` waiters at `address`, the longest waiting first. Returns how many. */
export function wake(world: World, address: number, count: number): number {
  let woken = 0;
  while (woken < count && wakeOne(world, address)) woken++;
  return woken;
}

function wakeOne(world: World, address: number): boolean {
  let head: Thread | undefined;
  let event = -1;
  let first = Infinity;
  for (const thread of world.threads) {
    if (thread.where === DEAD) continue;
    if (thread.where === ASLEEP && thread.ticket < first && bedOf(thread) === address) {
      head = thread;
      event = -1;
      first = thread.ticket;
    }
    const { events } = thread;
    for (let i = 0; i < events.length; i++) {
      if (events.tickets[i]! >= first || !isWaitingAt(thread, i, address)) continue;
      head = thread;
      event = i;
      first = events.tickets[i]!;
    }
  }
  if (!head) return false;
  world.trace?.wakes(head.index, event);
  world.races?.wake(head, event, address);
  if (event < 0) head.endSleep(OK);
  else world.setStage(head, event, DUE);
  world.witness?.woke(head.index, event);
  return true;
}

/** How many waits at `address` are before `ticket`: tickets themselves say how often others waited. */
export function rankOf(world: World, address: number, ticket: number): number {
  let rank = 0;
  for (const thread of world.threads) {
    if (thread.where === DEAD) continue;
    if (thread.where === ASLEEP && thread.ticket < ticket && bedOf(thread) === address) rank++;
    for (let i = 0; i < thread.events.length; i++) {
      if (thread.events.tickets[i]! < ticket && isWaitingAt(thread, i, address)) rank++;
    }
  }
  return rank;
}
