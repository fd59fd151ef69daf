/** Doing nothing for a while, where there is nothing to wait for but time. */
import type { Agent } from '../agent/agent.ts';
import { sleep } from './block.ts';
import { onCancel } from './cancel.ts';
import { deadlineIn, type Milliseconds } from './deadline.ts';
import type { SignalOptions } from './options.ts';
import { clearPark, park } from './park.ts';
import { NO_RECORD, TAKEN, Turn, UNTIL_POKED } from './protocol.ts';
import { canceled, lookOutFor, type StopWatch } from './stop.ts';

const NOTHING = 0; // is asked for

/** Blocks for `ms`, or until somebody pokes this agent. */
export function pause(agent: Agent, ms: Milliseconds): void {
  clearPark(agent);
  park(agent, ms);
}

/**
 * Blocks for `ms`, whoever pokes.
 *
 * @throws SyncError `operation_canceled` once `stop` is requested.
 */
export function sleepFor(agent: Agent, ms: Milliseconds, stop?: StopWatch): void {
  const deadline = deadlineIn(agent, ms);
  const turn = new Turn(agent, NO_RECORD, false, NOTHING);
  const lookout = lookOutFor(agent, stop);
  try {
    for (;;) {
      if (clearPark(agent)) turn.woken = 'poke';
      const patience = lookout?.attempt(turn) ?? UNTIL_POKED;
      if (patience === TAKEN) throw canceled('sleepFor()');
      if (!sleep(agent, turn, patience, deadline)) return;
    }
  } finally {
    lookout?.close();
  }
}

/** Waits for `ms` with the event loop free. Rejects with the signal's reason. */
export async function sleepForAsync(
  agent: Agent,
  ms: Milliseconds,
  { signal, keepAlive = true }: SignalOptions,
): Promise<void> {
  if (ms <= 0) return;
  await new Promise<void>((resolve, reject) => {
    const onReason = (reason: unknown): void => {
      stopTimer();
      reject(reason);
    };
    const stopListening = signal && onCancel(agent, signal, onReason);
    const onTime = (): void => {
      stopListening?.();
      resolve();
    };
    const stopTimer = agent.host.after(ms, onTime, keepAlive);
  });
}
