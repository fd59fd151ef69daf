/**
 * The asynchronous waits of one agent for one object: a first-in first-out queue, with one record
 * that stands for its head. To all others the queue is a waiter like any.
 *
 * States
 *   empty                no record
 *   waiting              the record is open with the head's ticket, age and count
 *   between two heads    the record is closed; nothing can be meant for it
 * Invariants
 *   Q1  A head that leaves closes the record and passes on what it may have been chosen for, in the
 *       same turn of the event loop: the agent may block right after.
 *   Q2  An aborted task touches nothing but this list, unless it was the head. O(1).
 */
import type { Agent } from '../agent/agent.ts';
import { threadName } from '../agent/labels.ts';
import { DeadlockError, TimeoutError } from '../errors.ts';
import { NEVER } from './deadline.ts';
import { inboxOf, type Pending } from './inbox.ts';
import { type SignalOptions, type WaitOptions, withTimeout } from './options.ts';
import { type Protocol, TAKEN, Turn, UNTIL_POKED, type Woken, wokenAfter } from './protocol.ts';
import { close, open, returnRecord, stateOf, takeRecord, timestamp, WAITING } from './record.ts';
import { Task } from './task.ts';

interface Wish {
  /** It keeps the process alive, and nothing ends it but a success. */
  readonly isEndless: boolean;
  readonly count: number;
  readonly taken: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Entry extends Wish {
  readonly ticket: number;
  readonly since: number;
  before: Entry | undefined;
  after: Entry | undefined;
}

/** A wait that may be taken back. Of an object that can be waited for so; calling what it returns does that. */
export const BID: unique symbol = Symbol.for('crossthread.bid') as never;

export class Queue implements Pending {
  readonly #agent: Agent;
  readonly #protocol: Protocol;
  #first: Entry | undefined;
  #last: Entry | undefined;
  #turn: Turn | undefined;
  #stopPatience: (() => void) | undefined;

  constructor(agent: Agent, protocol: Protocol) {
    this.#agent = agent;
    this.#protocol = protocol;
  }

