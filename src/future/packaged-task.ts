/** `std::packaged_task`: a function whose result goes into a future. */
import { currentAgent } from '../agent/home.ts';
import { FutureError } from '../errors.ts';
import { checkFunction, isThenable } from '../memory/checks.ts';
import { STAYS } from '../share/handle.ts';
import type { Outcome } from '../thread/outcome.ts';
import { Future } from './future.ts';
import { State } from './state.ts';

/**
 * A function whose result, or error, goes into a future. It runs once, in the thread that made it; its future
 * may go anywhere.
 *
 * @example
 * ```ts
 * const task = new PackagedTask((a: number, b: number) => a ** b);
 * const future = task.getFuture();
 * task(2, 9);
 * console.log(future.get()); // → 512
 * ```
 * C++: `std::packaged_task`.
 */
export interface PackagedTask<A extends unknown[], R> extends Disposable {
  /**
   * Runs the function. What it returns or throws, or a promise of it settles to, is for the future.
   *
   * @throws FutureError `promise_already_satisfied` when it has run, `no_state` when it was disposed of.
   */
  (...args: A): void;
  /** Whether it was not disposed of. */
  readonly valid: boolean;
  /** The future of this run. @throws FutureError `future_already_retrieved`, `no_state`. */
  getFuture(): Future<R>;
  /** Makes it as new, with another future; one that waits for the run that was to be is broken. */
  reset(): void;
  /** Runs the function now, but its future is ready only when this thread exits by itself. Throws as a call does. */
  makeReadyAtThreadExit(...args: A): void;
  /** Gives it up: a future that waits for it is broken. */
  [Symbol.dispose](): void;
}

/** Makes tasks: a task can be called, as no object of a class can. */
export const PackagedTask: {
  /** A task that runs `fn`, which may be async. */
  new <A extends unknown[], R>(fn: (...args: A) => R): PackagedTask<A, Awaited<R>>;
} = function <A extends unknown[], R>(fn: (...args: A) => R): PackagedTask<A, Awaited<R>> {
  checkFunction('fn', fn);
  const run = new Run<A, Awaited<R>>(fn);
  const task = (...args: A): void => run.call(args);
  return Object.defineProperties(task, {
    valid: { get: () => run.valid },
    getFuture: { value: () => run.getFuture() },
    reset: { value: () => run.reset() },
    makeReadyAtThreadExit: { value: (...args: A) => run.makeReadyAtThreadExit(args) },
    [Symbol.dispose]: { value: () => run.dispose() },
    [STAYS]: { value: 'a PackagedTask stays in its thread: send a StdPromise, or use defineTask' },
  }) as PackagedTask<A, Awaited<R>>;
} as never;

/** What is behind a task. */
class Run<A extends unknown[], R> {
  readonly #fn: (...args: A) => unknown;
  #state: State = new State();
  #hasRun = false;
  #isValid = true;

  constructor(fn: (...args: A) => unknown) {
    this.#fn = fn;
  }

  call(args: A): void {
    this.#run('call', args, (finish) => finish());
  }

  get valid(): boolean {
    return this.#isValid;
  }

  getFuture(): Future<R> {
    const state = this.#check('getFuture');
    state.retrieve();
    return new Future<R>(state);
  }

  reset(): void {
    const state = this.#check('reset');
    if (!this.#hasRun) state.breakIt();
    this.#state = new State();
    this.#hasRun = false;
  }

  makeReadyAtThreadExit(args: A): void {
    this.#run('makeReadyAtThreadExit', args, (finish) => currentAgent().lastWills.push(finish));
  }

  dispose(): void {
    if (!this.#isValid) return;
    this.#isValid = false;
    if (!this.#hasRun) this.#state.breakIt();
  }

  #run(call: string, args: A, then: (finish: () => void) => void): void {
    const state = this.#check(call);
    if (this.#hasRun) throw new FutureError('promise_already_satisfied', 'the task has run');
    this.#hasRun = true;
    const end = (outcome: Outcome): void => then(state.setOutcomeLater(outcome));
    let outcome: Outcome;
    try {
      const value = this.#fn(...args);
      if (isThenable(value)) {
        Promise.resolve(value).then(
          (settled) => end({ value: settled }),
          (thrown: unknown) => end({ thrown }),
        );
        return;
      }
      outcome = { value };
    } catch (thrown) {
      outcome = { thrown };
    }
    end(outcome);
  }

  #check(call: string): State {
    if (this.#isValid) return this.#state;
    throw new FutureError('no_state', `${call}() of a PackagedTask that was disposed of`);
  }
}
