/**
 * How a mutex is waited for; how it is passed on is in handover.ts.
 *
 * Invariants of both
 *   M1  An agent is inside only while STATE is its id without RESERVED; one compare-exchange takes
 *       and names: its own, or, after its claim, that of another try (M11).
 *   M2  A record is WAITING before its owner reads STATE; STATE is changed before the record is
 *       looked at again and before the poke.
 *   M3  Nobody sleeps on a word it has read to be free, to lack WAITED, or to have CALLED without
 *       RESERVED; with it, a try has claimed the word, and answers for it (M5).
 *   M4  WAITED is dropped only by the agent whose word it is (held, or claimed), which then scans
 *       again before it frees. A sleeper that saw WAITED was published before the drop; one that did
 *       not sets it, and the freeing compare-exchange fails.
 *   M5  Each reservation has one agent that answers for it: the one it names, or, after one
 *       compare-exchange, its claimer. Nobody passes on what it has not claimed.
 *   M6  A lease always has a watcher: the oldest blocked waiter, or every event loop that waits. A
 *       watcher that leaves claims the lease and passes it on. When it runs out says lease.ts.
 *   M7  A record set aside (LATE) is owed a poke after that, and is left out of scans until its
 *       owner's loop has run; its ticket stays.
 *   M8  CALLED is set only with the word freed, for a waiter that is poked after that and has still to
 *       look. Until it has looked, which takes CALLED away, whoever frees need not scan. If it has
 *       left instead, it or its caller takes CALLED away.
 *   M9  INCONSISTENT comes only from a dead owner. A dead agent that was only reserved never entered
 *       and is passed over.
 *   M10 Who was chosen before its record closed, and only then saw that its time was up, takes it. So a try
 *       that finds the word taken overlaps a hold, or a call that has not returned.
 *   M11 A try does not take away the marked claim of another: two that did would go on for ever. If no
 *       reader is inside it makes the claim a hold of the claimer, and fails for that; else it fails for the
 *       reader. So who has claimed leaves with nothing only after it has read a word that is not its own, or
 *       has passed on one without the mark. HELPERS of a slot counts who is about to act so on a claim of
 *       its agent. While it is not 0 that agent claims without the mark: whoever looked at one claim cannot
 *       tell the next one from it.
 *
 * Why no wake-up is lost. A waiter publishes, then reads; who frees writes, then reads the records
 * (M2). If the waiter read the old word with WAITED, its record was there before the word changed:
 * the scan finds it, or an older one. That older one is still WAITING after the change, and sees the
 * new word by itself, now or when it leaves; or it is not, and the one who passes takes back and
 * scans again. Who frees without a scan leaves that to the one called, who has still to look (M8). So
 * on a word that is not held some live agent has still to act. Where it is an event loop that may be
 * stuck, somebody else was woken with it (M6). An agent killed on its way is found by the slices: each
 * value of STATE has a next move for whoever meets it.
 */
import type { Agent } from '../agent/agent.ts';
import { lookForDead } from '../agent/liveness.ts';
import { HELPERS, isDead, PARK, slotOf } from '../agent/table.ts';
import { corrupt, OwnerDiedError, SyncError } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import { LEASE, Lease } from '../wait/lease.ts';
import { pokeAll } from '../wait/park.ts';
import { type Protocol, TAKEN, Turn, UNTIL_POKED } from '../wait/protocol.ts';
import { isOlder, oldestOf, sinceOf, type Waiting } from '../wait/record.ts';
import { Spin } from '../wait/spin.ts';
import { Handover, PATIENCE } from './handover.ts';
import {
  CALLED,
  claimedBy,
  heldBy,
  INCONSISTENT,
  isFree,
  isHeldBy,
  isReservedFor,
  isTried,
  LEASED,
  ownerOf,
  RESERVED,
  sleptOn,
  STATE,
  TICKET,
  triedBy,
} from './word.ts';

/** What a waiter asks for (COUNT of its record). */
export const HOLD = 1;
export const REPAIR = 2;

const LOOKS = 16; // at the word, before a sleep
const REST = 200; // looks at a word of one's own, between two of those: about 0.4 us

export class Turnstile extends Handover implements Protocol {
  readonly label: string;
  readonly #lease: Lease;
  readonly #spin = new Spin(LOOKS);

