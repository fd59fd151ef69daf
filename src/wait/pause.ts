/** Doing nothing for a while, where there is nothing to wait for but time. */
import type { Agent } from '../agent/agent.ts';
import { startTimeout, stopTimeout } from '../agent/runtime.ts';
import { onCancel } from './cancel.ts';
import type { Milliseconds } from './deadline.ts';
import type { SignalOptions } from './options.ts';
import { clearPark, park } from './park.ts';

/** Blocks for `ms`, or until somebody pokes this agent. */
export function pause(agent: Agent, ms: Milliseconds): void {
  clearPark(agent);
  park(agent, ms);
}

/** Waits for `ms` with the event loop free. Rejects with the signal's reason. */
export function pauseAsync(
  agent: Agent,
  ms: Milliseconds,
  { signal, keepAlive = true }: SignalOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onReason = (reason: unknown): void => {
      stopTimeout(timer);
      reject(reason);
    };
    const stopListening = signal && onCancel(agent, signal, onReason);
    const timer = startTimeout(() => {
      stopListening?.();
      resolve();
    }, ms);
    if (!keepAlive) timer.unref?.();
  });
}
