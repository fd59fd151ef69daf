/**
 * The holds of an agent that may have several at once, by number. While there is one, the agent keeps
 * the live object, which alone knows how many there are.
 */
import type { Agent } from '../agent/agent.ts';

export class Holds {
  readonly #agent: Agent;
  readonly #object: object;
  readonly #open: number[] = [];
  #last = 0;

  constructor(agent: Agent, object: object) {
    this.#agent = agent;
    this.#object = object;
  }

  get depth(): number {
    return this.#open.length;
  }

  /** The newest one; 0: there is none. */
  get newest(): number {
    return this.#open.at(-1) ?? 0;
  }

  has(hold: number): boolean {
    return this.#open.includes(hold);
  }

  begin(): number {
    this.#open.push(++this.#last);
    this.#agent.kept.add(this.#object);
    return this.#last;
  }

  /** `false`: it has ended before. */
  end(hold: number): boolean {
    const index = this.#open.lastIndexOf(hold); // mostly the newest
    if (index < 0) return false;
    this.#open.splice(index, 1);
    if (this.#open.length === 0) this.#agent.kept.delete(this.#object);
    return true;
  }

  endAll(): void {
    this.#open.length = 0;
    this.#agent.kept.delete(this.#object);
  }
}
