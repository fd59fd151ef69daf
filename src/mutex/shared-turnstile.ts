/**
 * How a shared mutex is waited for: in the line of a {@link Turnstile}, readers and writers alike.
 *
 * Who is next has the word reserved, as for any mutex. A reader then sets its bit and passes the word on
 * at once; a writer keeps it reserved until the readers have left, and then holds it. So whoever waits,
 * waits in the order of tickets; readers that follow each other are inside together; newcomers that
 * read stand behind a writer that waits for readers; and a writer that gives up passes the word to them.
 *
 * States beside those of a mutex
 *   id RESERVED [LEASED] [WAITED]  and readers inside: a writer waits for them to leave
 * Invariants beside those of a mutex and of readers.ts
 *   S3  A reader is inside only if, after its bit was set, STATE was free or reserved for it.
 *   S4  A writer holds only if, after STATE was reserved for it, no reader was inside. It has slept on
 *       PARK, cleared before it looked; the last reader that leaves finds STATE reserved, and wakes it.
 *   S5  A lease does not run out while readers are inside: it could be of use to nobody but readers, and
 *       a writer that awaits would never get by them.
 */
import type { Agent } from '../agent/agent.ts';
import type { Words } from '../memory/words.ts';
import { wake } from '../wait/inbox.ts';
import { Readers } from './readers.ts';
import { HOLD, REPAIR, Turnstile } from './turnstile.ts';
import {
  FREE,
  isFree,
  isReservedFor,
  isSameHold,
  LEASED,
  ownerOf,
  RESERVED,
  STATE,
  WAITED,
} from './word.ts';

/** What a reader asks for (COUNT of its record). */
export const SHARE = 3;

export class SharedTurnstile extends Turnstile {
  readonly #readers: Readers;

  constructor(agent: Agent, words: Words, object: number, label: string) {
    super(agent, words, object, label);
    this.#readers = new Readers(agent, words, object);
  }

  /** Lets this agent in as a reader if nobody has claimed the word. */
  tryShare(): boolean {
    this.#readers.add();
    if (isFree(Atomics.load(this.words, STATE))) return true; // S3
    this.leaveShared();
    return false;
  }

  /** One reader more in an agent that is inside, reading or writing. */
  shareAgain(): void {
    this.#readers.add();
  }

  get isRead(): boolean {
    return this.#readers.areInside();
  }

  /** This agent is no reader any more. */
  leaveShared(): void {
    if (!this.#readers.remove()) return;
    const state = Atomics.load(this.words, STATE);
    if (!(state & RESERVED) || this.#readers.areInside()) return;
    const owner = ownerOf(state);
    const writer = this.waiters().find(({ agent }) => agent === owner);
    if (writer) wake(this.agent, writer); // S4; else it only tries
  }

  /** Holds a word that nobody is in the way of, the short way. What it may leave is for {@link tryTake}. */
  holdIfFree(): boolean {
    const { id } = this.agent;
    const claimed = id | RESERVED;
    if (!this.exchange(FREE, claimed)) return false;
    return !this.#readers.areInside() && this.exchange(claimed, id); // S4
  }

  override tryTake(count: number): boolean {
    if (count === HOLD && this.#isShared()) return false; // a claim for a moment could be seen
    const isTaken = super.tryTake(count);
    if (isTaken) this.taken();
    return isTaken;
  }

  override owners(): readonly number[] {
    return [...super.owners(), ...this.#readers.inside()];
  }

  /** A writer that is next waits for the readers; who stands behind it, for that writer. */
  override holders(): readonly number[] {
    const state = Atomics.load(this.words, STATE);
    if (!(state & RESERVED)) return super.owners();
    const owner = ownerOf(state);
    if (owner === this.agent.id) return [...this.#readers.inside()];
    const writer = this.waiters().find(({ agent, isAsync }) => agent === owner && !isAsync);
    return writer && !(state & LEASED) ? [owner] : []; // a lease may run out
  }

  /** A reader passes on what was kept for it, once its record is closed. */
  taken(): void {
    const state = Atomics.load(this.words, STATE);
    if (isReservedFor(state, this.agent.id)) this.pass(state);
  }

  protected override mayTake(state: number, owner: number, count: number): boolean {
    if (count === HOLD && isReservedFor(state, this.agent.id)) return !this.#readers.areInside();
    return super.mayTake(state, owner, count);
  }

  protected override enter(state: number, count: number, isAsync: boolean): boolean {
    if (count === SHARE) return this.#enterShared(state);
    if (count === REPAIR || ownerOf(state) !== 0) return super.enter(state, count, isAsync);
    this.#claimFree(state, isAsync); // now the readers are to be asked
    return false;
  }

  protected override isNear(state: number): boolean {
    if (isReservedFor(state, this.agent.id)) return !this.#readers.areInside();
    return super.isNear(state);
  }

  protected override mayRunOut(): boolean {
    return !this.#readers.areInside(); // S5
  }

  #enterShared(state: number): boolean {
    const mine = ownerOf(state) === 0 ? this.#claimFree(state, false) : state;
    if (mine === undefined) return false;
    this.#readers.add();
    if (isSameHold(Atomics.load(this.words, STATE), mine)) return true; // S3
    this.leaveShared(); // somebody took it for void, or its lease ran out
    return false;
  }

  #claimFree(state: number, isAsync: boolean): number | undefined {
    const { id } = this.agent;
    // A lease has its watcher (M6): if others wait, one that was poked is on the way.
    const claimed = id | RESERVED | (isAsync ? LEASED : 0) | (state & WAITED);
    return this.exchange(state, claimed) ? claimed : undefined;
  }

  #isShared(): boolean {
    return isFree(Atomics.load(this.words, STATE)) && this.#readers.areInside();
  }
}
