/** `std::promise`: the side of a state that sets it. */
import { currentAgent } from '../agent/home.ts';
import { makeAttachable } from '../attach.ts';
import { FutureError } from '../errors.ts';
import { describe } from '../memory/checks.ts';
import { Face, PROMISED, type Promised } from '../share/face.ts';
import type { Place } from '../share/shared-object.ts';
import { Future } from './future.ts';
import { State } from './state.ts';

/** A promise as its collection sees it, which it must not keep alive. */
interface Hold {
  readonly state: State;
  isHere: boolean;
}

/** Only where the promise was: the explorer has other agents, whose promises are not the collector's. */
const collected = new FinalizationRegistry<Hold>(({ state, isHere }) => {
  if (isHere && state.isOwned && state.isOf(currentAgent())) state.breakIt();
});

/**
 * The writing side of a {@link Future}: sets a value or an error, once.
 *
 * A promise belongs to one thread. Sent to another it moves: here it is `no_state` from then on, there it
 * is usable once attached; until then it dies with its sender. One among the arguments of a thread or a task is
 * that one's at once, and broken if that is never called. If the thread that has it ends, the promise is broken, and who
 * waits gets a `broken_promise`; so it is when the promise is disposed of or, sooner or later, garbage-collected.
 *
 * @example
 * ```ts
 * const promise = new StdPromise<{ sum: number }>();
 * const future = promise.getFuture();
 * promise.setValue({ sum: 3 });
 * console.log(await future.getAsync()); // → { sum: 3 }
 * ```
 * C++: `std::promise`.
 */
export class StdPromise<T> extends Face implements Disposable {
  /** @internal */
  static readonly kind: string = 'StdPromise';
  readonly #hold: Hold;

  /** A promise of this thread. */
  constructor();
  /** @internal */
  constructor(state: State);
  constructor(state: State = new State()) {
    const hold = { state, isHere: true };
    super({ kind: StdPromise.kind, of: state, sent: () => this.#leave() });
    this.#hold = hold;
    collected.register(this, hold);
  }

  /** @internal What `attach` makes of a handle. */
  static attach({ words }: Place): StdPromise<unknown> {
    const state = State.at(words);
    state.adopt();
    return new StdPromise(state);
  }

  /**
   * The future of this promise.
   *
   * @throws FutureError `future_already_retrieved` when somebody has it; `no_state` when the promise was
   * sent away or disposed of.
   */
  getFuture(): Future<T> {
    const state = this.#check('getFuture');
    state.retrieve();
    return new Future<T>(state);
  }

  /**
   * Sets a copy of `value`, as structured clone makes it; shared objects in it arrive live. Array buffers
   * in `transfer` are detached here. Never blocks.
   *
   * @throws FutureError `promise_already_satisfied`, or `no_state` when the promise was sent away or
   * disposed of. TypeError for what cannot travel, such as functions and ports, and memory that is shared
   * without being a global object's: the promise is as it was, then.
   */
  setValue(value: T, transfer: readonly unknown[] = []): void {
    if (!Array.isArray(transfer)) {
      throw new TypeError(`\`transfer\` must be an array, got ${describe(transfer)}`);
    }
    this.#check('setValue').setValue(value, transfer);
  }

  /**
   * Sets what `get()` is to throw. Errors keep class (built in, or see `registerErrors`), message, code,
   * cause and stack. Throws as {@link setValue} does.
   */
  setException(error: unknown): void {
    this.#check('setException').setError(error);
  }

  /**
   * As {@link setValue}, but waiters see it only when this thread exits by itself, after its work at the
   * exit that was asked for before. A thread that is terminated has broken its promise.
   */
  setValueAtThreadExit(value: T): void {
    const finish = this.#check('setValueAtThreadExit').setValueLater(value);
    currentAgent().lastWills.push(finish);
  }

  /** As {@link setException}, but seen as {@link setValueAtThreadExit} says. */
  setExceptionAtThreadExit(error: unknown): void {
    const finish = this.#check('setExceptionAtThreadExit').setErrorLater(error);
    currentAgent().lastWills.push(finish);
  }

  /** @internal */
  get [PROMISED](): Promised {
    return this.#hold.state;
  }

  /** Breaks the promise unless it is satisfied or was sent away. */
  [Symbol.dispose](): void {
    if (!this.#hold.isHere) return;
    this.#hold.isHere = false;
    this.#hold.state.breakIt();
  }

  #leave(): () => void {
    this.#check('share');
    this.#hold.isHere = false;
    return () => void (this.#hold.isHere = true);
  }

  #check(call: string): State {
    if (this.#hold.isHere) return this.#hold.state;
    throw new FutureError(
      'no_state',
      `${call}() of a StdPromise that was sent away or disposed of`,
    );
  }
}

makeAttachable(StdPromise);
