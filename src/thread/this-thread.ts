import { currentAgent } from '../agent/home.ts';
import { coreCount, workerThreads } from '../agent/runtime.ts';
import { checkMilliseconds } from '../memory/checks.ts';
import { StopToken } from '../stop/stop-token.ts';
import { type Milliseconds, millisecondsUntil, type TimePoint } from '../wait/deadline.ts';
import {
  checkSignalOptions,
  NO_OPTIONS,
  type SignalOptions,
  stopOf,
  type StopOptions,
} from '../wait/options.ts';
import { pause, sleepFor, sleepForAsync } from '../wait/pause.ts';

const A_MOMENT = 0.001; // ms: the shortest sleep that lets another thread run

/** What {@link thisThread} offers. */
export interface ThisThread {
  /** The id of this thread's agent: `threadId + 1` in Node. */
  readonly id: number;
  /** Whether this is the main thread. A module that starts threads of itself asks this first. */
  readonly isMain: boolean;
  /** The stop token of this thread if it is a {@link JThread}, else one that no stop comes from. */
  readonly stopToken: StopToken;
  /**
   * Blocks for `ms` milliseconds, never less.
   *
   * @throws SyncError `blocking_not_allowed` where the thread may not sleep, `operation_canceled` when `stop`
   * is requested, from any thread.
   */
  sleepFor(ms: Milliseconds, options?: StopOptions): void;
  /** Waits for `ms` milliseconds with the event loop free. Rejects with the signal's reason. */
  sleepForAsync(ms: Milliseconds, options?: SignalOptions): Promise<void>;
  /** Blocks until `t`: a `Date` or epoch milliseconds. Throws as {@link sleepFor} does. */
  sleepUntil(t: TimePoint, options?: StopOptions): void;
  /** Lets other threads run, if there are any that wait for a processor. */
  yield(): void;
}

/**
 * The thread that runs this.
 *
 * @example
 * ```ts
 * const start = performance.now();
 * thisThread.sleepFor(20);
 * console.log(performance.now() - start >= 20, thisThread.isMain, thisThread.id); // → true true 1
 * ```
 * C++: `std::this_thread`.
 */
export const thisThread: ThisThread = {
  get id() {
    return currentAgent().id;
  },
  get isMain() {
    return workerThreads?.isMainThread ?? 'document' in globalThis;
  },
  get stopToken() {
    return (currentAgent().life.stopToken ??= new StopToken());
  },
  sleepFor(ms, options) {
    checkMilliseconds('ms', ms);
    sleepFor(currentAgent(), ms, stopOf(options));
  },
  async sleepForAsync(ms, options = NO_OPTIONS) {
    checkMilliseconds('ms', ms);
    checkSignalOptions(options);
    await sleepForAsync(currentAgent(), ms, options);
  },
  sleepUntil(t, options) {
    sleepFor(currentAgent(), millisecondsUntil('t', t), stopOf(options));
  },
  yield() {
    pause(currentAgent(), A_MOMENT);
  },
};

/**
 * How many threads can run at once on this machine, at least 1.
 *
 * @example
 * ```ts
 * console.log(hardwareConcurrency() >= 1); // → true
 * ```
 * C++: `std::thread::hardware_concurrency`.
 */
export function hardwareConcurrency(): number {
  return coreCount;
}
