/** The options that all asynchronous waits share. */
import type { Milliseconds } from './deadline.ts';
import { checkMilliseconds, checkOptions, describe } from '../memory/checks.ts';

/** How an asynchronous wait is cancelled, and whether it keeps the process alive. */
export interface SignalOptions {
  /** Ends the wait; the promise rejects with the signal's reason, and nothing is taken. */
  signal?: AbortSignal;
  /** Whether the wait keeps the process alive. Default `true`. */
  keepAlive?: boolean;
}

/** The same, and how long it may take. */
export interface WaitOptions extends SignalOptions {
  /** Milliseconds, after which the promise rejects with a `TimeoutError`. Default `Infinity`. */
  timeout?: Milliseconds;
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
  const { signal, timeout, keepAlive } = options;
  if (timeout !== undefined) checkMilliseconds('timeout', timeout);
  if (keepAlive !== undefined && typeof keepAlive !== 'boolean') {
    throw new TypeError(`\`keepAlive\` must be a boolean, got ${describe(keepAlive)}`);
  }
  if (signal === undefined) return;
  if (typeof signal?.addEventListener !== 'function') {
    throw new TypeError(`\`signal\` must be an AbortSignal, got ${describe(signal)}`);
  }
  signal.throwIfAborted();
}
