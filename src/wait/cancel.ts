/** What ends an awaited wait early, an `AbortSignal` or a stop token, heard in the same way. */
import type { Agent } from '../agent/agent.ts';
import type { StopToken } from '../stop/stop-token.ts';
import { Callbacks } from './callbacks.ts';
import type { SignalOptions } from './options.ts';
import { canceled, stopWatchOf } from './stop.ts';

/** Has `cancel` called with the reason, unless that is called off by what is returned. */
export function onCancel(
  agent: Agent,
  signal: AbortSignal | StopToken,
  cancel: (reason: unknown) => void,
): () => void {
  const watch = stopWatchOf(signal);
  const callbacks = watch ?? fanOf(agent, signal as AbortSignal);
  const callback = (): void =>
    cancel(watch ? canceled(watch.label) : (signal as AbortSignal).reason);
  callbacks.add(callback);
  return () => void callbacks.remove(callback);
}

/** Has a place kept to hear the signal in: until what is returned is called, {@link onCancel} does not throw. */
export function hear(agent: Agent, { signal }: SignalOptions): () => void {
  return signal ? onCancel(agent, signal, () => {}) : () => {};
}

/** One listener of a signal, however many wait with it: Node warns of more than ten. */
export class AbortFan extends Callbacks {
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.runAll();

  constructor(agent: Agent, signal: AbortSignal) {
    super(agent);
    this.#signal = signal;
  }

  protected override begin(): void {
    if (!this.#signal.aborted) this.#signal.addEventListener('abort', this.#onAbort);
    else void Promise.resolve().then(this.#onAbort); // since it was looked at: it will not be again
  }

  protected override end(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

function fanOf(agent: Agent, signal: AbortSignal): AbortFan {
  const found = agent.aborts.get(signal);
  if (found) return found;
  const made = new AbortFan(agent, signal);
  agent.aborts.set(signal, made);
  return made;
}
