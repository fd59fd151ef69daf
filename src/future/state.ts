/**
 * The state that a promise and its futures share: a gate that opens once, with a value behind it.
 *
 * Words
 *   STATE    bits 0-25   OWNER      agent id: whose promise it is
 *            bit  26     WAITED     wait records may exist
 *            bits 27-29  STATUS
 *            bit  30     RETRIEVED  there is a future
 *   READERS  what has become of the future: FREE, TAKEN by a get(), or SHARED
 *   class (share/shared-object.ts)
 *   object id
 *   OFFSET, LENGTH  where the value is: in the same buffer, or behind these words if it is short (store.ts)
 * States of STATUS, and who may move it
 *   EMPTY       nothing was set               the owner; whoever finds the owner dead, to BROKEN
 *   DEFERRED    the owner has a function for   the owner, to EMPTY when it runs that; as above
 *               it, which does not run yet
 *   SATISFYING  being set, or is set when     the owner; as above
 *               its owner exits
 *   VALUE, ERROR, BROKEN  for ever            nobody
 * Invariants
 *   P1  OWNER changes only in EMPTY: to the agent that writes it, since it has received the promise, or
 *       to one that the owner gives it to, or who has the job that it goes with (owner.ts). What was set
 *       by an agent that was owner before that is not lost: both are one exchange of one word.
 *   P2  Only the owner in SATISFYING writes OFFSET, LENGTH and what is behind them, and before it leaves that.
 *   P3  An open state, and WAITED in a closed one, never changes.
 *   P4  Of all that get from a future that is not shared, one moves READERS from FREE.
 *
 * No wake-up is lost: a waiter's record is WAITING before it reads STATE; whoever opens the state finds
 * WAITED (P3), and in the scan after it the record. An owner killed before it opens is found dead by
 * the waiters, each of which may break the state; one killed before it wakes costs them a slice.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import type { Outgoing } from '../channel/sending-side.ts';
import { FutureError, SyncError } from '../errors.ts';
import { refuseThenable } from '../memory/checks.ts';
import { CACHE_LINE, type Words } from '../memory/words.ts';
import { type Promised, sendAll } from '../share/face.ts';
import { live, OBJECT_ID, Place, SharedObject } from '../share/shared-object.ts';
import { packThrown, type Packed, unpackThrown } from '../thread/error-transport.ts';
import type { Outcome } from '../thread/outcome.ts';
import { block } from '../wait/block.ts';
import { deadlineIn, type Milliseconds, NEVER } from '../wait/deadline.ts';
import type { WaitOptions } from '../wait/options.ts';
import { Queue } from '../wait/queue.ts';
import type { StopWatch } from '../wait/stop.ts';
import type { Expediter } from './expediter.ts';
import { Gate } from './gate.ts';
import { entrust, isHeldBy } from './owner.ts';
import { storeOf } from './store.ts';
import { isAsync } from './task.ts';
import {
  DEFERRED,
  EMPTY,
  ERROR,
  FREE,
  type GOT,
  isOpen,
  LENGTH,
  OFFSET,
  ownerOf,
  READERS,
  RETRIEVED,
  SATISFYING,
  type SHARED,
  STATE,
  STATUS,
  statusOf,
  BROKEN,
  VALUE,
} from './word.ts';

const PASS = 1;

/** What a state is to have, in bytes. */
interface Contents {
  readonly status: number;
  readonly outgoing: Outgoing;
}

export class State extends SharedObject implements Promised {
  static readonly kind: string = 'FutureState';
  static readonly BYTE_LENGTH: number = CACHE_LINE;
  readonly #words: Words;
  readonly #agent: Agent;
  readonly #gate: Gate;
  #queue: Queue | undefined;
  #deferred: (() => unknown) | undefined;
  #isRunning = false;
  expediter: Expediter | undefined;

  /** A state whose promise is this agent's. `isHidden`: until it is sent, or waited for where it is named. */
  constructor(place: Place = allot(), isHidden = false) {
    super(State.kind, place, isHidden);
    this.#words = this.crossthread.words;
    this.#agent = currentAgent();
    this.#gate = new Gate(this.#agent, this.#words, this[OBJECT_ID]);
  }

  /** This agent's view of the state in `words`. */
  static at(words: Words): State {
    return live(State, new Place(words));
  }

  /** Where it is. */
  get words(): Words {
    return this.#words;
  }

