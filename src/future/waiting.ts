/** What futures of both kinds have in common: how they are waited for. */
import { FutureError } from '../errors.ts';
import { checkMilliseconds } from '../memory/checks.ts';
import { Face } from '../share/face.ts';
import { type Milliseconds, millisecondsUntil, NEVER, type TimePoint } from '../wait/deadline.ts';
import {
  checkWaitOptions,
  NO_OPTIONS,
  stopOf,
  type StopOptions,
  type WaitOptions,
} from '../wait/options.ts';
import { FutureStatus } from './launch.ts';
import type { State } from './state.ts';

export abstract class Waiting extends Face {
  readonly #state: State | undefined; // none: an empty one
  readonly #kind: string;

  /** @internal */
  constructor(kind: string, state: State | undefined, sent: () => () => void) {
    super({
      kind,
      of: state!, // it is asked for by what is sent
      sent: () => {
        if (!state) throw new FutureError('no_state', `share() of an empty ${kind}`);
        const takeBack = sent();
        state.show();
        return takeBack;
      },
    });
    this.#state = state;
    this.#kind = kind;
  }

  /** Whether there is something to wait for. */
  abstract get valid(): boolean;

  /**
   * Blocks until it is ready; a deferred function runs now, in this thread.
   *
   * @throws FutureError `no_state` when it is not valid; SyncError `blocking_not_allowed` where the
   * thread may not sleep and would have to, `operation_canceled` when `stop` is requested, from any thread.
   * That ends only the wait, not a deferred function, and the future stays valid.
   */
  wait(options?: StopOptions): void {
    const stop = stopOf(options);
    this.checkValid('wait').wait(NEVER, stop);
  }

  /**
   * Blocks for `ms` milliseconds at most. Returns `'deferred'` at once for a function that has not run,
   * and does not run it.
   */
  waitFor(ms: Milliseconds): FutureStatus {
    checkMilliseconds('ms', ms);
    const state = this.checkValid('waitFor');
    if (state.isReady) return FutureStatus.ready;
    if (state.isDeferred) return FutureStatus.deferred;
    if (ms <= 0) {
      state.expediter?.whenAsked();
      return FutureStatus.timeout;
    }
    return state.wait(ms) ? FutureStatus.ready : FutureStatus.timeout;
  }

  /** Blocks until `t` at most: a `Date` or epoch milliseconds. Returns as {@link waitFor} does. */
  waitUntil(t: TimePoint): FutureStatus {
    return this.waitFor(millisecondsUntil('t', t));
  }

  /**
   * Waits with the event loop free; a deferred function runs now, and may be async. Rejects with the
   * signal's reason or a `TimeoutError`, which end only the wait.
   */
  async waitAsync(options: WaitOptions = NO_OPTIONS): Promise<void> {
    checkWaitOptions(options);
    await this.checkValid('waitAsync').waitAsync(options);
  }

  /** @internal */
  protected checkValid(call: string): State {
    if (this.#state && this.valid) return this.#state;
    throw new FutureError('no_state', `${call}() of a ${this.#kind} that is not valid`);
  }
}
