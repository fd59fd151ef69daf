/**
 * A thread that calls once, or tries to.
 *
 * @import { Latch, OnceFlag } from 'crossthread'
 */
import { callOnce, callOnceAsync } from 'crossthread';

const RUNS = 0;
const LONG = 60_000; // ms

/** Waits for the others of `start`, then calls; the first `failures` runs throw. Returns what it threw. */
export async function call(
  /** @type {OnceFlag} */ flag,
  /** @type {Int32Array} */ words,
  /** @type {{ start?: Latch, failures?: number, isAsync?: boolean }} */ options,
) {
  const { start, failures = 0, isAsync = false } = options;
  start?.countDown();
  start?.waitFor(LONG);
  const run = () => {
    if (Atomics.add(words, RUNS, 1) < failures) throw new RangeError('not yet');
  };
  try {
    if (isAsync) await callOnceAsync(flag, run);
    else callOnce(flag, run);
    return flag.isSet ? 'done' : 'not done';
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/** Begins and never ends. */
export function hang(/** @type {OnceFlag} */ flag, /** @type {Int32Array} */ words) {
  callOnce(flag, () => {
    Atomics.store(words, RUNS, 1);
    Atomics.notify(words, RUNS);
    Atomics.wait(words, RUNS, 1);
  });
}

/** Calls `inner` inside the call for `outer`, as two threads may do crosswise with flags of their own. */
export function callInside(
  /** @type {OnceFlag} */ outer,
  /** @type {OnceFlag} */ inner,
  /** @type {Int32Array} */ words,
) {
  callOnce(outer, () => callOnce(inner, () => void Atomics.add(words, RUNS, 1)));
}
