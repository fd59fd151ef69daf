/**
 * What the threads of these tests do with adapters.
 *
 * @import { AsyncMutexAdapter } from 'crossthread/async-mutex'
 * @import { AsyncSemaphoreAdapter } from 'crossthread/async-mutex'
 * @import { Mutex } from 'crossthread'
 */
import { E_CANCELED } from 'async-mutex';
import 'crossthread/async-mutex';

/** @type {(() => void)[]} */
const releasers = [];

/** @param {AsyncMutexAdapter} mutex */
export async function hold(mutex) {
  releasers.push(await mutex.acquire());
}

/** @param {AsyncSemaphoreAdapter} semaphore */
export async function take(semaphore, weight = 1) {
  const [value, release] = await semaphore.acquire(weight);
  releasers.push(release);
  return value;
}

export function letGo() {
  for (const release of releasers.splice(0)) release();
}

/** @param {AsyncMutexAdapter} mutex */
export function releaseUnscoped(mutex) {
  mutex.release();
}

/** Twice, to see that nothing is released twice. @param {AsyncSemaphoreAdapter} semaphore */
export function release(semaphore, weight = 1) {
  semaphore.release(weight);
  return semaphore.getValue();
}

/** How a request ended. @param {AsyncMutexAdapter} mutex */
export async function endOfAcquire(mutex) {
  try {
    (await mutex.acquire())();
    return 'acquired';
  } catch (error) {
    return error === E_CANCELED ? 'E_CANCELED' : String(error);
  }
}

/** @param {AsyncMutexAdapter | AsyncSemaphoreAdapter} adapter */
export function cancel(adapter) {
  adapter.cancel();
}

/** @param {AsyncMutexAdapter} mutex */
export function isLocked(mutex) {
  return mutex.isLocked();
}

/**
 * Adds to a plain number, by several tasks, each of which awaits something in the middle.
 *
 * @param {AsyncMutexAdapter} mutex
 * @param {Int32Array} sum
 * @param {number} times
 */
export async function add(mutex, sum, times, tasks = 3) {
  const task = async () => {
    for (let i = 0; i < times; i++) {
      await mutex.runExclusive(async () => {
        const before = sum[0] ?? NaN;
        await Promise.resolve();
        sum[0] = before + 1;
      });
    }
  };
  await Promise.all(Array.from({ length: tasks }, task));
}

/** Blocks, and is killed so. @param {Mutex} mutex */
export function dieHolding(mutex) {
  mutex.lock();
}
