/**
 * The threads of glibc's tst-robust*.c.
 *
 * @import { ConditionVariable, Mutex } from 'crossthread'
 */
import { parentPort } from 'node:worker_threads';
import { Mutex as At, OwnerDiedError, SyncError } from 'crossthread';

const LONG = 20_000; // ms
const nothing = () => {};

/** @param {readonly Mutex[]} mutexes */
export function takeAll(mutexes) {
  for (const mutex of mutexes) mutex.lock();
}

/** @param {Mutex} mutex @returns {'taken' | 'recovered'} */
function take(mutex) {
  try {
    if (mutex.tryLockFor(LONG)) return 'taken';
  } catch (error) {
    if (!(error instanceof OwnerDiedError)) throw error;
  }
  return repair(mutex);
}

/** Takes what a dead thread held; where another one was faster, what that one leaves. @param {Mutex} mutex @returns {'taken' | 'recovered'} */
function repair(mutex) {
  try {
    mutex.recover(nothing);
    return 'recovered';
  } catch (error) {
    if (!(error instanceof SyncError && error.code === 'operation_not_permitted')) throw error;
  }
  return take(mutex);
}

/** Ends without unlocking. @param {Mutex} mutex */
export async function takeAndEnd(mutex) {
  const how = take(mutex);
  setImmediate(() => parentPort?.close());
  return how;
}

/** @param {Mutex} mutex @param {ConditionVariable} condition */
export async function awaitAndEnd(mutex, condition) {
  const lock = mutex.lock();
  let how = 'notified';
  try {
    if (!condition.waitFor(lock, LONG)) return 'timed out';
  } catch (error) {
    if (!(error instanceof OwnerDiedError) || lock.ownsLock) throw error;
    how = repair(mutex);
  }
  setImmediate(() => parentPort?.close());
  return how;
}

/**
 * Takes and leaves mutexes at random, by the `nth` form, until it dies over it. In no order: a cycle is
 * left to be found out.
 *
 * @param {SharedArrayBuffer} buffer
 * @param {number} nth
 * @param {Int32Array} words
 */
export function roam(buffer, nth, words) {
  const mutexes = Array.from({ length: buffer.byteLength / At.BYTE_LENGTH }, (_, i) =>
    At.at(buffer, i * At.BYTE_LENGTH),
  );
  for (;;) {
    const mutex = /** @type {Mutex} */ (mutexes[Math.floor(Math.random() * mutexes.length)]);
    if (mutex.isOwnedByThisThread) mutex.unlock();
    else attempt(mutex, nth % 3);
    Atomics.add(words, nth, 1);
  }
}

/** @param {Mutex} mutex @param {number} form */
function attempt(mutex, form) {
  try {
    if (form === 0) mutex.tryLockFor(1);
    else if (form === 1) mutex.tryLockFor(0);
    else mutex.tryLock();
  } catch (error) {
    if (!(error instanceof OwnerDiedError)) throw error;
  }
}

/** @param {Mutex} mutex */
export function timesOut(mutex) {
  return mutex.tryLockFor(50) === null;
}
