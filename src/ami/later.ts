/**
 * Callbacks of users. Each has a turn of the event loop of its own, in the order in which they were due, and
 * keeps the process alive until it has run. A callback therefore never runs inside a call of somebody else.
 */
import { startTimeout } from '../agent/runtime.ts';

// Kept from load time on, as the timers are.
const { setImmediate: startImmediate } = globalThis as {
  setImmediate?: (fn: () => void) => unknown;
};

export function later(fn: () => void): void {
  if (startImmediate) startImmediate(fn);
  else startTimeout(fn, 0);
}
