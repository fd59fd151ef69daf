/** One asynchronous wait of a caller: its promise, and what can end it early. */
import type { Agent } from '../agent/agent.ts';
import { onCancel } from './cancel.ts';
import { inboxOf } from './inbox.ts';
import type { WaitOptions } from './options.ts';

export class Task<T> {
  readonly promise: Promise<T>;
  readonly #agent: Agent;
  readonly #keepAlive: boolean;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;
  #stopListening: (() => void) | undefined;
  #stopTimer: (() => void) | undefined;
  readonly #unwatch: (() => void) | undefined;

  /** A wait for `object`, which is to be settled. */
  constructor(agent: Agent, object: number, { keepAlive = true }: WaitOptions) {
    this.#agent = agent;
    this.#unwatch = agent.watch?.awaits(agent, object);
    this.#keepAlive = keepAlive;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (keepAlive) inboxOf(agent).keep();
  }

  /**
   * Has `onAbort` called with the signal's reason, or `onLate` once the time is up. Throws where there is no room
   * to hear of a stop; the task is settled then.
   */
  endEarly(
    { signal, timeout = Infinity }: WaitOptions,
    onAbort: (reason: unknown) => void,
    onLate: () => void,
  ): void {
    try {
      if (signal) this.#stopListening = onCancel(this.#agent, signal, onAbort);
    } catch (error) {
      this.settle();
      throw error;
    }
    if (timeout !== Infinity) this.#stopTimer = this.#agent.host.after(timeout, onLate);
  }

  resolve(value: T): void {
    this.settle();
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.settle();
    this.#reject(reason);
  }

  /** From here on nothing ends it early. */
  settle(): void {
    if (this.#keepAlive) inboxOf(this.#agent).release();
    this.#stopListening?.();
    this.#stopTimer?.();
    this.#unwatch?.();
  }
}
