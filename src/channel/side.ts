/**
 * The two sides of a channel: senders move the tail, receivers the head. Each side has a lock, held for
 * the moment in which a message is copied and never while anybody sleeps, and waits for the other.
 *
 * States of LOCK
 *   0                 nobody moves a message on this side
 *   id [CONTENDED]    that agent does; if it is dead, whoever comes next takes over
 * Invariants
 *   L1  A message is sent by one compare-exchange of the tail, and received by one store to the head;
 *       before that it is not there, or is there still. So whoever dies at any step leaves nothing to
 *       repair, and at most its own message is lost.
 *   L2  CLOSED is in the tail: nothing is sent behind it, and who sees it with nothing before it has seen
 *       the end.
 *   L3  A record is WAITING, and its owner counted in ARRIVALS, before it looks at the positions. Who has
 *       moved looks at the ARRIVALS of the other side after that. One of the two sees the other.
 *   L4  Whoever lets a side go on, or leaves it while it could, wakes the oldest of it; where that
 *       is an event loop, somebody with it who does not depend on one. A waiter that has moved a message
 *       does so with its record closed. So one wake-up for many messages is enough.
 *   L5  Who finds the lock taken marks it CONTENDED before it sleeps; the mark wakes all of that side.
 *   L6  ARRIVALS returns to 0 only by an exchange from what was read before a scan that found nobody; no
 *       two arrivals have the same number.
 *
 * Nothing is reserved for who waits: a newcomer may be faster.
 */
import type { Agent } from '../agent/agent.ts';
import { isDead } from '../agent/table.ts';
import type { Words } from '../memory/words.ts';
import { arrivalNumber } from '../wait/arrival.ts';
import { block } from '../wait/block.ts';
import { type Deadline, NEVER } from '../wait/deadline.ts';
import { wake } from '../wait/inbox.ts';
import type { WaitOptions } from '../wait/options.ts';
import { type Protocol, TAKEN, Turn, UNTIL_POKED } from '../wait/protocol.ts';
import { Queue } from '../wait/queue.ts';
import { oldestOf, type Waiting, waitersOf } from '../wait/record.ts';
import { Spin } from '../wait/spin.ts';
import type { StopWatch } from '../wait/stop.ts';
import type { Ring } from './ring.ts';
import {
  ARRIVALS,
  capacityOf,
  CONTENDED,
  LOCK,
  POSITION,
  RECEIVERS,
  SENDERS,
  TICKET,
} from './word.ts';

const LOOKS = 200; // at a lock that is held for about so long

/** What a record's COUNT says: whose move it is, and of which side. */
const FOR_LOCK = -1;
const MOST_ARRIVALS = (1 << 30) - 1;
const MOST_MOVES = (1 << 30) - 2; // their last bit is the side
const SIDES = 2;

/** One side, for moves of the kind `M`. */
export abstract class OneSide<M> implements Protocol {
  readonly object: number;
  readonly label: string;
  protected readonly words: Words;
  protected readonly capacity: number;
  protected readonly ring: Ring;
  readonly #agent: Agent;
  readonly #me: number;
  readonly #base: number;
  readonly #tag: number;
  readonly #spin = new Spin(LOOKS);
  /** What waiters of this agent are to move, by the COUNT of their records. */
  readonly #moves = new Map<number, M>();
  #lastMove = 0;
  #queue: Queue | undefined;
  #other!: { wakeOldest(): void };

  constructor(agent: Agent, words: Words, ring: Ring, object: number, label: string, base: number) {
    this.#agent = agent;
    this.#me = agent.id;
    this.words = words;
    this.ring = ring;
    this.object = object;
    this.label = label;
    this.#base = base;
    this.#tag = base === SENDERS ? 0 : 1;
    this.capacity = capacityOf(words);
  }

  /** Moves a message, with the lock held. `false`: there is none to be moved, or no room. */
  protected abstract move(move: M): boolean;

  /** Whether a message can be moved, or there will never be one again. */
  protected abstract get isAble(): boolean;

  /** Whether a try of `move` fails only while {@link isAble} says so. */
  protected abstract isUsual(move: M): boolean;

  protected get head(): number {
    return Atomics.load(this.words, RECEIVERS + POSITION);
  }

  protected get tail(): number {
    return Atomics.load(this.words, SENDERS + POSITION);
  }

  meet(other: { wakeOldest(): void }): void {
    this.#other = other;
  }

