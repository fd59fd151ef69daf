/**
 * The blocking wait: one loop for all objects. It publishes the agent's record, then looks, then
 * sleeps until a poke, a timer of the protocol, a slice or the deadline. Once it has lasted a slice it looks
 * for a deadlock before it sleeps on.
 */
import type { Agent } from '../agent/agent.ts';
import { RECORD } from '../agent/table.ts';
import { bury } from './burial.ts';
import { type Deadline, NEVER } from './deadline.ts';
import { clearPark, park } from './park.ts';
import { NO_RECORD, type Protocol, TAKEN, Turn, UNTIL_POKED, wokenAfter } from './protocol.ts';
import { close, open, timestamp } from './record.ts';
import { canceled, lookOutFor, type StopWatch } from './stop.ts';
import { lookForDeadlock } from './wait-for.ts';

/**
 * Waits for `count` of what `protocol` guards. Returns whether it was taken before the deadline.
 *
 * @throws SyncError `operation_canceled` once `stop` is requested; nothing is taken then.
 */
export function block(
  agent: Agent,
  protocol: Protocol,
  count: number,
  deadline: Deadline,
  stop?: StopWatch,
): boolean {
  const record = agent.slot + RECORD;
  const turn = new Turn(agent, record, false, count);
  let taken = false;
  let isLate = false;
  let slices = 0;
  const lookout = lookOutFor(agent, stop);
  open(agent, record, protocol.object, protocol.ticket(), timestamp(agent), count);
  try {
    protocol.arrive?.();
    for (;;) {
      if (clearPark(agent)) turn.woken = 'poke';
      const stopped = lookout?.attempt(turn);
      if (stopped === TAKEN) throw canceled(protocol.label);
      const patience = stopped ?? protocol.attempt(turn);
      taken = patience === TAKEN;
      if (taken) break;
      if (turn.woken === 'slice') slices++;
      if (slices > 0 && patience === UNTIL_POKED) {
        lookForDeadlock(agent, protocol, slices, deadline === NEVER && !lookout);
      }
      if (sleep(agent, turn, patience, deadline)) continue;
      isLate = patience !== Turn.GRACE;
      if (isLate) break;
      turn.woken = 'poke'; // it is there, and no time is left for doubts
    }
  } finally {
    lookout?.close();
    close(agent.table, record);
    taken ||= isLate && protocol.keep?.(turn) === true;
    if (taken) protocol.taken?.();
    else protocol.leave();
  }
  return taken;
}

/** Sleeps once and notes in `turn` what ended it. `false`: the deadline has passed. */
export function sleep(agent: Agent, turn: Turn, patience: number, deadline: Deadline): boolean {
  const { slice } = agent.host;
  const left = deadline === NEVER ? NEVER : deadline - agent.host.now();
  if (left <= 0) return false;
  const ms = Math.min(patience === UNTIL_POKED ? slice : patience, left); // a patience is shorter
  if (park(agent, ms, turn.woken !== 'slice') || ms === left) {
    turn.woken = 'poke';
    return true;
  }
  turn.woken = wokenAfter(patience);
  if (turn.woken === 'slice') {
    bury(agent);
    if (turn.record !== NO_RECORD) agent.watch?.blockedForSlice(agent, turn.record);
  }
  return true;
}
