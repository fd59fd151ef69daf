/**
 * The holds of an agent that may have several at once, by number. While there is one, the agent keeps
 * the live object, which alone knows how many there are.
 */
import type { Agent } from '../agent/agent.ts';

export class Holds {
  readonly #agent: Agent;
  readonly #object: object;
  readonly #open: number[] = [];
  readonly #adopted = new Set<number>();
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

  /** The newest one that was not adopted, from now on it is; without any, the newest. */
  adopt(): number {
    const hold = this.#open.findLast((each) => !this.#adopted.has(each)) ?? this.newest;
    if (hold !== 0) this.#adopted.add(hold);
    return hold;
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
    this.#adopted.delete(hold);
    if (this.#open.length === 0) this.#agent.kept.delete(this.#object);
    return true;
  }

  endAll(): void {
    this.#open.length = 0;
    this.#adopted.clear();
    this.#agent.kept.delete(this.#object);
  }
}
