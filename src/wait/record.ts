/**
 * Wait records: who waits for which object, since when, in which order. The order of waiting lives
 * here and not in the engine's queues, which forget it whenever a sliced sleep goes on.
 *
 * Words of a record
 *   STATE    bits 0-1 state, bits 2-31 sequence, +1 at every opening
 *   OBJECT   object id
 *   TICKET   order among the waiters of that object
 *   SINCE    1/16 ms, when the wait began
 *   COUNT    what is asked for; its meaning is the object's
 *   OWNER    agent id, 0: free (pool only; a slot's record is its agent's)
 *   NEXT     link of the chain (pool only)
 *   SLOT     the owner's slot (pool only; the last three are used otherwise in wait-for.ts)
 * States
 *   IDLE      nobody waits
 *   WAITING   counts in every scan
 *   LATE      set aside by who took over an expired lease; its owner reopens it
 *   GRANTED   chosen; what was granted is still to be used
 * Who moves it: IDLE -> WAITING and anything -> IDLE the owner (a burier for a dead one);
 *   WAITING -> LATE, WAITING -> GRANTED others, by compare-exchange.
 * Invariants
 *   R1  The fields are written while the record is IDLE. They belong together if STATE, sequence
 *       included, is the same before and after they are read.
 *   R2  A record is WAITING before its owner looks at the object's words.
 *   R3  A pool record stays in the chain of its bucket for ever, whoever uses it.
 *   R4  Only a record that its owner has enrolled with has that in COUNT, and it names the object by then. It is
 *       the owner's until that one is buried, and says so no more before it is free again.
 */
import type { Agent } from '../agent/agent.ts';
import {
  allotRecord,
  CHAIN_HEADS,
  CHAINS,
  HIGH,
  ID,
  POOL,
  poolEnd,
  RECORD,
  RECORD_WORDS,
  slotAt,
} from '../agent/table.ts';
import { SyncError } from '../errors.ts';
import { Chain } from '../memory/chain.ts';
import type { Words } from '../memory/words.ts';

export const STATE = 0;
export const OBJECT = 1;
const TICKET = 2;
const SINCE = 3;
const COUNT = 4;
export const OWNER = 5;
const NEXT = 6;
const SLOT = 7;

export const IDLE = 0;
export const WAITING = 1;
export const LATE = 2;
export const GRANTED = 3;
const STATES = 3;
const ENROLLED = -1; // a COUNT that nobody asks for
export const HEED = -2; // one of who does not wait for the object, but heeds it
const SEQUENCE = 4;

const MS = 16; // units of SINCE: fine enough for a patience of 1 ms, and 74 hours until they wrap
const AHEAD = 60_000 * MS; // so far may the waiter's clock be ahead of that of who looks

/** What others read of a waiter. */
export interface Waiting {
  readonly record: number;
  /** STATE as it was read: the sequence shows whether it is still the same wait. */
  readonly state: number;
  readonly object: number;
  readonly ticket: number;
  readonly since: number;
  readonly count: number;
  readonly agent: number;
  readonly slot: number;
  readonly isAsync: boolean;
}

export function stateOf(table: Words, record: number): number {
  return Atomics.load(table, record + STATE) & STATES;
}

/** Whether a STATE is that of somebody who waits. */
export const isWaiting = (state: number): boolean => (state & STATES) === WAITING;

/** In units of SINCE, modulo 2^32: an age is a difference. */
export function timestamp(agent: Agent): number {
  return (agent.host.now() * MS) | 0;
}

/** When the wait of an agent's own record began. */
export function sinceOf(table: Words, record: number): number {
  return Atomics.load(table, record + SINCE);
}

/** Whether the wait that began at `since` has lasted more than `ms`. */
export function isOlder(agent: Agent, since: number, ms: number): boolean {
  return agent.host.isOlder(ageOf(agent, since), ms);
}

/** ms, for which a wait has lasted that began at `since`. */
export function ageOf(agent: Agent, since: number): number {
  const age = ((timestamp(agent) - since + AHEAD) >>> 0) - AHEAD;
  return Math.max(0, age) / MS;
}

export function open(
  agent: Agent,
  record: number,
  object: number,
  ticket: number,
  since: number,
  count: number,
): void {
  const { table } = agent;
  Atomics.store(table, record + OBJECT, object);
  Atomics.store(table, record + TICKET, ticket);
  Atomics.store(table, record + SINCE, since);
  Atomics.store(table, record + COUNT, count);
  const state = Atomics.load(table, record + STATE);
  Atomics.store(table, record + STATE, ((state & ~STATES) + SEQUENCE) | WAITING);
}

export function close(table: Words, record: number): void {
  Atomics.store(table, record + STATE, Atomics.load(table, record + STATE) & ~STATES);
}

/** Moves a record that was seen WAITING. `false`: it is another wait by now, or none. */
export function move(table: Words, seen: Waiting, to: typeof LATE | typeof GRANTED): boolean {
  const state = (seen.state & ~STATES) | to;
  return Atomics.compareExchange(table, seen.record + STATE, seen.state, state) === seen.state;
}

/** Takes back a wait of one's own. `false`: somebody has moved it. */
export function withdraw(table: Words, record: number): boolean {
  const state = Atomics.load(table, record + STATE);
  if (!isWaiting(state)) return false;
  return Atomics.compareExchange(table, record + STATE, state, state & ~STATES) === state;
}

export function isStill(table: Words, seen: Waiting): boolean {
  return Atomics.load(table, seen.record + STATE) === seen.state;
}