  /**
   * Waits for `count` of what the object guards; resolves with what `taken` returns, or rejects with
   * a `TimeoutError` or the signal's reason.
   */
  wait<T>(count: number, taken: () => T, options: WaitOptions): Promise<T> {
    return this.#enter<T>(count, taken, options, (task) => {
      const message = `${this.#protocol.label}: waited for ${options.timeout} ms in vain`;
      task.reject(new TimeoutError(message));
    });
  }

  /** As {@link wait}, but resolves with `null` when `ms` have passed. */
  waitFor<T>(count: number, taken: () => T, ms: number, options: SignalOptions): Promise<T | null> {
    return this.#enter<T | null>(count, taken, withTimeout(options, ms), (task) =>
      task.resolve(null),
    );
  }

  get object(): number {
    return this.#protocol.object;
  }

  /**
   * Waits without a promise: `taken` or `failed` is called in the very instant, so it must not wait for this
   * object again before it returns. Nobody ends the wait early but the caller, with what is returned, and
   * only before that.
   */
  bid(
    count: number,
    taken: () => void,
    failed: (reason: unknown) => void,
    keepAlive: boolean,
  ): () => void {
    const task = new Task(this.#agent, this.#protocol.object, { keepAlive });
    const entry = this.#numbered({
      isEndless: keepAlive,
      count,
      taken: () => {
        task.settle();
        taken();
      },
      reject: (reason) => {
        task.settle();
        failed(reason);
      },
    });
    this.#append(entry);
    return () => {
      this.#cancel(entry);
      task.settle();
    };
  }

  get isWaiting(): boolean {
    return this.#first !== undefined;
  }

  look(woken: Woken): void {
    while (this.#first) {
      const patience = this.#attempt(this.#first, woken);
      if (patience !== undefined) {
        this.#sleepFor(patience);
        return;
      }
      woken = 'first';
    }
    this.#rest();
  }

  countSelfMade(): number {
    return this.#protocol.isHeldHere?.() ? this.#endless().length : 0;
  }

  endSelfMade(): void {
    const { id } = this.#agent;
    if (!this.#protocol.isHeldHere?.()) return;
    const waitsFor = this.#protocol.label;
    const trace = this.#agent.watch?.tell(this.#agent);
    const thread = threadName(this.#agent, id);
    const circle = [{ agent: id, thread, waitsFor, ...(trace && { trace }) }];
    for (const entry of this.#endless()) {
      this.#cancel(entry);
      entry.reject(new DeadlockError(circle));
    }
  }

  /** Those that nothing ends but a success. */
  #endless(): readonly Entry[] {
    const found: Entry[] = [];
    for (let entry = this.#first; entry; entry = entry.after)
      if (entry.isEndless) found.push(entry);
    return found;
  }

  #enter<T>(
    count: number,
    taken: () => T,
    options: WaitOptions,
    late: (task: Task<T>) => void,
  ): Promise<T> {
    const task = new Task<T>(this.#agent, this.#protocol.object, options);
    if (options.timeout !== undefined && options.timeout <= 0) {
      late(task);
      return task.promise;
    }
    const { signal, timeout = NEVER, keepAlive } = options;
    const entry = this.#numbered({
      isEndless: keepAlive !== false && signal === undefined && timeout === NEVER,
      count,
      taken: () => task.resolve(taken()),
      reject: (reason) => task.reject(reason),
    });
    task.endEarly(
      options,
      (reason) => {
        this.#cancel(entry);
        task.reject(reason);
      },
      () => {
        if (this.#isKept(entry)) return;
        this.#cancel(entry);
        late(task);
      },
    );
    this.#append(entry);
    return task.promise;
  }

  #numbered(wish: Wish): Entry {
    const ticket = this.#protocol.ticket();
    const since = timestamp(this.#agent);
    const { isEndless, count, taken, reject } = wish; // of one shape: a spread makes slow ones, and doubles the time
    return { isEndless, count, taken, reject, ticket, since, before: undefined, after: undefined };
  }

  /** Tries for the head. `undefined`: it is settled, and there is a new one. */
  #attempt(head: Entry, woken: Woken): number | undefined {
    let patience: number;
    try {
      const turn = this.#openTurn(head);
      turn.woken = woken;
      patience = this.#protocol.attempt(turn);
    } catch (error) {
      this.#closeTurn();
      this.#remove(head);
      this.#protocol.leave();
      head.reject(error);
      return undefined;
    }
    if (patience !== TAKEN) return patience;
    this.#closeTurn();
    this.#settle(head);
    return undefined;
  }

  /** Whether the head, whose time is up, was chosen at the last moment. */
  #isKept(entry: Entry): boolean {
    if (entry !== this.#first || !this.#turn) return false;
    this.#closeTurn();
    if (!this.#protocol.keep?.(this.#turn)) return false;
    this.#settle(entry);
    this.look('poke');
    return true;
  }

  /** With the record closed. */
  #settle(head: Entry): void {
    this.#remove(head);
    head.taken();
    this.#protocol.taken?.();
  }

  #cancel(entry: Entry): void {
    const wasHead = entry === this.#first;
    this.#remove(entry);
    if (!wasHead) return; // Q2
    this.#closeTurn();
    this.#protocol.leave(); // Q1
    this.look('poke');
  }

  #openTurn(head: Entry): Turn {
    const agent = this.#agent;
    const { object } = this.#protocol;
    this.#turn ??= new Turn(agent, takeRecord(agent, object), true, head.count);
    const { record } = this.#turn;
    if (stateOf(agent.table, record) !== WAITING) {
      // closed, or set aside: this agent's loop runs again
      this.#turn.count = head.count;
      open(agent, record, object, head.ticket, head.since, head.count);
      this.#protocol.arrive?.();
    }
    return this.#turn;
  }

  #closeTurn(): void {
    if (this.#turn) close(this.#agent.table, this.#turn.record);
  }

  #rest(): void {
    if (this.#turn) returnRecord(this.#agent.table, this.#turn.record);
    this.#turn = undefined;
    this.#sleepFor(UNTIL_POKED);
    inboxOf(this.#agent).remove(this);
  }

  #sleepFor(patience: number): void {
    this.#stopPatience?.();
    this.#stopPatience =
      patience === UNTIL_POKED
        ? undefined
        : this.#agent.host.after(patience, () => this.look(wokenAfter(patience)));
  }

  #append(entry: Entry): void {
    entry.before = this.#last;
    if (this.#last) this.#last.after = entry;
    else this.#first = entry;
    this.#last = entry;
    if (this.#first === entry) inboxOf(this.#agent).add(this);
  }

  #remove(entry: Entry): void {
    if (entry.before) entry.before.after = entry.after;
    else this.#first = entry.after;
    if (entry.after) entry.after.before = entry.before;
    else this.#last = entry.before;
    entry.before = entry.after = undefined; // whoever still holds it does not hold all that came later
  }
}
