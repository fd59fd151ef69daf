/** `std::future`: the one reader of a state. */
import { makeAttachable } from '../attach.ts';
import { FutureError, SyncError } from '../errors.ts';
import type { Place } from '../share/shared-object.ts';
import { NEVER } from '../wait/deadline.ts';
import {
  checkWaitOptions,
  NO_OPTIONS,
  stopOf,
  type StopOptions,
  type WaitOptions,
} from '../wait/options.ts';
import { SharedFuture } from './shared-future.ts';
import { State } from './state.ts';
import { Waiting } from './waiting.ts';
import { GOT, SHARED } from './word.ts';

/**
 * A value that will be there, or an error, set by whoever has the promise, in any thread. It can be got once.
 *
 * Sent to another thread it moves: it is not valid here any more. It is no thenable, so that async
 * functions can return one: `await future.getAsync()`.
 *
 * @example
 * ```ts
 * const promise = new StdPromise<number>();
 * const future = promise.getFuture();
 * promise.setValue(42); // in another thread
 * console.log(future.get(), future.valid); // → 42 false
 * ```
 * C++: `std::future`.
 */
export class Future<T> extends Waiting implements Disposable {
  /** @internal */
  static readonly kind: string = 'Future';
  readonly #state: State | undefined;
  readonly #waitsAtEnd: boolean;
  #isHere = true;

  /** An empty one, which is not valid: for a variable that gets another one later. */
  constructor();
  /** `waitsAtEnd`: disposing of it waits, as of one that came from `async`. @internal */
  constructor(state: State, waitsAtEnd?: boolean);
  constructor(state?: State, waitsAtEnd = false) {
    super(Future.kind, state, () => this.#leave());
    this.#state = state;
    this.#waitsAtEnd = waitsAtEnd;
  }

  /** @internal What `attach` makes of a handle. */
  static attach({ words }: Place): Future<unknown> {
    return new Future(State.at(words));
  }

  /** Whether it is not empty, and was not got, shared, sent or disposed of. */
  get valid(): boolean {
    return this.#isHere && (this.#state?.isFree ?? false);
  }

  /**
   * Blocks until the value is there, and takes it. Throws the error if one was set.
   *
   * @throws FutureError `no_state` when it is not valid, `broken_promise` when nobody will ever set it;
   * SyncError `blocking_not_allowed` where the thread may not sleep and would have to, `operation_canceled`
   * when `stop` is requested, which ends only the wait, as that of {@link wait}.
   */
  get(options?: StopOptions): T {
    const stop = stopOf(options);
    this.checkValid('get').wait(NEVER, stop);
    return this.#take();
  }

  /**
   * As {@link get}, with the event loop free. Rejects with the signal's reason or a `TimeoutError`, which
   * end only the wait: the future stays valid.
   */
  async getAsync(options: WaitOptions = NO_OPTIONS): Promise<T> {
    checkWaitOptions(options);
    await this.checkValid('getAsync').waitAsync(options);
    return this.#take();
  }

  /** A future that any number of threads can get from; this one is not valid any more. */
  share(): SharedFuture<T> {
    return new SharedFuture<T>(this.#use('share', SHARED));
  }

  /** Gives it up; one that came from `async` waits for its function before. */
  [Symbol.dispose](): void {
    if (!this.valid) return;
    if (this.#waitsAtEnd) this.#state?.wait();
    this.#isHere = false;
  }

  #take(): T {
    return this.#use('get', GOT).read() as T;
  }

  #use(call: string, use: typeof GOT | typeof SHARED): State {
    const state = this.checkValid(call);
    if (state.tryUse(use)) return state;
    throw new FutureError('no_state', `${call}() of a Future that another thread was faster with`);
  }

  #leave(): () => void {
    if (this.#state?.isDeferred) {
      const message = 'a deferred future stays in its thread, where its function is: share() it';
      throw new SyncError('operation_not_permitted', message);
    }
    const wasHere = this.#isHere;
    this.#isHere = false;
    return () => void (this.#isHere = wasHere);
  }
}

makeAttachable(Future);