  /** Whether the promise is this agent's. */
  get isOwned(): boolean {
    return ownerOf(Atomics.load(this.#words, STATE)) === this.#agent.id;
  }

  /** Whether this is `agent`'s view of it. */
  isOf(agent: Agent): boolean {
    return this.#agent === agent;
  }

  /** The promise has come to this agent (P1). */
  adopt(): void {
    entrust(this.#words, this.#agent.id);
  }

  /** Of a new state: whoever waits first in this thread runs `run`, whose outcome it is set to. */
  defer(run: () => unknown): void {
    this.#deferred = run;
    this.#move(DEFERRED);
  }

  /** There is a future from now on. @throws FutureError when there was one. */
  retrieve(): void {
    if ((Atomics.or(this.#words, STATE, RETRIEVED) & RETRIEVED) === 0) return;
    throw new FutureError('future_already_retrieved', 'getFuture() twice');
  }

  /**
   * Sets a value, a copy of `value`; what is in `transfer` is gone here.
   *
   * @throws FutureError when it was set, TypeError for what cannot travel: nothing is set then.
   */
  setValue(value: unknown, transfer: readonly unknown[] = []): void {
    this.#checkEmpty();
    const finish = this.#begin(this.#valueOf(value), transfer);
    finish();
  }

  /** Sets an error. Throws as {@link setValue} does. */
  setError(error: unknown): void {
    this.#checkEmpty();
    const finish = this.#begin(this.#errorOf(error));
    finish();
  }

  /** As {@link setValue}, but nobody sees it before `finish()`. */
  setValueLater(value: unknown): () => void {
    this.#checkEmpty();
    return this.#begin(this.#valueOf(value));
  }

  /** As {@link setError}, but nobody sees it before `finish()`. */
  setErrorLater(error: unknown): () => void {
    this.#checkEmpty();
    return this.#begin(this.#errorOf(error));
  }

  /** Sets how a function has ended. What cannot travel is an error instead. Returns `finish()`. */
  setOutcomeLater(outcome: Outcome): () => void {
    try {
      if ('value' in outcome) return this.setValueLater(outcome.value);
      return this.setErrorLater(outcome.thrown);
    } catch (error) {
      return this.setErrorLater(error);
    }
  }

  /** The owner gives up: it will never be set. Nothing happens when it was set, or is another agent's. */
  breakIt(): void {
    for (;;) {
      const state = Atomics.load(this.#words, STATE);
      if (ownerOf(state) !== this.#agent.id || statusOf(state) !== EMPTY) return;
      if (this.#gate.tryBreak(state)) return;
    }
  }

  /** Whether it is open; whether it waits for its owner to ask. Never blocks. */
  get isReady(): boolean {
    return isOpen(this.#look());
  }

  get isDeferred(): boolean {
    return statusOf(this.#look()) === DEFERRED;
  }

  /** Blocks for `ms` at most, or until a stop; runs the deferred function first. Returns whether it is open. */
  wait(ms: Milliseconds = NEVER, stop?: StopWatch): boolean {
    if (this.isReady) return true;
    if (this.#deferred) this.#runDeferred();
    else if (this.expediter) this.expediter.beforeBlocking(ms === NEVER && !stop);
    else this.#hurry();
    if (this.isReady) return true;
    if (this.#isRunning) {
      const message = 'the future is waited for in the thread that is to make it ready';
      throw new SyncError('resource_deadlock_would_occur', message);
    }
    if (this.#agent.watch) this.show(); // by its name
    return block(this.#agent, this.#gate, PASS, deadlineIn(this.#agent, ms), stop);
  }

  async waitAsync(options: WaitOptions): Promise<void> {
    if (this.isReady) return;
    if (this.#deferred) void this.#runDeferredAsync();
    if (this.isReady) return;
    this.show(); // `inspect` names it
    this.#queue ??= new Queue(this.#agent, this.#gate);
    if (!this.expediter) this.#hurry();
    const end = this.expediter?.beforeAwaiting();
    try {
      await this.#queue.wait(PASS, () => undefined, options);
    } finally {
      end?.();
    }
  }

  /** It may be that of a job of this thread's pool, which another thread of that has submitted (D3). */
  #hurry(): void {
    const { depot } = this.#agent.life;
    if (depot && isHeldBy(this.#words, depot.id)) depot.hurry(this[OBJECT_ID]);
  }

  /** Of an open state: a copy of its value, or throws its error. */
  read(): unknown {
    const status = statusOf(Atomics.load(this.#words, STATE));
    if (status === BROKEN) {
      throw new FutureError(
        'broken_promise',
        'the promise was disposed of, or its thread died, before it was satisfied',
      );
    }
    const offset = Atomics.load(this.#words, OFFSET) >>> 0;
    const length = Atomics.load(this.#words, LENGTH) >>> 0;
    const found = storeOf(this.#agent).read(this.#words, { offset, length });
    if (status === ERROR) throw unpackThrown(found as Packed);
    return found;
  }

  /** Whether the future is neither got nor shared. */
  get isFree(): boolean {
    return Atomics.load(this.#words, READERS) === FREE;
  }

  /** The future becomes that. Whether it did (P4). */
  tryUse(use: typeof GOT | typeof SHARED): boolean {
    return Atomics.compareExchange(this.#words, READERS, FREE, use) === FREE;
  }

  /** What STATE is, once a dead owner has broken it. */
  #look(): number {
    for (;;) {
      const state = Atomics.load(this.#words, STATE);
      if (!this.#gate.isAbandoned(state)) return state;
      this.#gate.tryBreak(state);
    }
  }

  #valueOf(value: unknown): Contents {
    return { status: VALUE, outgoing: storeOf(this.#agent).encode(value) };
  }

  #errorOf(error: unknown): Contents {
    return { status: ERROR, outgoing: storeOf(this.#agent).encode(packThrown(error)) };
  }

  #checkEmpty(): number {
    const state = Atomics.load(this.#words, STATE);
    if (ownerOf(state) !== this.#agent.id) {
      throw new FutureError('no_state', 'the promise has gone to another thread');
    }
    if (statusOf(state) === EMPTY) return state;
    throw new FutureError('promise_already_satisfied', 'the promise is satisfied already');
  }

  /** Sets it, unseen. Returns what lets it be seen. */
  #begin({ status, outgoing }: Contents, transfer: readonly unknown[] = []): () => void {
    this.#move(SATISFYING);
    try {
      const { offset, length } = storeOf(this.#agent).write(this.#words, outgoing);
      if (transfer.length > 0) {
        sendAll(() => structuredClone(null, { transfer: transfer as ArrayBuffer[] }));
      }
      Atomics.store(this.#words, OFFSET, offset); // P2
      Atomics.store(this.#words, LENGTH, length);
    } catch (error) {
      this.#move(EMPTY);
      throw error;
    }
    return () => this.#gate.open(status);
  }

  #move(to: number): void {
    for (;;) {
      const state = to === EMPTY ? Atomics.load(this.#words, STATE) : this.#checkEmpty();
      if (this.#gate.exchange(state, (state & ~STATUS) | to)) return;
    }
  }

  /** Of one that is known to be async nothing happens: `getAsync()` runs it still. */
  #runDeferred(): void {
    if (isAsync(this.#deferred)) throw asyncError();
    let outcome: Outcome;
    try {
      const value = this.#begun()();
      refuseThenable(value, asyncError);
      outcome = { value };
    } catch (thrown) {
      outcome = { thrown };
    }
    this.#end(outcome);
  }

  async #runDeferredAsync(): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = { value: await this.#begun()() };
    } catch (thrown) {
      outcome = { thrown };
    }
    this.#end(outcome);
  }

  /** The deferred function, which runs now: once, since it is forgotten before. */
  #begun(): () => unknown {
    const run = this.#deferred!;
    this.#deferred = undefined;
    this.#isRunning = true;
    this.#move(EMPTY);
    return run;
  }

  #end(outcome: Outcome): void {
    this.#isRunning = false;
    const finish = this.setOutcomeLater(outcome);
    finish();
  }
}

function asyncError(): TypeError {
  return new TypeError('a deferred async function: use getAsync()');
}

/** Breaks promises that have come to this agent with a job, which it will not do. */
export function breakAll(promises: readonly Words[]): void {
  for (const words of promises) {
    const state = State.at(words);
    state.adopt();
    state.breakIt();
  }
}

function allot(): Place {
  const agent = currentAgent();
  const words = storeOf(agent).allot();
  Atomics.store(words, STATE, EMPTY | agent.id);
  return new Place(words);
}
