/**
 * A thread that locks a recursive mutex again and again.
 *
 * @import { RecursiveMutex } from 'crossthread'
 */

export function lock(/** @type {RecursiveMutex} */ mutex) {
  mutex.lock();
  return mutex.depth;
}

export function unlock(/** @type {RecursiveMutex} */ mutex) {
  mutex.unlock();
  return mutex.depth;
}

/** Whether it is free for this thread. */
export function tryLock(/** @type {RecursiveMutex} */ mutex) {
  const guard = mutex.tryLock();
  guard?.unlock();
  return guard !== null;
}

/** Adds one, `times`, with the mutex held `depth` deep. */
export function increment(
  /** @type {RecursiveMutex} */ mutex,
  /** @type {Int32Array} */ words,
  /** @type {number} */ times,
  /** @type {number} */ depth,
) {
  for (let i = 0; i < times; i++) {
    for (let n = 0; n < depth; n++) mutex.lock();
    words[0] = (words[0] ?? NaN) + 1;
    for (let n = 0; n < depth; n++) mutex.unlock();
  }
}
