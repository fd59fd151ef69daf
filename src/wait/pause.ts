/** Doing nothing for a while, where there is nothing to wait for but time. */
import type { Agent } from '../agent/agent.ts';
import { LONGEST_TIMER, startTimeout, stopTimeout } from '../agent/runtime.ts';
import { onCancel } from './cancel.ts';
import { deadlineIn, type Milliseconds } from './deadline.ts';
import type { SignalOptions } from './options.ts';
import { clearPark, park } from './park.ts';

/** Blocks for `ms`, or until somebody pokes this agent. */
export function pause(agent: Agent, ms: Milliseconds): void {
  clearPark(agent);
  park(agent, ms);
}

/** Blocks for `ms`, whoever pokes. */
export function sleepFor(agent: Agent, ms: Milliseconds): void {
  const deadline = deadlineIn(agent, ms);
  for (let left = ms; left > 0; left = deadline - agent.host.now()) pause(agent, left);
}

/** Waits for `ms` with the event loop free, and never less, as timers do. Rejects with the signal's reason. */
export async function sleepForAsync(
  agent: Agent,
  ms: Milliseconds,
  options: SignalOptions,
): Promise<void> {
  const deadline = deadlineIn(agent, ms);
  for (let left = ms; left > 0; left = deadline - agent.host.now()) {
    await pauseAsync(agent, Math.min(Math.ceil(left), LONGEST_TIMER), options);
  }
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
