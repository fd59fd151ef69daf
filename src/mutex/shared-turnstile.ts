/**
 * How a shared mutex is waited for: in the line of a {@link Turnstile}, readers and writers alike.
 *
 * Who is next has the word reserved, as for any mutex. A reader then sets its bit and passes the word on
 * at once; a writer keeps it reserved until the readers have left, and then holds it. So whoever waits,
 * waits in the order of tickets; readers that follow each other are inside together; newcomers that
 * read stand behind a writer that waits; and a writer that gives up passes the word to them.
 *
 * States beside those of a mutex
 *   id RESERVED [LEASED] [WAITED]  and readers inside: a writer waits for them to leave
 * Invariants beside those of a mutex and of readers.ts
 *   S3  A reader is inside only if, after its bit was set, STATE was free, or it claimed STATE.
 *   S4  A writer holds only if, after STATE was reserved for it, no reader was inside. It has slept on
 *       PARK, cleared before it looked; the last reader that leaves finds STATE reserved, and wakes it.
 *       Who only tries gives up if a reader was inside then, or on its way in; which, it cannot tell. That one
 *       comes in, unless a third is quicker.
 *   S5  A lease does not run out while readers are inside: it could be of use to nobody but readers, and
 *       a writer that awaits would never get by them.
 *   S6  A reader that is inside leaves the line as one that gives up. Until its record was closed it
 *       could be chosen again, called, or made the watcher of a lease (M5, M6, M8), and needs none of it.
 *   S7  What is kept for somebody, or claimed by a try, is for all that read, while nobody in line is to
 *       write: whoever comes claims it, is inside, and passes it on. So nothing but a writer makes a try to
 *       read fail.
 */
import type { Agent } from '../agent/agent.ts';
import type { Words } from '../memory/words.ts';
import { wake } from '../wait/inbox.ts';
import type { Turn } from '../wait/protocol.ts';
import type { Waiting } from '../wait/record.ts';
import { Readers } from './readers.ts';
import { HOLD, REPAIR, Turnstile } from './turnstile.ts';
import {
  claimedBy,
  FREE,
  isFree,
  isReservedFor,
  LEASED,
  ownerOf,
  RESERVED,
  STATE,
} from './word.ts';

/** What a reader asks for (COUNT of its record). */
export const SHARE = 3;

export class SharedTurnstile extends Turnstile {
  readonly #readers: Readers;

  constructor(agent: Agent, words: Words, object: number, label: string) {
    super(agent, words, object, label);
    this.#readers = new Readers(agent, words, object);
  }

  /** Lets this agent in as a reader unless somebody writes, or is in line to. */
  tryShare(): boolean {
    this.#readers.add();
    if (isFree(Atomics.load(this.words, STATE))) return true; // S3
    if (!this.#comeIn()) return false;
    this.taken();
    return true;
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

  /** Holds the word if that needs no waiting: the short way if nobody has it. */
  tryHold(): boolean {
    const { id } = this.agent;
    const claimed = this.tried(FREE);
    if (!this.exchange(FREE, claimed)) return this.tryTake(HOLD);
    return (this.isClear() && this.exchange(claimed, id)) || this.tryTake(HOLD, true); // S4
  }

  override tryTake(count: number, hasClaimed?: boolean): boolean {
    const isTaken = super.tryTake(count, hasClaimed);
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
    const isWriter = ({ agent, count, isAsync }: Waiting): boolean =>
      agent === owner && count !== SHARE && !isAsync;
    if (state & LEASED || !this.waiters().some(isWriter)) return []; // may yet be taken
    return owner === this.agent.id ? [...this.#readers.inside()] : [owner];
  }

  /** Passes on what this reader may have been chosen for: S6. */
  taken(): void {
    this.leave();
  }

  protected override mayTake(state: number, owner: number, count: number): boolean {
    if (count === HOLD && isReservedFor(state, this.agent.id)) return this.isClear();
    return super.mayTake(state, owner, count);
  }

  protected override enter(state: number, count: number, turn?: Turn): boolean {
    if (count === SHARE) {
      this.#readers.add();
      return this.#comeIn();
    }
    if (count === REPAIR || ownerOf(state) !== 0) return super.enter(state, count);
    const { id } = this.agent;
    // A lease has its watcher (M6): if others wait, one that was poked is on the way.
    const claimed = turn?.isAsync ? claimedBy(id, state) | LEASED : claimedBy(id, state);
    this.exchange(state, turn ? claimed : this.tried(state)); // now the readers are to be asked
    return false;
  }

  /** Beside readers the word is free, and yet of no use to who writes. */
  protected override isNear(state: number): boolean {
    return super.isNear(state) && this.isClear();
  }

  /** S4, S5 */
  protected override isClear(): boolean {
    return !this.#readers.areInside();
  }

  /** With the bit set. It goes only where somebody writes, or died so, or is in line: tries may have failed for it. */
  #comeIn(): boolean {
    const { id } = this.agent;
    for (;;) {
      const state = Atomics.load(this.words, STATE);
      if (isFree(state)) return true; // S3
      if (!isReservedFor(state, id) && !this.#isForReaders(state)) break;
      if (this.exchange(state, claimedBy(id, state))) return true; // S3
    }
    this.leaveShared();
    return false;
  }

  /** S7 */
  #isForReaders(state: number): boolean {
    return (state & RESERVED) !== 0 && this.waiters().every(({ count }) => count === SHARE);
  }
}
