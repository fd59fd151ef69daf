/** What listens to a signal for the sake of jobs that have not begun. */
import { currentAgent } from '../agent/home.ts';
import type { StopToken } from '../stop/stop-token.ts';
import { onCancel } from '../wait/cancel.ts';
import type { Errand } from './errand.ts';

const FEW = 16; // not worth a look at which have begun

/** By job. Nothing tells a thread that a job has begun: the next ones look now and then. */
const listening = new Map<Errand, () => void>();
let lookAt = FEW;

/** Has `signal` cancel `errand` while that has not begun. */
export function cancelBy(signal: AbortSignal | StopToken, errand: Errand): void {
  if (listening.size >= lookAt) forgetBegun();
  const stopListening = onCancel(currentAgent(), signal, (reason) => {
    listening.delete(errand);
    errand.cancel(reason);
  });
  listening.set(errand, stopListening);
}

function forgetBegun(): void {
  for (const [errand, stopListening] of listening) {
    if (errand.isWaiting) continue;
    stopListening();
    listening.delete(errand);
  }
  lookAt = Math.max(FEW, 2 * listening.size);
}
