/**
 * A thread of a circle: takes what it is told, and then what another one has.
 *
 * @import { Mutex, SharedMutex } from 'crossthread'
 */
import { DeadlockError } from 'crossthread';

/** @param {Mutex} mutex */
export function lock(mutex) {
  mutex.lock();
}

/** @param {SharedMutex} mutex */
export function lockShared(mutex) {
  mutex.lockShared();
}

/** Holds the mutex by a task, with the event loop free. */
export async function lockAsync(/** @type {Mutex} */ mutex) {
  await mutex.lockAsync();
}

/** Waits for `mutex`, blocking, and gives up `held` whatever comes of it. */
export function waitFor(/** @type {Mutex} */ mutex, /** @type {Mutex} */ held) {
  try {
    mutex.lock();
    mutex.unlock();
    return 'taken';
  } catch (error) {
    if (error instanceof DeadlockError) return error.cycle.map(({ waitsFor }) => waitsFor);
    throw error;
  } finally {
    release(held);
  }
}

/** As {@link waitFor}, but for `ms` at most. */
export function tryFor(
  /** @type {Mutex} */ mutex,
  /** @type {Mutex} */ held,
  /** @type {number} */ ms,
) {
  const guard = mutex.tryLockFor(ms);
  guard?.unlock();
  release(held);
  return guard ? 'taken' : 'late';
}

/** @param {Mutex} held */
function release(held) {
  if (held.isOwnedByThisThread) held.unlock();
  else /** @type {SharedMutex} */ (held).unlockShared();
}
