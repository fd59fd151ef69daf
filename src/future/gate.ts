/** How a future's state is waited for, and how it opens. The invariants are in state.ts. */
import type { Agent } from '../agent/agent.ts';
import { isDead } from '../agent/table.ts';
import { corrupt } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import { wakeAll } from '../wait/inbox.ts';
import { type Protocol, TAKEN, Turn, UNTIL_POKED } from '../wait/protocol.ts';
import { BROKEN, isOpen, ownerOf, STATE, STATUS, statusOf, WAITED } from './word.ts';

export class Gate implements Protocol {
  readonly object: number;
  readonly label: string = 'Future';
  readonly #agent: Agent;
  readonly #words: Words;

  constructor(agent: Agent, words: Words, object: number) {
    this.#agent = agent;
    this.#words = words;
    this.object = object;
  }

  ticket(): number {
    return 0; // there is no order: an open state lets all through
  }

  attempt(turn: Turn): number {
    for (;;) {
      const state = Atomics.load(this.#words, STATE);
      if (state < 0 || statusOf(state) > BROKEN) throw corrupt(this.label, state);
      if (isOpen(state)) return turn.isDoubtful(state) ? Turn.GRACE : TAKEN;
      if (this.isAbandoned(state)) {
        if (this.tryBreak(state)) return TAKEN;
        continue;
      }
      if (state & WAITED || this.exchange(state, state | WAITED)) return UNTIL_POKED;
    }
  }

  leave(): void {} // nobody is chosen

  /** Whether it waits for a dead agent. */
  isAbandoned(state: number): boolean {
    return !isOpen(state) && isDead(this.#agent.table, ownerOf(state));
  }

  tryBreak(state: number): boolean {
    return this.#tryOpen(state, BROKEN);
  }

  /** From SATISFYING: only others' marks come in between. */
  open(status: number): void {
    while (!this.#tryOpen(Atomics.load(this.#words, STATE), status));
  }

  #tryOpen(state: number, status: number): boolean {
    if (!this.exchange(state, (state & ~STATUS) | status)) return false;
    if (state & WAITED) wakeAll(this.#agent, this.object); // P3
    return true;
  }

  exchange(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, STATE, from, to) === from;
  }
}
