/**
 * All threads want one permit at once, for `amount` milliseconds, as in `increments.mjs` the mutex: that of a
 * semaphore, or a word under a mutex and a condition variable that wakes one.
 *
 * @import { Subject } from '../subject.mjs'
 */
import { COUNT, TURN } from '../subject.mjs';

const GLANCE = 64; // operations between two looks at the clock

export function semaphore(
  /** @type {Subject} */ { semaphores: [permits], data },
  /** @type {number} */ amount,
) {
  const end = performance.now() + amount;
  let operations = 0;
  while (operations % GLANCE !== 0 || performance.now() < end) {
    permits.acquire();
    data[COUNT]++;
    permits.release();
    operations++;
  }
  return { operations };
}

export function notifyOne(
  /** @type {Subject} */ { mutex, condition, data },
  /** @type {number} */ amount,
) {
  const end = performance.now() + amount;
  let operations = 0;
  while (operations % GLANCE !== 0 || performance.now() < end) {
    const lock = mutex.lock();
    while (data[TURN] !== 0) condition.wait(lock);
    data[TURN] = 1;
    mutex.unlock();
    data[COUNT]++;
    mutex.lock();
    data[TURN] = 0;
    condition.notifyOne();
    mutex.unlock();
    operations++;
  }
  return { operations };
}