  constructor(agent: Agent, words: Words, object: number, label: string) {
    super(agent, words, object);
    this.label = label;
    this.#lease = new Lease(agent);
  }

  ticket(): number {
    return Atomics.add(this.words, TICKET, 1);
  }

  attempt(turn: Turn): number {
    for (;;) {
      const state = Atomics.load(this.words, STATE);
      const owner = ownerOf(state);
      this.#checkState(state, owner, turn.count);
      if (this.mayTake(state, owner, turn.count)) {
        if (turn.isDoubtful(state)) return Turn.GRACE;
        if (this.enter(state, turn.count, turn)) return TAKEN;
        continue;
      }
      if (this.#isStranded(state, owner, turn)) continue;
      const left = this.#leaseLeft(state);
      if (left <= 0) {
        this.claim(state, true);
        continue;
      }
      const seen = sleptOn(state); // M3
      if (seen !== state && !this.exchange(state, seen)) continue;
      if (turn.woken === 'poke' && !turn.isAsync && this.spins(turn)) continue;
      return left;
    }
  }

  /** The agents that are inside. */
  owners(): readonly number[] {
    const state = Atomics.load(this.words, STATE);
    return state & RESERVED || ownerOf(state) === 0 ? [] : [ownerOf(state)];
  }

  /** Whoever has it reserved takes it, or loses it to others. */
  holders(): readonly number[] {
    return this.owners();
  }

  isHeldHere(): boolean {
    return this.owners().includes(this.agent.id);
  }

  keep(turn: Turn): boolean {
    const state = Atomics.load(this.words, STATE);
    const owner = ownerOf(state);
    if (!isReservedFor(state, this.agent.id) || !this.mayTake(state, owner, turn.count))
      return false;
    return this.enter(state, turn.count, turn);
  }

  leave(): void {
    const state = Atomics.load(this.words, STATE);
    if (state & INCONSISTENT) return;
    if (isReservedFor(state, this.agent.id)) this.pass(state);
    else if (state & LEASED) this.claim(state, false);
    else this.callOff();
  }

  /** Whether the word is to be had within a moment; a waiter that is next looks in any case. */
  spins(turn?: Turn): boolean {
    const { host, table } = this.agent;
    if (host.cores === 1) return false;
    const isNext = turn !== undefined && isOlder(this.agent, sinceOf(table, turn.record), PATIENCE);
    return this.#spin.until(() => {
      this.#rest();
      const state = Atomics.load(this.words, STATE);
      return this.isNear(state);
    }, isNext);
  }

  /** Whether a look at the word is worth while. */
  protected isNear(state: number): boolean {
    return isFree(state) || isReservedFor(state, this.agent.id);
  }

  /** A while away from the word: who looks all the time slows its owner down. */
  #rest(): void {
    const { table, slot } = this.agent;
    for (let i = 0; i < REST; i++) Atomics.load(table, slot + PARK);
  }

  /** @throws SyncError `operation_not_permitted` unless an owner died and nobody has repaired since. */
  checkDeath(): void {
    const state = Atomics.load(this.words, STATE);
    this.#checkState(state, ownerOf(state), REPAIR);
  }

  /** A try that found the word not free, or has claimed it: `true` when it was taken all the same. */
  tryTake(count: number, hasClaimed = false): boolean {
    const { id, table } = this.agent;
    for (; ; hasClaimed = true) {
      const state = Atomics.load(this.words, STATE);
      const owner = ownerOf(state);
      this.#checkState(state, owner, count);
      if (hasClaimed && isHeldBy(state, id)) return true; // M11
      if (count === HOLD && isFree(state) && !this.#isClearOfDead()) return false;
      if (this.mayTake(state, owner, count)) {
        if (this.enter(state, count)) return true;
        continue;
      }
      if (isReservedFor(state, id)) {
        this.pass(state); // its readers are still inside
        if (!isTried(state)) return false; // nobody makes that a hold; and a task of this agent may be next
        continue;
      }
      lookForDead(this.agent); // a caller that only tries never sleeps a slice
      if (isDead(table, owner)) {
        this.#meetDead(state);
        continue;
      }
      if (this.#leaseRanOut(state)) {
        this.claim(state, true, count === HOLD ? this.tried(state) : undefined);
        continue;
      }
      if (count !== HOLD) return false; // a reader has claimed what else it may in `enter`: S7
      const slot = isTried(state) ? slotOf(table, owner) : 0; // 0 also of who has been buried since
      if (slot !== 0) {
        if (this.#holdFor(state, owner, slot)) return false;
        continue;
      }
      if (!this.#isVoid(state, owner)) return false;
      this.claim(state, false, this.tried(state));
    }
  }

  /** The bit that is in the way may be what a dead reader has left: who sleeps less than a slice has to look. */
  #isClearOfDead(): boolean {
    if (this.isClear()) return true;
    lookForDead(this.agent);
    return this.isClear();
  }

  /** What a try claims the word with. */
  protected tried(state: number): number {
    const { id, table, slot } = this.agent;
    return Atomics.load(table, slot + HELPERS) === 0 ? triedBy(id, state) : claimedBy(id, state);
  }

  /** M11. `true`: this try fails, for that hold or for a reader. `false`: the claim is not there any more. */
  #holdFor(state: number, owner: number, slot: number): boolean {
    const { table } = this.agent;
    Atomics.add(table, slot + HELPERS, 1);
    const isThere = Atomics.load(this.words, STATE) === state;
    const isDone = isThere && (!this.isClear() || this.exchange(state, heldBy(state, owner)));
    Atomics.sub(table, slot + HELPERS, 1);
    return isDone;
  }

  #checkState(state: number, owner: number, count: number): void {
    const inconsistent = (state & INCONSISTENT) !== 0;
    if (state < 0 || (inconsistent && state & RESERVED)) throw corrupt(this.label, state);
    if (inconsistent && count !== REPAIR) {
      const who = owner === 0 ? 'a thread' : `agent ${owner}`;
      throw new OwnerDiedError(`${this.label}: ${who} died holding it; use recover()`, owner);
    }
    if (!inconsistent && count === REPAIR && !isDead(this.agent.table, owner)) {
      throw new SyncError('operation_not_permitted', `${this.label}: nothing to recover`);
    }
  }

  protected mayTake(state: number, owner: number, count: number): boolean {
    if (owner === 0 || isReservedFor(state, this.agent.id)) return true;
    return count === REPAIR && (state & INCONSISTENT) !== 0 && isDead(this.agent.table, owner);
  }

  /** Takes a word that may be taken; a try has no turn. `false`: it changed, or is not all that it takes. */
  protected enter(state: number, _count: number, _turn?: Turn): boolean {
    return this.exchange(state, heldBy(state, this.agent.id));
  }

  /** Whether nobody is inside beside the word. */
  protected isClear(): boolean {
    return true;
  }

  /** Whether a death had left the word to nobody. It is not so any more then. */
  #isStranded(state: number, owner: number, turn: Turn): boolean {
    if (isDead(this.agent.table, owner)) {
      this.#meetDead(state);
      return true;
    }
    // Its grantor may have died before it saw that the waiter had left.
    if (turn.woken !== 'slice' || !this.#isVoid(state, owner)) return false;
    this.claim(state, false);
    return true;
  }

  #meetDead(state: number): void {
    if (state & RESERVED) this.claim(state, false);
    else if (this.exchange(state, (state | INCONSISTENT) & ~CALLED)) pokeAll(this.agent.table); // M9
  }

  /** Whether the word is reserved for an agent that does not wait. */
  #isVoid(state: number, owner: number): boolean {
    if (!(state & RESERVED)) return false;
    return !this.waiters().some(({ agent }) => agent === owner);
  }

  /** ms until the lease that the word may be runs out. One of nobody, whose grantor died, is void. */
  #leaseLeft(state: number): number {
    if (state & LEASED && !this.#isClearOfDead()) return LEASE; // it has not begun, and nobody tells when it does
    const chosen = this.#leasedTo(state);
    return chosen ? this.#lease.left(chosen) : UNTIL_POKED;
  }

  /** As {@link #leaseLeft}, for a caller that only tries. */
  #leaseRanOut(state: number): boolean {
    const chosen = this.#leasedTo(state);
    return chosen !== undefined && this.isClear() && this.#lease.hasRunOut(chosen);
  }

  /** The wait that has the lease, if the word is one. */
  #leasedTo(state: number): Waiting | undefined {
    if (!(state & LEASED)) return undefined;
    const owner = ownerOf(state);
    return oldestOf(this.waiters().filter(({ isAsync, agent }) => isAsync && agent === owner));
  }
}
