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
  readonly #state: State;

  /** @internal */
  constructor(state: State) {
    super(SharedFuture.kind, state, () => () => {});
    this.#state = state;
  }

  /** @internal What `attach` makes of a handle. */
  static attach({ words }: Place): SharedFuture<unknown> {
    return new SharedFuture(State.at(words));
  }

  /** Always: there are no empty ones. */
  get valid(): boolean {
    return true;
  }

  /** As {@link Future.get}, but as often as you like. */
  get(options?: StopOptions): T {
    this.#state.wait(NEVER, stopOf(options));
    return this.#state.read() as T;
  }

  /** As {@link get}, with the event loop free. The signal and the timeout end only the wait. */
  async getAsync(options: WaitOptions = NO_OPTIONS): Promise<T> {
    checkWaitOptions(options);
    await this.#state.waitAsync(options);
    return this.#state.read() as T;
  }
}

makeAttachable(SharedFuture);
