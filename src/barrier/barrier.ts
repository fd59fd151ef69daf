/**
 * `std::barrier`. The words are in word.ts, who owes an arrival in roll.ts, how one waits in gate.ts.
 *
 * States of STATE, and who may move it
 *   PENDING > 0          arrivals are counted          anyone who arrives
 *   PENDING = 0          the last has arrived, its     that agent: to the next phase; a waiter that
 *                        completion runs               finds it dead: to BROKEN
 *                        or all have dropped out       nobody
 *   BROKEN               for ever                      nobody
 * Invariants
 *   E1  A phase ends in one exchange, which also begins the next with its count. Until then nobody
 *       who arrived in it is let through.
 *   E2  The exchange that takes the last of PENDING makes its agent the one that ends the phase: with
 *       that very exchange if there is no completion to run.
 *   E3  PHASE is raised to a phase's number before that phase ends. So it is behind by one at most,
 *       whoever dies, and LOW tells whether it is. Only a raise by one succeeds: a late one does not.
 *       STATE belongs to the PHASE that is the same before and after it is read.
 *   E4  Who waits for a phase breaks it if an agent is dead that owes it an arrival (roll.ts). So does who
 *       arrives where the last arrival is there already.
 *
 * No wake-up is lost: a waiter's record is WAITING before it reads STATE; who ends a phase, or breaks
 * it, changes STATE and then wakes all. One that is killed before it wakes costs the sleepers a slice.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { BrokenBarrierError, corrupt, SyncError } from '../errors.ts';
import { checkFunction, checkInteger, refuseThenable } from '../memory/checks.ts';
import { newWords, WORD, type Words, wordsAt } from '../memory/words.ts';
import { globalObject } from '../share/global.ts';
import {
  checkClass,
  forget,
  labelOf,
  live,
  OBJECT_ID,
  Place,
  SharedObject,
} from '../share/shared-object.ts';
import { block } from '../wait/block.ts';
import { NEVER } from '../wait/deadline.ts';
import { wakeAll } from '../wait/inbox.ts';
import {
  checkWaitOptions,
  NO_OPTIONS,
  stopOf,
  type StopOptions,
  type WaitOptions,
} from '../wait/options.ts';
import { checkMayBlock } from '../wait/park.ts';
import { Queue } from '../wait/queue.ts';
import type { StopWatch } from '../wait/stop.ts';
import { ArrivalToken } from './arrival-token.ts';
import { brokenError, Gate } from './gate.ts';
import { Roll, ROLL_BYTE_LENGTH } from './roll.ts';
import {
  COMPLETES,
  isBroken,
  MADE,
  MOST_ARRIVALS,
  OPTIONS,
  PHASE,
  ROLL,
  Shape,
  STATE,
  write,
} from './word.ts';

const BYTE_LENGTH = ROLL * WORD + ROLL_BYTE_LENGTH;

/**
 * Lets threads through together, phase after phase: once `expected` arrivals are there, all that wait
 * go on, and the next phase begins.
 *
 * When a thread dies that arrived in the phase before more often than in this one, or a completion
 * throws, or somebody calls {@link abort}, the barrier breaks for good: who waits for the phase, or
 * arrives later, gets a `BrokenBarrierError`.
 *
 * @example
 * ```ts
 * const barrier = new Barrier(2, () => console.log('all are here'));
 * const token = barrier.arrive();
 * barrier.arriveAndWait(); // → all are here
 * // As a rule that is another thread, and this one waits:
 * barrier.wait(token);
 * ```
 * C++: `std::barrier`.
 */
export class Barrier extends SharedObject {
  /** @internal */
  static readonly kind: string = 'Barrier';
  /** How many bytes of shared memory it takes. */
  static readonly BYTE_LENGTH: number = BYTE_LENGTH;
  /** The most arrivals a phase can have. */
  static readonly MAX: number = MOST_ARRIVALS;
  readonly #words: Words;
  readonly #agent: Agent;
  readonly #shape: Shape;
  readonly #roll: Roll;
  readonly #gate: Gate;
  #queue: Queue | undefined;
  #completion: (() => void) | undefined;
  #isCompleting = false;

