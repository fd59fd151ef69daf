/**
 * Who waits for whom: from each blocked agent to the one that has what it waits for, and whether that
 * leads back. For waits that have lasted a slice only, so that no other pays for it.
 *
 * Words of a slot's own record, beside those of record.ts
 *   HOLDER       the agent that has what is waited for; 0 while an edge is written
 *   HELD_SINCE   that agent's STATE, as it was before it was seen to have it; NO_EDGE: see E2
 *   OF_WAIT      the waiter's own STATE: of an earlier wait nothing counts, nor of one that has ended
 * Invariants
 *   E1  An edge holds while the holder waits and its STATE is HELD_SINCE: it has run nothing since, so it has
 *       given up nothing. HELD_SINCE is read before it is looked who has the object.
 *   E2  Only a wait that nothing else ends is an edge: without a deadline, and nobody may stop it.
 *   E3  A circle is one if all its STATEs are the same after all its edges were read. Between the two
 *       looks all waited at once, each for what the next has; so they do until one of them dies, or leaves
 *       another circle.
 *   E4  Of a circle the one that came last leaves, nobody else. Who finds the circle and is another pokes it.
 *
 * Why none is missed. Everybody in a circle writes its edge anew once a slice. Who is last to do so after
 * all have gone to sleep finds all the others' edges to hold. Somebody whose edge is out of date is poked on
 * the way. Where a wait has several holders, as a writer has readers, its edge leads to each in turn, and stays
 * where it closes a circle.
 */
import type { Agent } from '../agent/agent.ts';
import { nameObject, objectName, threadName } from '../agent/labels.ts';
import { statementOf } from '../agent/statement.ts';
import { ID, RECORD, slotOf } from '../agent/table.ts';
import { DeadlockError } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import { poke } from './park.ts';
import type { Protocol } from './protocol.ts';
import { isWaiting, OBJECT, sinceOf, STATE } from './record.ts';

const HOLDER = 5;
const HELD_SINCE = 6;
const OF_WAIT = 7;

const NO_EDGE = -1; // no STATE

interface Sleeper {
  readonly slot: number;
  readonly state: number;
}

interface Edge {
  readonly holder: number;
  readonly heldSince: number;
}

/**
 * Before a sleep of a wait that has lasted a slice; `round` counts them.
 *
 * @throws DeadlockError when it closes a circle, and this thread is to leave it.
 */
export function lookForDeadlock(
  agent: Agent,
  protocol: Protocol,
  round: number,
  isEndless: boolean,
): void {
  if (round === 1) nameObject(agent, protocol.object, protocol.label);
  const holders = protocol.holders?.() ?? [];
  for (let i = 0; i < holders.length; i++) {
    const holder = holders[(i + round) % holders.length]!;
    const heldSince = waitOf(agent.table, slotOf(agent.table, holder)); // E1
    if (!protocol.holders?.().includes(holder)) continue;
    writeEdge(agent, holder, isEndless ? heldSince : NO_EDGE);
    const circle = isEndless ? follow(agent) : undefined;
    if (circle) return leave(agent, circle);
  }
}

/** Who has what the blocked thread of `slot` waits for, if it has said so; 0: nobody. */
export function holderOf(table: Words, slot: number): number {
  return readEdge(table, { slot, state: waitOf(table, slot) })?.holder ?? 0;
}

function writeEdge({ table, slot }: Agent, holder: number, heldSince: number): void {
  const record = slot + RECORD;
  Atomics.store(table, record + HOLDER, 0);
  Atomics.store(table, record + HELD_SINCE, heldSince);
  Atomics.store(table, record + OF_WAIT, waitOf(table, slot));
  Atomics.store(table, record + HOLDER, holder);
}

function readEdge(table: Words, { slot, state }: Sleeper): Edge | undefined {
  const record = slot + RECORD;
  const holder = Atomics.load(table, record + HOLDER);
  const heldSince = Atomics.load(table, record + HELD_SINCE);
  if (Atomics.load(table, record + OF_WAIT) !== state) return undefined;
  if (Atomics.load(table, record + HOLDER) !== holder || holder === 0) return undefined;
  return { holder, heldSince };
}

/** The circle that this agent's edge closes. */
function follow({ table, slot }: Agent): readonly Sleeper[] | undefined {
  const circle: Sleeper[] = [];
  let last: Sleeper = { slot, state: waitOf(table, slot) };
  for (;;) {
    if (circle.some((sleeper) => sleeper.slot === last.slot)) break;
    circle.push(last);
    const edge = readEdge(table, last);
    if (!edge || edge.heldSince === NO_EDGE) return undefined;
    const next = slotOf(table, edge.holder);
    const state = waitOf(table, next);
    if (state !== edge.heldSince) {
      if (isWaiting(state)) poke(table, last.slot); // it did not know yet
      return undefined;
    }
    last = { slot: next, state };
  }
  if (last.slot !== slot) return undefined; // those of that circle see to it
  return circle.every((sleeper) => waitOf(table, sleeper.slot) === sleeper.state) // E3
    ? circle
    : undefined;
}

function leave(agent: Agent, circle: readonly Sleeper[]): void {
  const { table } = agent;
  const last = circle.reduce((a, b) => (isLater(table, b, a) ? b : a)); // E4
  if (last.slot === agent.slot) throw new DeadlockError(describe(agent, circle));
  poke(table, last.slot);
}

function isLater(table: Words, a: Sleeper, b: Sleeper): boolean {
  const difference = (sinceOf(table, a.slot + RECORD) - sinceOf(table, b.slot + RECORD)) | 0;
  return difference === 0 ? a.slot > b.slot : difference > 0;
}

function describe(agent: Agent, circle: readonly Sleeper[]): DeadlockError['cycle'] {
  const { table } = agent;
  return circle.map(({ slot }) => {
    const id = Atomics.load(table, slot + ID);
    const object = Atomics.load(table, slot + RECORD + OBJECT);
    const waitsFor = objectName(agent, object) ?? 'a mutex';
    const trace = statementOf(table, slot, id);
    return { agent: id, thread: threadName(agent, id), waitsFor, ...(trace && { trace }) };
  });
}

function waitOf(table: Words, slot: number): number {
  return slot === 0 ? 0 : Atomics.load(table, slot + RECORD + STATE);
}
