/**
 * One thread that has the mutex to itself. `amount` is how often.
 *
 * @import { Mutex } from 'crossthread'
 * @import { Mutex as RawMutex } from '../raw/mutex.mjs'
 * @import { Called, Subject } from '../subject.mjs'
 * @typedef {Subject & { mutex: Mutex }} Ours
 * @typedef {Subject & { mutex: Called }} Calling for the forms that the raw mutex lacks
 */
import { COUNT } from '../subject.mjs';

export function lockUnlock(/** @type {Subject} */ { mutex, data }, /** @type {number} */ amount) {
  for (let i = 0; i < amount; i++) {
    mutex.lock();
    data[COUNT]++;
    mutex.unlock();
  }
  return { operations: amount };
}

export function withLock(/** @type {Calling} */ { mutex, data }, /** @type {number} */ amount) {
  const body = () => data[COUNT]++;
  for (let i = 0; i < amount; i++) mutex.withLock(body);
  return { operations: amount };
}

export function guard(/** @type {Ours} */ { mutex, data }, /** @type {number} */ amount) {
  for (let i = 0; i < amount; i++) {
    const lock = mutex.lock();
    try {
      data[COUNT]++;
    } finally {
      lock.unlock();
    }
  }
  return { operations: amount };
}

export async function lockAsync(
  /** @type {Subject} */ { mutex, data },
  /** @type {number} */ amount,
) {
  for (let i = 0; i < amount; i++) {
    const held = await mutex.lockAsync();
    data[COUNT]++;
    mutex.unlock(held);
  }
  return { operations: amount };
}

export async function withLockAsync(
  /** @type {Calling} */ { mutex, data },
  /** @type {number} */ amount,
) {
  const body = () => data[COUNT]++;
  for (let i = 0; i < amount; i++) await mutex.withLockAsync(body);
  return { operations: amount };
}

const SETTLED = Promise.resolve();

/** No less can be awaited: one promise for ever, and nothing to call when the mutex is not free. */
export async function tryAndAwait(
  /** @type {Subject & { mutex: RawMutex }} */ { mutex, data },
  /** @type {number} */ amount,
) {
  for (let i = 0; i < amount; i++) {
    if (!mutex.tryLock()) throw new Error('one thread alone has met another');
    await SETTLED;
    data[COUNT]++;
    mutex.unlock();
  }
  return { operations: amount };
}
