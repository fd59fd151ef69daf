/**
 * `std::once_flag` and `std::call_once`.
 *
 * Words
 *   STATE   bits 0-25  RUNNER  agent id
 *           bit  26    WAITED  wait records may exist
 *           bit  27    DONE    it has run
 *   TICKET  the next number in the order of waiting
 *   class (share/shared-object.ts)
 *   object id
 * States of STATE, and who may move it
 *   0             not run                          anyone who calls begins
 *   id [WAITED]   agent id runs it                 that agent: to DONE, or back to 0 if it threw; a
 *                                                  waiter adds WAITED, and begins if the runner is dead
 *   DONE          it has run                       nobody, ever
 * Invariants
 *   F1  A call runs only while STATE names its agent; one exchange begins and names.
 *   F2  Nobody sleeps on a word that lacks WAITED, or is 0, or DONE.
 *   F3  Who ends a run changes STATE, and then wakes all that wait if WAITED was there. They look
 *       again: one of them begins, if it is not done.
 *   F4  Who waits, waits for the agent that STATE names: an edge of wait-for.ts, as of a mutex.
 *
 * No wake-up is lost: a waiter's record is WAITING before it reads STATE. A runner killed before it
 * wakes them costs the sleepers one slice, and one of them runs.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { isDead } from '../agent/table.ts';
import { corrupt, SyncError } from '../errors.ts';
import { checkFunction, describe, refuseThenable } from '../memory/checks.ts';
import { newWords, type Words, wordsAt } from '../memory/words.ts';
import { globalObject } from '../share/global.ts';
import { forget, labelOf, live, OBJECT_ID, Place, SharedObject } from '../share/shared-object.ts';
import { block } from '../wait/block.ts';
import { NEVER } from '../wait/deadline.ts';
import { wakeAll } from '../wait/inbox.ts';
import { NO_OPTIONS } from '../wait/options.ts';
import { type Protocol, TAKEN, Turn, UNTIL_POKED } from '../wait/protocol.ts';
import { Queue } from '../wait/queue.ts';

const STATE = 0;
const TICKET = 1;
const BYTE_LENGTH = 16;

const NOT_RUN = 0;
const RUNNER = (1 << 26) - 1;
const WAITED = 1 << 26;
const DONE = 1 << 27;

const PASS = 1;

/** @internal */
const RUN: unique symbol = Symbol.for('crossthread.run') as never;
/** @internal */
const RUN_ASYNC: unique symbol = Symbol.for('crossthread.runAsync') as never;

/**
 * Remembers for all threads whether something has been done that is to be done once: see
 * {@link callOnce}. Zeroed memory is a fresh flag.
 *
 * @example
 * ```ts
 * const flag = OnceFlag.global('table');
 * callOnce(flag, () => console.log('filled')); // → filled
 * callOnce(flag, () => console.log('filled')); // not again, in whatever thread
 * console.log(flag.isSet); // → true
 * ```
 * C++: `std::once_flag`.
 */
export class OnceFlag extends SharedObject {
  /** @internal */
  static readonly kind: string = 'OnceFlag';
  /** How many bytes of shared memory it takes. */
  static readonly BYTE_LENGTH: number = BYTE_LENGTH;
  readonly #words: Words;
  readonly #agent: Agent;
  readonly #gate: Gate;
  #queue: Queue | undefined;

  /** A flag in fresh shared memory. */
  constructor();
  /** @internal */
  constructor(place: Place);
  constructor(place: Place = new Place(newWords(BYTE_LENGTH))) {
    super(OnceFlag.kind, place);
    this.#words = place.words;
    this.#agent = currentAgent();
    this.#gate = new Gate(this.#agent, place.words, this[OBJECT_ID], labelOf(this.crossthread));
  }

  /** Attaches to the flag at `byteOffset`. Zeroed memory is a fresh one. */
  static at(buffer: SharedArrayBuffer, byteOffset = 0): OnceFlag {
    return live(OnceFlag, new Place(wordsAt(buffer, byteOffset, BYTE_LENGTH)));
  }

  /** Writes a fresh flag at `byteOffset`, as {@link Mutex.init} does a mutex. */
  static init(buffer: SharedArrayBuffer, byteOffset: number): OnceFlag {
    const words = wordsAt(buffer, byteOffset, BYTE_LENGTH);
    forget(words);
    return live(OnceFlag, new Place(words));
  }

  /** The one flag of that key in the process, as {@link Mutex.global} is of mutexes. */
  static global(key: string): OnceFlag {
    return globalObject(OnceFlag, key, () => {});
  }

