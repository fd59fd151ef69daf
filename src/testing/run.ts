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
 */
import type { Failure } from './failure.ts';
import { EVENT } from './operations.ts';
import { noteNext } from './spin.ts';
import type { Thread } from './thread.ts';

/** What suspends a body. Not an error: nothing should know how to handle it. */
const UNWINDING: object = Object.freeze({
  toString: () => 'crossthread/testing suspends this thread: rethrow what you do not know',
});

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
  /**
   * Whether the body has come to its end although it was suspended. Not told of async bodies: what was
   * suspended there may be a task that the body does not await.
   */
  hasSwallowed = false;
  thrown: { readonly error: unknown } | undefined;
  /** What an operation of it has shown to be wrong with the model. */
  failure: Failure | undefined;
  /** What is due right before the next step that is not answered by the log. */
  readonly beforeStep: (() => void)[] = [];
  readonly #body: () => unknown;
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
          () => (this.isDone = true),
          (error: unknown) => this.throws(error),
        );
      } else {
        this.isDone = true;
        this.hasSwallowed = this.unwinding;
      }
    } catch (error) {
      this.throws(error);
    }
  }

  /** Whether the log answers this operation, with the result at `cursor`. */
  knows(key: number, operand: number): boolean {
    if (this.unwinding) throw UNWINDING;
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

  /** Something of this body threw `error`, and nobody caught it. */
  throws(error: unknown): void {
    if (error !== UNWINDING && !this.unwinding) this.thrown ??= { error };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
