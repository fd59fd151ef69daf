/**
 * How a mutex is passed on: who is next, and what the word says of it. The invariants are in turnstile.ts;
 * M2 and M4 to M8 are kept here.
 */
import type { Agent } from '../agent/agent.ts';
import { isDead } from '../agent/table.ts';
import type { Words } from '../memory/words.ts';
import { wake } from '../wait/inbox.ts';
import { isAsleep, pokeAll } from '../wait/park.ts';
import { isOlder, isStill, LATE, move, oldestOf, type Waiting, waitersOf } from '../wait/record.ts';
import { Rush } from './rush.ts';
import {
  CALLED,
  FIFO,
  FREE,
  INCONSISTENT,
  isFree,
  isHeldBy,
  isSameHold,
  leasedTo,
  OFFERED,
  OPTIONS,
  ownerOf,
  RESERVED,
  reservedFor,
  STATE,
  WAITED,
} from './word.ts';

/** ms: from then on a waiter is next, and newcomers do not overtake it. */
export const PATIENCE = 1;

export class Handover {
  readonly object: number;
  protected readonly agent: Agent;
  protected readonly words: Words;
  readonly #rush = new Rush();

  constructor(agent: Agent, words: Words, object: number) {
    this.agent = agent;
    this.words = words;
    this.object = object;
  }

  /** Ends this agent's hold, with the word as it was found. `false`: it has none. */
  release(state: number): boolean {
    if (!isHeldBy(state, this.agent.id)) return false;
    if (state & CALLED && this.#rush.mayBeBlind() && this.exchange(state, OFFERED)) return true; // M8
    this.#rush.scans();
    this.pass(state);
    return true;
  }

  /** Passes on a word that is this agent's alone: held by it, or reserved for it. */
  protected pass(state: number): void {
    for (;;) {
      if (state & INCONSISTENT) return this.#leaveInconsistent(state);
      const oldest = oldestOf(this.waiters());
      const next = oldest ? this.#nextFor(oldest) : state & WAITED ? state & ~OFFERED : FREE; // M4
      const found = Atomics.compareExchange(this.words, STATE, state, next);
      if (found !== state) {
        if (!isSameHold(found, state)) return;
        state = found;
      } else if (oldest) {
        if (isStill(this.agent.table, oldest)) return this.#wakeFor(oldest);
        state = reservedFor(this.agent.id); // it has left: take back (M5)
        if (!this.exchange(next, state)) return this.callOff(); // M8
      } else if (next === FREE) {
        return;
      } else {
        state = next;
      }
    }
  }

  #nextFor(oldest: Waiting): number {
    const fifo = Atomics.load(this.words, OPTIONS) & FIFO;
    if (!fifo && !isOlder(this.agent, oldest.since, PATIENCE)) return OFFERED;
    if (oldest.isAsync) return leasedTo(oldest.agent);
    const wakesFirst =
      !fifo && isAsleep(this.agent.table, oldest.slot) && this.#rush.wakesFirst(oldest.ticket);
    return wakesFirst ? OFFERED : reservedFor(oldest.agent);
  }

  #wakeFor(oldest: Waiting): void {
    wake(this.agent, oldest);
    if (!oldest.isAsync) return;
    // A scan of now: who came after the first one may sleep on the word as it was (M6).
    const waiters = this.waiters();
    const blocked = oldestOf(waiters.filter(({ isAsync }) => !isAsync));
    const watchers = blocked ? [blocked] : waiters.filter(({ record }) => record !== oldest.record);
    for (const watcher of watchers) wake(this.agent, watcher);
  }

  #leaveInconsistent(state: number): void {
    while (!this.exchange(state, INCONSISTENT | (state & WAITED))) {
      state = Atomics.load(this.words, STATE);
    }
    pokeAll(this.agent.table);
  }

  /** Nobody is on the way who was: a free word goes to the next, one that somebody has by that one. */
  protected callOff(): void {
    for (;;) {
      const state = Atomics.load(this.words, STATE);
      if (!(state & OFFERED) || state & (INCONSISTENT | RESERVED)) return;
      if (isFree(state)) {
        const claimed = reservedFor(this.agent.id);
        if (this.exchange(state, claimed)) return this.pass(claimed);
      } else if (!(state & CALLED) || this.exchange(state, state & ~CALLED)) return;
    }
  }

  protected claim(
    state: number,
    late: boolean,
    claimed: number = reservedFor(this.agent.id),
  ): void {
    if (!this.exchange(state, claimed)) return;
    if (late) this.#setAside(ownerOf(state));
    this.pass(claimed);
  }

  /** Whose lease ran out is not asked again until its event loop has run. */
  #setAside(owner: number): void {
    for (const waiting of this.waiters()) {
      if (!waiting.isAsync || waiting.agent !== owner) continue;
      if (move(this.agent.table, waiting, LATE)) wake(this.agent, waiting); // M7
    }
  }

  /** Without the dead that are not yet buried: who passes the mutex on to them would do so for ever. */
  protected waiters(): readonly Waiting[] {
    const { table } = this.agent;
    return waitersOf(table, this.object).filter(({ agent }) => !isDead(table, agent));
  }

  protected exchange(from: number, to: number): boolean {
    return Atomics.compareExchange(this.words, STATE, from, to) === from;
  }
}
