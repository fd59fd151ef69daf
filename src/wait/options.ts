/** The options that waits share. */
import type { Milliseconds } from './deadline.ts';
import { checkMilliseconds, checkOptions, describe } from '../memory/checks.ts';
import type { StopToken } from '../stop/stop-token.ts';
import { type StopWatch, stopWatchOf } from './stop.ts';

/** How an asynchronous wait is cancelled, and whether it keeps the process alive. */
export interface SignalOptions {
  /**
   * Ends the wait; the promise rejects with the signal's reason (of a {@link StopToken}: SyncError
   * `operation_canceled`), and nothing is taken.
   */
  signal?: AbortSignal | StopToken;
  /** Whether the wait keeps the process alive. Default `true`. */
  keepAlive?: boolean;
}

/** The same, and how long it may take. */
export interface WaitOptions extends SignalOptions {
  /** Milliseconds, after which the promise rejects with a `TimeoutError`. Default `Infinity`. */
  timeout?: Milliseconds;
}

/** How a wait that blocks is cancelled. */
export interface StopOptions {
  /** Ends the wait, from any thread: SyncError `operation_canceled`, and nothing is taken. */
  stop?: StopToken;
}

export const NO_OPTIONS: WaitOptions = {};

/** `options` may be anything that has a `signal`, such as an `AbortController`: no spreading. */
export function withTimeout({ signal, keepAlive }: SignalOptions, timeout: number): WaitOptions {
  return {
    timeout,
    ...(signal === undefined ? {} : { signal }),
    ...(keepAlive === undefined ? {} : { keepAlive }),
  };
}

/** Throws on options of the wrong kind, and the reason of a signal that is aborted already. */
export function checkWaitOptions(options: WaitOptions): void {
  checkOptions(options);
  refuse(options, 'stop', 'an awaited wait takes `signal`');
  const { signal, timeout, keepAlive } = options;
  if (timeout !== undefined) checkMilliseconds('timeout', timeout);
  if (keepAlive !== undefined && typeof keepAlive !== 'boolean') {
    throw new TypeError(`\`keepAlive\` must be a boolean, got ${describe(keepAlive)}`);
  }
  if (signal === undefined) return;
  const stop = stopWatchOf(signal);
  if (stop) {
    stop.throwIfStopped();
    return;
  }
  checkAbortSignal(signal);
  signal.throwIfAborted();
}

/** As {@link checkWaitOptions}, of a form whose time limit is an argument, or that has none. */
export function checkSignalOptions(options: SignalOptions): void {
  checkWaitOptions(options);
  refuse(options, 'timeout', 'the time is an argument of the timed form');
}

/** What one kind of wait ends by is nothing to another: overlooked, it would let that wait for ever. */
function refuse(options: object, name: string, instead: string): void {
  if ((options as Record<string, unknown>)[name] === undefined) return;
  throw new TypeError(`\`${name}\` does not end this wait: ${instead}`);
}

export function checkAbortSignal(signal: unknown): asserts signal is AbortSignal {
  if (typeof (signal as AbortSignal | null)?.addEventListener === 'function') return;
  throw new TypeError(`\`signal\` must be an AbortSignal or a StopToken, got ${describe(signal)}`);
}

/**
 * The token of a wait that blocks, if it has one. Throws on options of the wrong kind, and
 * `operation_canceled` when the stop was requested already.
 */
export function stopOf(options: StopOptions | undefined): StopWatch | undefined {
  if (options === undefined) return undefined;
  checkOptions(options);
  refuse(options, 'signal', 'one that blocks takes `stop`');
  refuse(options, 'timeout', 'the time is an argument of the timed form');
  if (options.stop === undefined) return undefined;
  const stop = checkStopToken('stop', options.stop);
  stop.throwIfStopped();
  return stop;
}

export function checkStopToken(name: string, token: unknown): StopWatch {
  const stop = stopWatchOf(token);
  if (stop) return stop;
  throw new TypeError(`\`${name}\` must be a StopToken, got ${describe(token)}`);
}