  /** Moves a message if that needs no waiting for the other side. */
  tryMove(move: M): boolean {
    for (;;) {
      const moved = this.#attempt(move);
      if (moved) this.#serve();
      if (moved !== undefined) return moved;
      if (this.#agent.host.canBlock) block(this.#agent, new UntilUnlocked(this), FOR_LOCK, NEVER);
    }
  }

  /** Blocks until a message was moved. `false`: the time is up. */
  waitToMove(move: M, deadline: Deadline, stop: StopWatch | undefined): boolean {
    const count = this.#register(move);
    try {
      return block(this.#agent, this, count, deadline, stop);
    } finally {
      this.#moves.delete(count);
    }
  }

  /** The same with the event loop free. Resolves with what `moved` returns. */
  async waitToMoveAsync<T>(move: M, moved: () => T, options: WaitOptions): Promise<T> {
    this.#queue ??= new Queue(this.#agent, this);
    const count = this.#register(move);
    try {
      return await this.#queue.wait(count, moved, options);
    } finally {
      this.#moves.delete(count);
    }
  }

  /** Whether tasks of this agent wait: another one does not overtake them. */
  get isQueued(): boolean {
    return this.#queue?.isWaiting === true;
  }

  ticket(): number {
    return Atomics.add(this.words, TICKET, 1);
  }

  arrive(): void {
    const ticket = this.ticket();
    Atomics.store(this.words, this.#base + ARRIVALS, arrivalNumber(ticket, MOST_ARRIVALS)); // L3
  }

  attempt(turn: Turn): number {
    const move = this.#moves.get(turn.count)!;
    if (this.isAble && this.isUsual(move)) {
      if (turn.isDoubtful(this.tail ^ this.head)) return Turn.GRACE;
    }
    for (;;) {
      const moved = this.#attempt(move);
      if (moved !== undefined) return moved ? TAKEN : UNTIL_POKED;
      if (this.contend()) return UNTIL_POKED;
    }
  }

  taken(): void {
    this.#serve();
  }

  leave(): void {
    if (this.isAble) this.wakeOldest();
  }

  /** Wakes the oldest waiter of this side, or notes that there is none (L4). */
  wakeOldest(): void {
    const arrivals = Atomics.load(this.words, this.#base + ARRIVALS);
    if (arrivals === 0) return;
    const waiters = this.#waiters(this.#tag);
    const oldest = oldestOf(waiters);
    if (!oldest) {
      Atomics.compareExchange(this.words, this.#base + ARRIVALS, arrivals, 0); // L6
      return;
    }
    wake(this.#agent, oldest);
    if (!oldest.isAsync) return;
    const blocked = oldestOf(waiters.filter(({ isAsync }) => !isAsync));
    const watchers = blocked ? [blocked] : waiters.filter((waiting) => waiting !== oldest);
    for (const watcher of watchers) wake(this.#agent, watcher);
  }

  /** Marks a lock that somebody else has. `false`: nobody has. */
  contend(): boolean {
    const lock = this.#base + LOCK;
    for (;;) {
      const found = Atomics.load(this.words, lock);
      if (this.#isFree(found)) return false;
      if (found & CONTENDED) return true;
      const marked = found | CONTENDED;
      if (Atomics.compareExchange(this.words, lock, found, marked) === found) return true; // L5
    }
  }

  /** Moves a message, if there is one to be moved; `undefined` if somebody else has the lock. */
  #attempt(move: M): boolean | undefined {
    if (!this.#lock()) return undefined;
    try {
      return this.move(move);
    } finally {
      this.#unlock();
    }
  }

  #lock(): boolean {
    const lock = this.#base + LOCK;
    const found = Atomics.compareExchange(this.words, lock, 0, this.#me);
    return found === 0 || this.#lockSlowly(found);
  }

  #lockSlowly(found: number): boolean {
    const lock = this.#base + LOCK;
    if (this.#isFreeSoon(lock)) found = 0;
    for (;;) {
      if (!this.#isFree(found)) return false;
      const taken = this.#me | (found & CONTENDED); // a dead owner's waiters are told by who unlocks
      const now = Atomics.compareExchange(this.words, lock, found, taken);
      if (now === found) return true;
      found = now;
    }
  }

  #isFreeSoon(lock: number): boolean {
    if (this.#agent.host.cores === 1) return false;
    return this.#spin.until(() => Atomics.load(this.words, lock) === 0);
  }

  #isFree(lock: number): boolean {
    return lock === 0 || isDead(this.#agent.table, lock & ~CONTENDED);
  }

  #unlock(): void {
    const found = Atomics.exchange(this.words, this.#base + LOCK, 0);
    if ((found & CONTENDED) === 0) return;
    for (const waiting of this.#waiters(this.#tag)) wake(this.#agent, waiting); // L5
    for (const waiting of this.#waiters(FOR_LOCK)) wake(this.#agent, waiting);
  }

  /** After a move. */
  #serve(): void {
    this.#other.wakeOldest();
    if (Atomics.load(this.words, this.#base + ARRIVALS) !== 0 && this.isAble) this.wakeOldest();
  }

  #waiters(tag: number): readonly Waiting[] {
    return waitersOf(this.#agent.table, this.object).filter(({ count }) => sideOf(count) === tag);
  }

  #register(move: M): number {
    this.#lastMove = (this.#lastMove + SIDES) & MOST_MOVES;
    const count = this.#lastMove | this.#tag;
    this.#moves.set(count, move);
    return count;
  }
}

const sideOf = (count: number): number => (count < 0 ? FOR_LOCK : count % SIDES);

/** A wait of who only tries: the lock is held for a moment. */
class UntilUnlocked implements Protocol {
  readonly object: number;
  readonly label: string;
  readonly #side: Protocol & { contend(): boolean };

  constructor(side: Protocol & { contend(): boolean }) {
    this.#side = side;
    this.object = side.object;
    this.label = side.label;
  }

  ticket(): number {
    return this.#side.ticket();
  }

  attempt(): number {
    return this.#side.contend() ? UNTIL_POKED : TAKEN;
  }

  leave(): void {}
}
