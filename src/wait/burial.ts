/**
 * Burying the dead: what a dead agent had in hand is given on, and its slot is free again.
 *
 * States of a slot's CLAIM
 *   0     nobody buries, or nobody is dead
 *   id    that agent buries; if it died over it, whoever comes next takes over
 * Invariants
 *   D1  A grant of the dead is given on before its record is closed. A burier that dies in between
 *       leaves the record GRANTED, so the next one does it again: one wake-up too many after two
 *       deaths, never one too few.
 *   D2  Each step can be done twice.
 *   D3  A slot is free only with nothing left in it that tells of the dead: its next owner would be
 *       taken for dead.
 */
import type { Agent } from '../agent/agent.ts';
import { lookForDead, onDeath } from '../agent/liveness.ts';
import {
  CLAIM,
  clearSlot,
  HIGH,
  ID,
  isDead,
  POOL,
  poolEnd,
  RECORD,
  RECORD_WORDS,
  slotAt,
} from '../agent/table.ts';
import { grant } from './grant.ts';
import { pokeAll } from './park.ts';
import {
  close,
  disenroll,
  GRANTED,
  OBJECT,
  OWNER,
  returnRecord,
  stateOf,
  withdraw,
} from './record.ts';

// A sleeper looks again when somebody has died: the owner it waits for may be the one.
onDeath((agent) => {
  buryTheDead(agent);
  pokeAll(agent.table);
});

/** What every slice does: looks who has died, and buries who is not buried yet. */
export function bury(agent: Agent): void {
  lookForDead(agent);
  buryTheDead(agent);
}

function buryTheDead(agent: Agent): void {
  const high = Atomics.load(agent.table, HIGH);
  for (let i = 0; i < high; i++) {
    const id = Atomics.load(agent.table, slotAt(i) + ID);
    if (id !== 0 && isDead(agent.table, id)) buryAgent(agent, id, slotAt(i));
  }
}

function buryAgent(agent: Agent, id: number, slot: number): void {
  const { table } = agent;
  const claim = Atomics.load(table, slot + CLAIM);
  if (claim !== 0 && !isDead(table, claim)) return;
  if (Atomics.compareExchange(table, slot + CLAIM, claim, agent.id) !== claim) return;
  if (Atomics.load(table, slot + ID) === id) buryClaimed(agent, id, slot); // else somebody was faster
  Atomics.compareExchange(table, slot + CLAIM, agent.id, 0);
}

function buryClaimed(agent: Agent, id: number, slot: number): void {
  const { table } = agent;
  buryRecord(agent, slot + RECORD);
  const end = poolEnd(table);
  for (let record = POOL; record < end; record += RECORD_WORDS) {
    if (Atomics.load(table, record + OWNER) !== id) continue;
    buryRecord(agent, record);
    disenroll(table, record);
    returnRecord(table, record);
  }
  clearSlot(table, slot); // D3
  Atomics.compareExchange(table, slot + ID, id, 0);
}

function buryRecord(agent: Agent, record: number): void {
  // By exchange: a notification may reach the dead one at this very moment.
  if (!withdraw(agent.table, record) && stateOf(agent.table, record) === GRANTED) {
    grant(agent, Atomics.load(agent.table, record + OBJECT)); // D1
  }
  close(agent.table, record);
}
