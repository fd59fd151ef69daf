/**
 * All threads go through `amount` phases together: by a barrier, or by what one is made of where there is
 * none, a count under a mutex and a condition variable that wakes all.
 *
 * @import { Subject } from '../subject.mjs'
 * @typedef {{ index: number, threads: number }} Place
 */
import { ARRIVED, COUNT, PHASE } from '../subject.mjs';

export function barrier(
  /** @type {Subject} */ { barrier, data },
  /** @type {number} */ amount,
  /** @type {Place} */ { index },
) {
  for (let i = 0; i < amount; i++) {
    barrier.arriveAndWait();
    if (index === 0) data[COUNT]++;
  }
  return { operations: index === 0 ? amount : 0 };
}

export function notifyAll(
  /** @type {Subject} */ { mutex, condition, data },
  /** @type {number} */ amount,
  /** @type {Place} */ { index, threads },
) {
  for (let i = 0; i < amount; i++) {
    const lock = mutex.lock();
    const phase = data[PHASE];
    if (++data[ARRIVED] === threads) {
      data[ARRIVED] = 0;
      data[PHASE]++;
      data[COUNT]++;
      condition.notifyAll();
    } else {
      while (data[PHASE] === phase) condition.wait(lock);
    }
    mutex.unlock();
  }
  return { operations: index === 0 ? amount : 0 };
}