  /** Whether a call has returned. */
  get isSet(): boolean {
    return Atomics.load(this.#words, STATE) === DONE;
  }

  /** @internal */
  [RUN](fn: () => unknown): void {
    if (this.isSet) return;
    this.#checkNotRunning();
    block(this.#agent, this.#gate, PASS, NEVER);
    if (this.isSet) return;
    let isDone = false;
    try {
      refuseThenable(fn(), () => new TypeError('`fn` returned a promise: use callOnceAsync'));
      isDone = true;
    } finally {
      this.#gate.end(isDone);
    }
  }

  /** @internal */
  async [RUN_ASYNC](fn: () => unknown): Promise<void> {
    if (this.isSet) return;
    this.#queue ??= new Queue(this.#agent, this.#gate);
    await this.#queue.wait(PASS, () => undefined, NO_OPTIONS);
    if (this.isSet) return;
    let isDone = false;
    try {
      await fn();
      isDone = true;
    } finally {
      this.#gate.end(isDone);
    }
  }

  #checkNotRunning(): void {
    if ((Atomics.load(this.#words, STATE) & RUNNER) !== this.#agent.id) return;
    throw new SyncError(
      'resource_deadlock_would_occur',
      `${this.#gate.label}: callOnce() in the thread that runs it`,
    );
  }
}

/**
 * Calls `fn(...args)` unless a call for this flag has returned, in whatever thread. Blocks while another
 * thread is at it; if that one throws or dies, one of those that wait runs in its place.
 *
 * @throws what `fn` throws, and the flag is not set then; SyncError `resource_deadlock_would_occur` when
 * `fn` itself calls, or a task of this thread is at it; {@link DeadlockError} when who runs it waits, in a
 * circle, for a mutex of this thread; TypeError for an async `fn`.
 *
 * @example
 * ```ts
 * const flag = new OnceFlag();
 * for (const n of [1, 2]) callOnce(flag, (first) => console.log(first), n); // → 1
 * ```
 * C++: `std::call_once`.
 */
export function callOnce<A extends unknown[], T>(
  flag: OnceFlag,
  fn: (...args: A) => T extends PromiseLike<unknown> ? never : T,
  ...args: A
): void {
  checkCall(flag, fn);
  flag[RUN](() => fn(...args));
}

/**
 * As {@link callOnce}, with the event loop free; `fn` may be async. To call it in `fn` waits for itself, and
 * rejects with a {@link DeadlockError} when nothing else keeps the process alive.
 *
 * @example
 * ```ts
 * const flag = new OnceFlag();
 * await Promise.all([1, 2].map((n) => callOnceAsync(flag, async () => console.log(n)))); // → 1
 * ```
 */
export async function callOnceAsync<A extends unknown[]>(
  flag: OnceFlag,
  fn: (...args: A) => unknown,
  ...args: A
): Promise<void> {
  checkCall(flag, fn);
  await flag[RUN_ASYNC](() => fn(...args));
}

function checkCall(flag: OnceFlag, fn: unknown): void {
  if (typeof flag?.[RUN] !== 'function') {
    throw new TypeError(`\`flag\` must be a OnceFlag, got ${describe(flag)}`);
  }
  checkFunction('fn', fn);
}

class Gate implements Protocol {
  readonly object: number;
  readonly label: string;
  readonly #agent: Agent;
  readonly #words: Words;

  constructor(agent: Agent, words: Words, object: number, label: string) {
    this.#agent = agent;
    this.#words = words;
    this.object = object;
    this.label = label;
  }

  ticket(): number {
    return Atomics.add(this.#words, TICKET, 1);
  }

  /** TAKEN: it is done, or this agent's to do. */
  attempt(turn: Turn): number {
    for (;;) {
      const state = Atomics.load(this.#words, STATE);
      const runner = state & RUNNER;
      if (state < 0 || state > DONE) throw corrupt(this.label, state);
      if (state === DONE) return turn.isDoubtful(state) ? Turn.GRACE : TAKEN;
      if (runner === 0 || isDead(this.#agent.table, runner)) {
        if (runner === 0 && turn.isDoubtful(state)) return Turn.GRACE;
        if (this.#exchange(state, this.#agent.id | (state & WAITED))) return TAKEN; // F1
        continue;
      }
      if (state & WAITED || this.#exchange(state, state | WAITED)) return UNTIL_POKED; // F2
    }
  }

  /** This agent's run is over. */
  end(isDone: boolean): void {
    const state = Atomics.exchange(this.#words, STATE, isDone ? DONE : NOT_RUN);
    if (state & WAITED) wakeAll(this.#agent, this.object); // F3
  }

  /** F4 */
  holders(): readonly number[] {
    const runner = Atomics.load(this.#words, STATE) & RUNNER;
    return runner === 0 ? [] : [runner];
  }

  isHeldHere(): boolean {
    return this.holders().includes(this.#agent.id);
  }

  leave(): void {} // nobody is chosen: all look

  #exchange(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, STATE, from, to) === from;
  }
}
