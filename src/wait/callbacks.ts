/** Callbacks of an agent that each run once at most, all of them, whichever throws. */
import type { Agent } from '../agent/agent.ts';

export abstract class Callbacks {
  protected readonly agent: Agent;
  readonly #waiting: Set<() => void> = new Set();

  constructor(agent: Agent) {
    this.agent = agent;
  }

  add(callback: () => void): void {
    this.#waiting.add(callback);
    if (this.#waiting.size === 1) this.begin();
  }

  /** `callback` does not start from here on. Returns whether it had still to. */
  remove(callback: () => void): boolean {
    const hadToRun = this.#waiting.delete(callback);
    if (hadToRun && this.#waiting.size === 0) this.end();
    return hadToRun;
  }

  /** Runs `callback` now, unless it has started or was removed. */
  run(callback: () => void): void {
    if (!this.remove(callback)) return;
    try {
      callback();
    } catch (error) {
      this.agent.host.uncaught(error);
    }
  }

  /** Also those that are added meanwhile, not those that are removed. */
  protected runAll(): void {
    for (const callback of this.#waiting) this.run(callback);
  }

  /** There is one to be run. */
  protected abstract begin(): void;

  /** There is none any more. */
  protected abstract end(): void;
}
