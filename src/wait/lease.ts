/**
 * For how long it has been the turn of an event loop that does not answer. An agent has one such clock for each
 * object, whichever of its waits and tries looks; two where these do not see the same wait as chosen.
 *
 * Invariants
 *   L1  A wait that is chosen has a whole lease from when this agent first sees it to be. A wait is a record with
 *       its STATE: the next one of that loop, and the same one opened again, is another.
 *   L2  Nothing else begins it anew: no poke, nobody who leaves, nor that others, its own thread among them, had the object in
 *       between. What happens more often than a lease lasts would make it one without end.
 */
import type { Agent } from '../agent/agent.ts';
import type { Waiting } from './record.ts';

export const LEASE = 10; // ms: an event loop that does not answer by then loses its turn

export class Lease {
  readonly #agent: Agent;
  #record: number | undefined;
  #state = 0;
  #since = 0;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** ms that `chosen` has left, for who sleeps that long. */
  left(chosen: Waiting): number {
    return LEASE - this.#age(chosen);
  }

  /** For who only tries, and has no timer: the explorer tries both answers. */
  hasRunOut(chosen: Waiting): boolean {
    return this.#agent.host.isOlder(this.#age(chosen), LEASE);
  }

  #age({ record, state }: Waiting): number {
    const now = this.#agent.host.now();
    if (record !== this.#record || state !== this.#state) {
      this.#record = record;
      this.#state = state;
      this.#since = now;
    }
    return now - this.#since;
  }
}
