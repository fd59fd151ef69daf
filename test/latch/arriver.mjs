/**
 * What the threads of these tests do with a latch.
 *
 * @import { Latch } from 'crossthread'
 */
const LONG = 60_000; // ms: no wait of a test is without end

/** @type {Record<string, (latch: Latch) => unknown>} */
export const WAITING = {
  wait: (latch) => latch.wait(),
  waitFor: (latch) => latch.waitFor(LONG),
  'waitFor(Infinity)': (latch) => latch.waitFor(Infinity),
  'waitUntil a Date': (latch) => latch.waitUntil(new Date(Date.now() + LONG)),
  'waitUntil epoch ms': (latch) => latch.waitUntil(Date.now() + LONG),
  waitAsync: (latch) => latch.waitAsync(),
  'waitAsync with options': (latch) =>
    latch.waitAsync({ timeout: LONG, signal: new AbortController().signal, keepAlive: true }),
};

/** @param {string} form @param {Latch} latch */
export async function wait(form, latch) {
  return WAITING[form]?.(latch);
}

/** @param {Latch} latch */
export function countDown(latch, n = 1) {
  latch.countDown(n);
}

/** @param {Latch} latch */
export function waitForever(latch) {
  latch.wait();
}

/** @param {Latch} latch */
export async function waitForeverAsync(latch) {
  await latch.waitAsync();
}

/** @param {Latch} latch */
export function arriveAndWait(latch, n = 1) {
  latch.arriveAndWait(n);
  return latch.tryWait();
}

/** @param {Latch} latch */
export async function arriveAndWaitAsync(latch, n = 1) {
  await latch.arriveAndWaitAsync(n);
  return latch.tryWait();
}

/** Counts down one by one until it is too much. Returns how often it was not. @param {Latch} latch */
export function countDownTooMuch(latch) {
  for (let counted = 0; ; counted++) {
    try {
      latch.countDown();
    } catch (error) {
      if (/** @type {{ code?: string }} */ (error).code === 'invalid_argument') return counted;
      throw error;
    }
  }
}

/**
 * L4: arrives at the first of two latches, and waits for the second. Counts in `words[0]` who has left.
 *
 * @param {Latch} first
 * @param {Latch} second
 * @param {Int32Array} words
 */
export function cross(first, second, words) {
  first.countDown();
  second.wait();
  Atomics.add(words, 0, 1);
}

/** @param {Latch} first @param {Latch} second @param {Int32Array} words */
export async function crossAsync(first, second, words) {
  first.countDown();
  await second.waitAsync();
  Atomics.add(words, 0, 1);
}

/**
 * L4 L6: arrives at each latch, and waits for all before the next. Counts in `words` how many came.
 *
 * @param {Latch[]} latches
 * @param {Int32Array} words
 */
export function marchThrough(latches, words) {
  const seen = [];
  for (const [step, latch] of latches.entries()) {
    Atomics.add(words, step, 1);
    latch.arriveAndWait();
    seen.push(Atomics.load(words, step));
  }
  return seen;
}

/** @param {Latch[]} latches @param {Int32Array} words */
export async function marchThroughAsync(latches, words) {
  const seen = [];
  for (const [step, latch] of latches.entries()) {
    Atomics.add(words, step, 1);
    await latch.arriveAndWaitAsync();
    seen.push(Atomics.load(words, step));
  }
  return seen;
}
