/**
 * Threads that hammer a mutex. What it protects is counted up plainly: two threads inside at once
 * would lose counts.
 *
 * @import { Mutex } from 'crossthread'
 */
import { ALL } from './forms.mjs';
import { block } from './locker.mjs';

/** @typedef {Int32Array} Words */

/** Nobody else may do this at the same time. */
function count(/** @type {Words} */ words) {
  words[0] = (words[0] ?? 0) + 1;
}

export function increment(
  /** @type {Mutex} */ mutex,
  /** @type {Words} */ words,
  /** @type {number} */ times,
) {
  for (let i = 0; i < times; i++) {
    mutex.lock();
    count(words);
    mutex.unlock();
  }
}

/** M20: as {@link increment}, and the thread is no more. */
export function incrementThenExit(
  /** @type {Mutex} */ mutex,
  /** @type {Words} */ words,
  /** @type {number} */ times,
) {
  increment(mutex, words, times);
  process.exit();
}

/** By each of the named forms in turn. */
export async function incrementBy(
  /** @type {readonly string[]} */ forms,
  /** @type {Mutex} */ mutex,
  /** @type {Words} */ words,
  /** @type {number} */ times,
) {
  for (let i = 0; i < times; i++) {
    const guard = await ALL[forms[i % forms.length] ?? '']?.(mutex);
    count(words);
    guard?.unlock();
  }
}

/** With waits that are given up after 0 to 2 ms, in all ways. Returns how often it was inside. */
export async function impatient(
  /** @type {Mutex} */ mutex,
  /** @type {Words} */ words,
  /** @type {number} */ times,
) {
  let inside = 0;
  for (let i = 0; i < times; i++) {
    const guard = await attempt(mutex, i % 6);
    if (!guard?.ownsLock) continue;
    count(words);
    inside++;
    if (i % 16 === 0) block(Math.random() * 2); // long enough for others to grow old
    guard.unlock();
  }
  return inside;
}

/**
 * @param {Mutex} mutex
 * @param {number} way
 */
function attempt(mutex, way) {
  const ms = Math.random() * 2;
  switch (way) {
    case 0:
      return mutex.tryLock();
    case 1:
      return mutex.tryLockFor(ms);
    case 2:
      return mutex.tryLockForAsync(ms);
    case 3:
      return mutex.lockAsync({ timeout: ms }).catch(() => null);
    case 4:
      return aborted(mutex, ms);
    default:
      return twice(mutex, ms);
  }
}

/**
 * @param {Mutex} mutex
 * @param {number} ms
 */
async function aborted(mutex, ms) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (ms < 0.5) void Promise.resolve().then(abort);
  else if (ms < 1) setImmediate(abort);
  else setTimeout(abort, ms);
  return mutex.lockAsync({ signal: controller.signal }).catch(() => null);
}

/**
 * Blocks with an async wait pending, and takes whichever comes true; with both, one after the other.
 *
 * @param {Mutex} mutex
 * @param {number} ms
 */
async function twice(mutex, ms) {
  const pending = mutex.lockAsync();
  if (!mutex.isOwnedByThisThread) mutex.tryLockFor(ms)?.unlock();
  return pending;
}

/**
 * Takes it, blocks inside for `ms` and leaves, again and again. Says in `words[1]` when that has gone
 * on for a while, and ends when there is 0 again.
 */
export function occupy(
  /** @type {Mutex} */ mutex,
  /** @type {Words} */ words,
  /** @type {number} */ ms,
) {
  let inside = 0;
  do {
    mutex.lock();
    count(words);
    block(ms);
    mutex.unlock();
    if (++inside === 3) Atomics.add(words, 1, 1);
  } while (inside < 3 || Atomics.load(words, 1) !== 0);
  return inside;
}
