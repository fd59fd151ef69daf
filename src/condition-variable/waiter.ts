/** One waiter of a condition: its record, from the opening to the end, blocked or awaited. */
import type { Agent } from '../agent/agent.ts';
import { sleep } from '../wait/block.ts';
import { type Deadline, NEVER } from '../wait/deadline.ts';
import { inboxOf, type Pending } from '../wait/inbox.ts';
import { type SignalOptions, withTimeout } from '../wait/options.ts';
import { clearPark } from '../wait/park.ts';
import { TAKEN, Turn, UNTIL_POKED } from '../wait/protocol.ts';
import {
  close,
  GRANTED,
  OBJECT,
  open,
  returnRecord,
  stateOf,
  takeRecord,
  timestamp,
  withdraw,
} from '../wait/record.ts';
import type { Lookout } from '../wait/stop.ts';
import { Task } from '../wait/task.ts';

/** Publishes a waiter. Returns its record. */
export function openWait(agent: Agent, object: number, ticket: number, mutex: number): number {
  const record = takeRecord(agent, object);
  open(agent, record, object, ticket, timestamp(agent), mutex);
  return record;
}

/** Ends a wait. Returns whether it was granted something. */
export function closeWait(agent: Agent, record: number): boolean {
  const granted = !withdraw(agent.table, record) && stateOf(agent.table, record) === GRANTED;
  close(agent.table, record);
  returnRecord(agent.table, record);
  return granted;
}

/** Blocks until granted; `false`: it gave up, at the deadline or because of a stop. A grant beats both. */
export function blockForGrant(
  agent: Agent,
  record: number,
  deadline: Deadline,
  lookout: Lookout | undefined,
): boolean {
  const turn = new Turn(agent, record, false, 0);
  for (;;) {
    if (clearPark(agent)) turn.woken = 'poke';
    const granted = stateOf(agent.table, record) === GRANTED;
    const doubtful = granted && turn.isDoubtful(GRANTED);
    if (granted && !doubtful) return true;
    const patience = doubtful ? Turn.GRACE : (lookout?.attempt(turn) ?? UNTIL_POKED);
    if (patience === TAKEN || !sleep(agent, turn, patience, deadline)) {
      return !withdraw(agent.table, record); // C2
    }
  }
}

/** How an awaited wait ended. */
export interface WaitEnd {
  readonly notified: boolean;
  readonly aborted: boolean;
  readonly reason?: unknown;
}

/** Waits with the event loop free until granted, aborted or late. A grant beats both. */
export function awaitGrant(
  agent: Agent,
  record: number,
  deadline: Deadline,
  options: SignalOptions,
): Promise<WaitEnd> {
  const inbox = inboxOf(agent);
  const object = Atomics.load(agent.table, record + OBJECT);
  const task = new Task<WaitEnd>(agent, object, options);
  const turn = new Turn(agent, record, true, 0);
  let stopGrace: (() => void) | undefined;
  const end = (how: WaitEnd): void => {
    stopGrace?.();
    inbox.remove(pending);
    task.resolve(how);
  };
  const giveUp = (how: WaitEnd): void => {
    if (withdraw(agent.table, record)) end(how);
    else end({ notified: true, aborted: false });
  };
  const pending: Pending = {
    object,
    look: (woken) => {
      if (stateOf(agent.table, record) !== GRANTED) return;
      turn.woken = woken;
      stopGrace?.();
      if (!turn.isDoubtful(GRANTED)) end({ notified: true, aborted: false });
      else stopGrace = agent.host.after(Turn.GRACE, () => pending.look('patience'));
    },
  };
  const timeout = deadline === NEVER ? NEVER : Math.max(0, deadline - agent.host.now());
  task.endEarly(
    withTimeout(options, timeout),
    (reason) => giveUp({ notified: false, aborted: true, reason }),
    () => giveUp({ notified: false, aborted: false }),
  );
  inbox.add(pending);
  return task.promise;
}
