/**
 * One run of a body. It is suspended by unwinding: an operation throws {@link UNWINDING}, and every
 * one after it. To go on, the body is run anew from its start; the log answers what it saw before,
 * and then it is live again. Only a body that sits in its event loop, with nothing on the stack, can
 * be kept.
 *
 * Invariants
 *   B1  A run that unwinds acts on nothing. One that another has replaced is not continued: what it
 *       awaits is never settled.
 *   B2  Up to `cursor` the run has seen what the log says, in that order.
 *   B3  A run that catches what suspends it and calls on and on is given answers that are made up: they act on
 *       nothing, but its loop may come to an end on them. What it awaits is never settled.
 */
import type { Failure } from './failure.ts';
import { EVENT, OPERATIONS, PENDING, WAIT_ASYNC } from './operations.ts';
import { Random } from './random.ts';
import { noteNext } from './spin.ts';
import type { Thread } from './thread.ts';

/** What suspends a body. Not an error: nothing should know how to handle it. */
const UNWINDING: object = Object.freeze({
  toString: () => 'crossthread/testing suspends this thread: rethrow what you do not know',
});

/** Calls of a suspended run that throw again: more than any `finally` makes. Then it is in a loop. */
const MOST_CALLS = 1000;

const SMALL = 4; // answers that loops wait for, as a rule
const LARGE = 1024; // others

/** Numbers of an event and of what brought it about, in one result of the log. */
const OUTCOME_BITS = 2;

export function eventResult(event: number, outcome: number): number {
  return (event << OUTCOME_BITS) | outcome;
}

export class Run {
  readonly thread: Thread;
  /** Entries of the log that it has seen. */
  cursor = 0;
  unwinding = false;
  /** Whether there may be microtasks of it. */
  isAsync = false;
  isDone = false;
  /** The key of an operation that is not the one the log has at `cursor`. */
  divergedTo: number | undefined;
  thrown: { readonly error: unknown } | undefined;
  /** What an operation of it has shown to be wrong with the model. */
  failure: Failure | undefined;
  /** What is wrong with the model itself. */
  refused: TypeError | undefined;
  /** What is due right before the next step that is not answered by the log. */
  readonly beforeStep: (() => void)[] = [];
  readonly #body: () => unknown;
  /** Calls since it was suspended. */
  #calls = 0;
  /** Whether the body has come to its end although it was suspended. */
  #hasRunOn = false;
  /** Whether what suspends it has come out of it, from what nobody awaits. */
  #hasSurfaced = false;
  #guesses: Random | undefined;
  readonly #events: ((outcome: number) => void)[] = [];

  constructor(thread: Thread, body: () => unknown) {
    this.thread = thread;
    this.#body = body;
  }

  start(): void {
    try {
      const result = this.#body();
      if (isThenable(result)) {
        this.isAsync = true;
        result.then(
          () => this.#ends(),
          (error: unknown) => this.throws(error),
        );
      } else {
        this.#ends();
      }
    } catch (error) {
      this.throws(error);
    }
  }

  /**
   * Whether the body goes on although it was suspended. In an async one what was suspended may be a task
   * that it does not await: then that task has rejected, and nobody has handled it.
   */
  get hasSwallowed(): boolean {
    return this.#guesses !== undefined || (this.#hasRunOn && !this.#hasSurfaced);
  }

  /** Whether the log answers this operation, with the result at `cursor`. */
  knows(key: number, operand: number): boolean {
    if (this.unwinding) return this.#makesUp(key);
    const { thread, cursor } = this;
    if (cursor === thread.length) {
      if (thread.spins > 0) noteNext(thread, key, operand);
      return false;
    }
    if (thread.keys[cursor] === key && thread.operands[cursor] === operand) return true;
    this.divergedTo = key;
    return this.unwind();
  }

  /** Whether the next thing in the log is an event, which the event loop has to run. */
  get expectsEvent(): boolean {
    return this.cursor < this.thread.length && this.thread.keys[this.cursor] === EVENT;
  }

  /** Runs the event at `cursor`. */
  runEvent(): void {
    const result = Number(this.thread.results[this.cursor++]);
    const fire = this.#events[result >> OUTCOME_BITS];
    try {
      fire?.(result & ((1 << OUTCOME_BITS) - 1));
    } catch (error) {
      this.throws(error);
    }
  }

  /** The next event is run by `fire`. Returns its number. */
  addEvent(fire: (outcome: number) => void): number {
    this.isAsync = true;
    return this.#events.push(fire) - 1;
  }

  /** Does what was due before the step that is now made. */
  aboutToStep(): void {
    for (const act of this.beforeStep) act();
    this.beforeStep.length = 0;
  }

  /** Is called although it is suspended: it throws again, unless that leads nowhere. */
  callsOn(): Random {
    if (++this.#calls < MOST_CALLS) throw UNWINDING;
    return (this.#guesses ??= new Random(0));
  }

  /** Suspends the body. */
  unwind(): never {
    this.unwinding = true;
    throw UNWINDING;
  }

  /** Suspends the body for good, if something is wrong. */
  judge(failure: Failure | undefined): void {
    if (!failure) return;
    this.failure = failure;
    this.unwind();
  }

  /** Suspends the body for good: it does what no model may. */
  refuse(error: TypeError): never {
    this.refused ??= error;
    this.unwind();
  }

  /** Something of this body threw `error`, and nobody caught it. */
  throws(error: unknown): void {
    if (this.unwinding) this.#hasSurfaced = true;
    else if (error !== UNWINDING) this.thrown ??= { error };
  }

  #ends(): void {
    this.isDone = true;
    this.#hasRunOn = this.unwinding;
  }

  /** B3: puts an answer where the next result is looked for. */
  #makesUp(key: number): true {
    const guesses = this.callsOn();
    const { thread } = this;
    this.cursor = thread.length;
    const guess = guesses.below(guesses.below(2) === 0 ? SMALL : LARGE);
    const isBig = typeof thread.results[thread.keys.lastIndexOf(key)] === 'bigint';
    const answer = isBig ? BigInt(guess) : guess;
    thread.results[thread.length] = key % OPERATIONS === WAIT_ASYNC ? PENDING : answer;
    return true;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
