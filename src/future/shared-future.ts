/** `std::shared_future`: one of any number of readers of a state. */
import { makeAttachable } from '../attach.ts';
import type { Place } from '../share/shared-object.ts';
import { NEVER } from '../wait/deadline.ts';
import {
  checkWaitOptions,
  NO_OPTIONS,
  stopOf,
  type StopOptions,
  type WaitOptions,
} from '../wait/options.ts';
import { State } from './state.ts';
import { Waiting } from './waiting.ts';

/**
 * A value that will be there for all threads: each that is sent this future, and each call, gets a copy of
 * its own. Made by {@link Future.share}.
 *
 * @example
 * ```ts
 * const promise = new StdPromise<string>();
 * const future = promise.getFuture().share();
 * promise.setValue('ready');
 * console.log(future.get(), future.get()); // → ready ready
 * ```
 * C++: `std::shared_future`.
 */
export class SharedFuture<T> extends Waiting {
  /** @internal */
  static readonly kind: string = 'SharedFuture';
  readonly #isEmpty: boolean;

  /** An empty one, which is not valid: for a variable that gets another one later. */
  constructor();
  /** @internal */
  constructor(state: State);
  constructor(state?: State) {
    super(SharedFuture.kind, state, () => () => {});
    this.#isEmpty = !state;
  }

  /** @internal What `attach` makes of a handle. */
  static attach({ words }: Place): SharedFuture<unknown> {
    return new SharedFuture(State.at(words));
  }

  /** Whether it is not empty. */
  get valid(): boolean {
    return !this.#isEmpty;
  }

  /** As {@link Future.get}, but as often as you like. */
  get(options?: StopOptions): T {
    const stop = stopOf(options);
    const state = this.checkValid('get');
    state.wait(NEVER, stop);
    return state.read() as T;
  }

  /** As {@link get}, with the event loop free. The signal and the timeout end only the wait. */
  async getAsync(options: WaitOptions = NO_OPTIONS): Promise<T> {
    checkWaitOptions(options);
    const state = this.checkValid('getAsync');
    await state.waitAsync(options);
    return state.read() as T;
  }
}

makeAttachable(SharedFuture);