  /** A barrier of `expected` arrivals a phase; the last thread to arrive runs its `onCompletion`. */
  constructor(expected: number, onCompletion?: () => void);
  /** @internal */
  constructor(place: Place);
  constructor(source: number | Place, onCompletion?: () => void) {
    if (onCompletion !== undefined) checkFunction('onCompletion', onCompletion);
    super(Barrier.kind, source instanceof Place ? source : allot(source));
    this.#words = this.crossthread.words;
    this.#agent = currentAgent();
    this.#shape = new Shape(this.#words);
    this.#roll = new Roll(this.#agent, this.#words, ROLL);
    const parts = { shape: this.#shape, roll: this.#roll };
    this.#gate = new Gate(this.#agent, this.#words, parts, this[OBJECT_ID], this.#label);
    if (onCompletion) this.onCompletion(onCompletion);
  }

  /**
   * Attaches to the barrier at `byteOffset`.
   *
   * @throws SyncError `invalid_argument` where none was written: what it expects has no default.
   */
  static at(buffer: SharedArrayBuffer, byteOffset = 0): Barrier {
    const words = wordsAt(buffer, byteOffset, BYTE_LENGTH);
    checkClass(words, Barrier.kind);
    if (!(Atomics.load(words, STATE) & MADE)) {
      throw new SyncError('invalid_argument', 'no barrier was written here');
    }
    return live(Barrier, new Place(words));
  }

  /** Writes a fresh barrier at `byteOffset`, as {@link Mutex.init} does a mutex. */
  static init(buffer: SharedArrayBuffer, byteOffset: number, expected: number): Barrier {
    const words = wordsAt(buffer, byteOffset, BYTE_LENGTH);
    checkExpected(expected);
    forget(words);
    write(words, expected);
    return live(Barrier, new Place(words));
  }

  /**
   * The one barrier of that key in the process, as {@link Mutex.global} is of mutexes. It takes no completion:
   * each thread gives it one of its own, `Barrier.global(key, 2).onCompletion(fn)`.
   */
  static global(key: string, expected: number): Barrier {
    checkExpected(expected);
    return globalObject(Barrier, key, (words) => write(words, expected));
  }

  /**
   * Has `fn` run in this thread whenever it is the last to arrive, before the others are let through.
   * It may not be async, nor wait for this barrier. From here on a thread must have one to arrive. It
   * belongs to this live object: keep that.
   */
  onCompletion(fn: () => void): this {
    checkFunction('fn', fn);
    this.#completion = fn;
    Atomics.or(this.#words, OPTIONS, COMPLETES);
    return this;
  }

  /**
   * Counts `n` arrivals. Never waits, but the last of a phase runs the completion.
   *
   * @throws SyncError `invalid_argument` if fewer than `n` are to come in this phase, or this thread
   * lacks a completion; `BrokenBarrierError`. Nothing is counted then.
   */
  arrive(n = 1): ArrivalToken {
    checkInteger('n', n, 1, MOST_ARRIVALS);
    return new ArrivalToken(this[OBJECT_ID], this.#count(n));
  }

  /**
   * Blocks until the phase of `token` is over; not at all if it is.
   *
   * @throws SyncError `invalid_argument` for a token of another barrier, or of a phase before the last,
   * `blocking_not_allowed` where the thread may not sleep and would have to, `operation_canceled` when
   * `stop` is requested, from any thread; `BrokenBarrierError`.
   */
  wait(token: ArrivalToken, options?: StopOptions): void {
    const stop = stopOf(options);
    this.#waitFor(this.#phaseOf(token), stop);
  }

  /**
   * Arrives, then blocks until the phase is over. Throws as {@link arrive} and {@link wait} do. A cancelled
   * wait has still arrived, unless the stop was requested before.
   */
  arriveAndWait(options?: StopOptions): void {
    const stop = stopOf(options);
    this.#waitFor(this.#count(1, 0, true), stop);
  }

  /**
   * Arrives, and is not expected any more: each phase after this one has an arrival less. Never waits.
   * Throws as {@link arrive} does.
   */
  arriveAndDrop(): void {
    this.#count(1, 1);
  }

  /**
   * As {@link wait}, with the event loop free. Rejects with what that throws, the signal's reason or a
   * {@link TimeoutError}.
   */
  async waitAsync(token: ArrivalToken, options: WaitOptions = NO_OPTIONS): Promise<void> {
    checkWaitOptions(options);
    await this.#waitForAsync(this.#phaseOf(token), options);
  }

  /**
   * Arrives, then waits as {@link waitAsync} does. A cancelled wait has still arrived, unless the signal was
   * aborted before.
   */
  async arriveAndWaitAsync(options: WaitOptions = NO_OPTIONS): Promise<void> {
    checkWaitOptions(options);
    await this.#waitForAsync(this.#count(1), options);
  }

  /** Breaks the barrier, for all threads and for good. Never blocks. */
  abort(): void {
    this.#gate.breakIt();
  }

  /** Whether the barrier is broken. */
  get isBroken(): boolean {
    return isBroken(Atomics.load(this.#words, STATE));
  }

  get #label(): string {
    return labelOf(this.crossthread);
  }

  /** Counts `n` arrivals, `drops` of them for good. Returns their phase; `willBlock` until it is over. */
  #count(n: number, drops = 0, willBlock = false): number {
    for (;;) {
      const { state, phase } = this.#look();
      const isEnding = !isBroken(state) && this.#shape.pending(state) === 0;
      if (isEnding && this.#gate.breakIfMissed(state, phase)) continue; // who was to end it is dead: E4
      this.#checkArrivals(state, n);
      const arrived = this.#shape.afterArrivals(state, n, drops);
      if (willBlock && this.#shape.pending(arrived) > 0) checkMayBlock(this.#agent);
      let isCounted = false;
      this.#roll.begin(phase);
      try {
        isCounted = this.#tryArrive(state, phase, arrived);
      } finally {
        this.#roll.end(phase, isCounted ? n : 0, isCounted ? drops : 0);
      }
      if (isCounted) return phase;
    }
  }

  #tryArrive(state: number, phase: number, arrived: number): boolean {
    if (this.#shape.pending(arrived) > 0) return this.#exchange(state, arrived);
    const next = this.#shape.nextPhase(arrived);
    Atomics.compareExchange(this.#words, PHASE, phase - 1, phase); // E3
    if (!this.#completion) {
      if (!this.#exchange(state, next)) return false; // E1
    } else {
      if (!this.#exchange(state, arrived)) return false; // E2
      this.#complete(this.#completion);
      if (!this.#exchange(arrived, next)) throw brokenError(this.#label); // E1
    }
    wakeAll(this.#agent, this[OBJECT_ID]);
    return true;
  }

  #complete(completion: () => unknown): void {
    this.#isCompleting = true;
    try {
      refuseThenable(completion(), () => new TypeError('a completion may not be async'));
    } catch (cause) {
      this.abort();
      throw new BrokenBarrierError(`${this.#label}: its completion threw`, { cause });
    } finally {
      this.#isCompleting = false;
    }
  }

  /** Throws unless `n` may arrive where STATE is `state`. */
  #checkArrivals(state: number, n: number): void {
    const left = this.#shape.pending(state);
    if (!(state & MADE)) throw corrupt(this.#label, state);
    if (isBroken(state)) throw brokenError(this.#label);
    if (n > left) {
      throw new SyncError('invalid_argument', `${this.#label}: arrive(${n}) with ${left} to come`);
    }
    if (!this.#completion && Atomics.load(this.#words, OPTIONS) & COMPLETES) {
      const message = `${this.#label}: this thread has no completion, see onCompletion(fn)`;
      throw new SyncError('invalid_argument', message);
    }
  }

  /** STATE, and the number of its phase: E3. */
  #look(): { state: number; phase: number } {
    for (;;) {
      const phase = Atomics.load(this.#words, PHASE);
      const state = Atomics.load(this.#words, STATE);
      if (Atomics.load(this.#words, PHASE) !== phase) continue;
      return { state, phase: this.#shape.phase(state, phase) };
    }
  }

  #phaseOf(token: ArrivalToken): number {
    const phase = ArrivalToken.phaseOf(token, this[OBJECT_ID], this.#label);
    const age = (this.#look().phase - phase) | 0;
    if (age <= 1) return phase;
    throw new SyncError('invalid_argument', `${this.#label}: the token is ${age} phases old`);
  }

  #waitFor(phase: number, stop: StopWatch | undefined): void {
    if (this.#isOver(phase)) return;
    if (this.#isCompleting) {
      const message = `${this.#label}: wait() in the completion of the phase waited for`;
      throw new SyncError('resource_deadlock_would_occur', message);
    }
    block(this.#agent, this.#gate, phase, NEVER, stop);
  }

  async #waitForAsync(phase: number, options: WaitOptions): Promise<void> {
    if (this.#isOver(phase)) return;
    this.#queue ??= new Queue(this.#agent, this.#gate);
    await this.#queue.wait(phase, () => undefined, options);
  }

  #isOver(phase: number): boolean {
    return this.#shape.isOver(this.#words, Atomics.load(this.#words, STATE), phase);
  }

  #exchange(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, STATE, from, to) === from;
  }
}

function allot(expected: number): Place {
  checkExpected(expected);
  const words = newWords(BYTE_LENGTH);
  write(words, expected);
  return new Place(words);
}

function checkExpected(expected: number): void {
  checkInteger('expected', expected, 0, MOST_ARRIVALS);
}