/** A record of the pool, for a wait of this agent. */
export function takeRecord(agent: Agent, object: number): number {
  const { table } = agent;
  const chain = chainOf(table);
  let head = chain.head(object);
  for (let record = head; record !== 0; record = chain.after(record)) {
    if (Atomics.load(table, record + OWNER) !== 0) continue;
    if (Atomics.compareExchange(table, record + OWNER, 0, agent.id) !== 0) continue;
    Atomics.store(table, record + SLOT, agent.slot);
    return record;
  }
  const fresh = allotRecord(table);
  if (fresh === 0) {
    throw new SyncError('resource_unavailable_try_again', 'no room for another async wait');
  }
  Atomics.store(table, fresh + OWNER, agent.id);
  Atomics.store(table, fresh + SLOT, agent.slot);
  while (!chain.link(object, fresh, head)) head = chain.head(object);
  return fresh;
}

/**
 * Says for good that this agent has met `object`, in a record that nobody waits with. It is free again
 * when the agent is buried.
 */
export function enroll(agent: Agent, object: number): void {
  const record = takeRecord(agent, object);
  Atomics.store(agent.table, record + OBJECT, object);
  Atomics.store(agent.table, record + COUNT, ENROLLED); // R4
}

export function isEnrolled(table: Words, object: number, agent: number): boolean {
  const chain = chainOf(table);
  for (let record = chain.head(object); record !== 0; record = chain.after(record)) {
    if (Atomics.load(table, record + OWNER) !== agent || !enrolls(table, record)) continue;
    if (Atomics.load(table, record + OBJECT) !== object) continue; // R4
    if (Atomics.load(table, record + OWNER) === agent) return true; // not that of who had it in between
  }
  return false;
}

export function enrolls(table: Words, record: number): boolean {
  return Atomics.load(table, record + COUNT) === ENROLLED;
}

/** Before the record of a dead agent is free again: R4. */
export function disenroll(table: Words, record: number): void {
  Atomics.store(table, record + COUNT, 0);
}

export function returnRecord(table: Words, record: number): void {
  Atomics.store(table, record + OWNER, 0);
}

/** All waiters of `object`, in no order; a dead one is among them until it is buried. */
export function waitersOf(table: Words, object: number): readonly Waiting[] {
  return [...blockedWaiters(table, object), ...pooledWaitersOf(table, object)];
}

/** All waiters of all objects, for a report. */
export function allWaiters(table: Words): readonly Waiting[] {
  const found = blockedWaiters(table);
  const end = poolEnd(table);
  for (let record = POOL; record < end; record += RECORD_WORDS) {
    const waiting = read(table, record, 0);
    if (!waiting || waiting.agent === 0) continue;
    if (waiting.count !== ENROLLED && waiting.count !== HEED) found.push(waiting);
  }
  return found;
}

function blockedWaiters(table: Words, object?: number): Waiting[] {
  const found: Waiting[] = [];
  const high = Atomics.load(table, HIGH);
  for (let i = 0; i < high; i++) {
    const slot = slotAt(i);
    const waiting = read(table, slot + RECORD, slot, object);
    if (waiting) found.push(waiting);
  }
  return found;
}

/** The waiters of `object` that have records of the pool, as all waiters of conditions do. */
export function pooledWaitersOf(table: Words, object: number): Waiting[] {
  const found: Waiting[] = [];
  const chain = chainOf(table);
  for (let record = chain.head(object); record !== 0; record = chain.after(record)) {
    const waiting = read(table, record, 0, object);
    if (waiting) found.push(waiting);
  }
  return found;
}

/** Some waiter of `object` with a record of the pool other than `own`. */
export function anotherPooled(table: Words, object: number, own: number): Waiting | undefined {
  const chain = chainOf(table);
  for (let record = chain.head(object); record !== 0; record = chain.after(record)) {
    const waiting = record === own ? undefined : read(table, record, 0, object);
    if (waiting) return waiting;
  }
  return undefined;
}

export function oldestOf(waiters: readonly Waiting[]): Waiting | undefined {
  let oldest: Waiting | undefined;
  for (const waiting of waiters) {
    if (!oldest || isBefore(waiting.ticket, oldest.ticket)) oldest = waiting;
  }
  return oldest;
}

/** Whether ticket `a` was dealt before ticket `b`; they wrap. */
export function isBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

function chainOf(table: Words): Chain {
  return new Chain(table, CHAINS, CHAIN_HEADS, NEXT);
}

/** `slot` is 0 of a record of the pool. */
function read(
  table: Words,
  record: number,
  slot: number,
  object: number = Atomics.load(table, record + OBJECT),
): Waiting | undefined {
  for (;;) {
    // OBJECT first: most records are of other objects, and one that becomes this object's only
    // after this read belongs to a waiter that has still to look at the words (R2).
    if (Atomics.load(table, record + OBJECT) !== object) return undefined;
    const state = Atomics.load(table, record + STATE);
    if (!isWaiting(state)) return undefined;
    const seen: Waiting = {
      record,
      state,
      object,
      ticket: Atomics.load(table, record + TICKET),
      since: Atomics.load(table, record + SINCE),
      count: Atomics.load(table, record + COUNT),
      agent: Atomics.load(table, slot === 0 ? record + OWNER : slot + ID),
      slot: slot === 0 ? Atomics.load(table, record + SLOT) : slot,
      isAsync: slot === 0,
    };
    if (Atomics.load(table, record + OBJECT) !== object || !isStill(table, seen)) continue; // R1
    return seen;
  }
}
