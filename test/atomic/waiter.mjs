/**
 * A thread that waits for an atomic to change, and changes it.
 *
 * @import { Atomic, AtomicInt32 } from 'crossthread'
 */
const LONG = 60_000; // ms

/** Returns what it has become. */
export function waitFor(/** @type {Atomic<any>} */ atomic, /** @type {unknown} */ old) {
  return atomic.waitFor(old, LONG) ? atomic.load() : 'never';
}

/** As {@link waitFor}, with the event loop free. */
export async function waitAsync(/** @type {Atomic<any>} */ atomic, /** @type {unknown} */ old) {
  await atomic.waitAsync(old, { timeout: LONG });
  return atomic.load();
}

export function add(/** @type {AtomicInt32} */ atomic, /** @type {number} */ times) {
  for (let i = 0; i < times; i++) atomic.fetchAdd(1);
}

/** Counts up when it is this thread's turn: `of` threads, this one is number `me`. */
export function takeTurns(
  /** @type {AtomicInt32} */ atomic,
  /** @type {number} */ me,
  /** @type {number} */ of,
  /** @type {number} */ limit,
) {
  let turns = 0;
  for (let now = atomic.load(); now < limit; now = atomic.load()) {
    if (now % of !== me) {
      if (!atomic.waitFor(now, LONG)) throw new Error('nobody took a turn');
      continue;
    }
    turns++;
    atomic.store(now + 1);
    atomic.notifyAll();
  }
  return turns;
}
