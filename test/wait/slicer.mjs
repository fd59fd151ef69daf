/**
 * Waits whose sleep is ended by a slice just when what they wait for comes. The engine's sleep is
 * replaced so that this happens each time, and not once in a thousand.
 *
 * @import { ConditionVariable, Latch, Mutex, Semaphore } from '../../dist/index.js'
 * @import { Words } from '../../src/memory/words.ts'
 */
import { inspect } from '../../dist/index.js';
import { GRANTED, move, pooledWaitersOf } from '../../dist/wait/record.js';

const ID = Symbol.for('crossthread.id');

/** Has `come` run once, right after the first sleep that time has ended. @param {() => void} come */
function atFirstSlice(come) {
  const sleep =
    /** @type {(this: unknown, ...args: [Int32Array, number, number, number]) => string} */ (
      Atomics.wait
    );
  Object.assign(Atomics, {
    wait: (/** @type {Int32Array} */ words, /** @type {number[]} */ ...rest) => {
      const [index = 0, value = 0, ms = 0] = rest;
      const end = sleep.call(Atomics, words, index, value, ms);
      if (end === 'timed-out') {
        Object.assign(Atomics, { wait: sleep });
        come();
      }
      return end;
    },
  });
}

/** @param {number} ms */
function spin(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** @param {Semaphore} semaphore */
export function release(semaphore) {
  semaphore.release();
}

/** @param {Semaphore} semaphore */
export function acquire(semaphore) {
  atFirstSlice(() => semaphore.release());
  semaphore.acquire();
  return inspect().rescues;
}

/** @param {Latch} latch */
export function passLatch(latch) {
  atFirstSlice(() => latch.countDown());
  latch.wait();
  return inspect().rescues;
}

/** @param {Mutex} mutex @param {ConditionVariable} condition */
export function waitFor(mutex, condition) {
  const lock = mutex.lock();
  atFirstSlice(() => condition.notifyOne());
  condition.wait(lock);
  lock.unlock();
  return inspect().rescues;
}

/** The deadline passes, too, before the thread looks. @param {Mutex} mutex @param {ConditionVariable} condition */
export function waitForTooLong(mutex, condition) {
  const lock = mutex.lock();
  atFirstSlice(() => {
    condition.notifyOne();
    spin(20);
  });
  const status = condition.waitFor(lock, 260);
  lock.unlock();
  return status;
}

/**
 * The notifier has died before it could poke, and the deadline passes.
 *
 * @param {Mutex} mutex
 * @param {ConditionVariable} condition
 */
export function waitForTooLongUnpoked(mutex, condition) {
  const lock = mutex.lock();
  atFirstSlice(() => {
    const { table } = /** @type {{ crossthread: { table: Words } }} */ (
      /** @type {unknown} */ (condition)
    ).crossthread;
    const id = /** @type {Record<symbol, number>} */ (/** @type {unknown} */ (condition))[ID] ?? 0;
    for (const waiting of pooledWaitersOf(table, id)) move(table, waiting, GRANTED);
    spin(20);
  });
  const status = condition.waitFor(lock, 260);
  lock.unlock();
  return status;
}

/** @param {Semaphore} semaphore */
export function acquireForTooLong(semaphore) {
  atFirstSlice(() => {
    semaphore.release();
    spin(20);
  });
  return semaphore.tryAcquireFor(260) !== null;
}

/** Blocks until there is a permit. @param {Semaphore} semaphore */
export function block(semaphore) {
  return semaphore.tryAcquireFor(60_000) !== null;
}
