/**
 * Every way to take a mutex, for the threads and the tests alike.
 *
 * @import { Mutex } from 'crossthread'
 * @typedef {{ readonly ownsLock: boolean, unlock(): void }} Guard
 * @typedef {Record<string, (mutex: Mutex) => Guard | null | Promise<Guard | null>>} Forms
 */
import { deferLock, tryToLock, UniqueLock } from 'crossthread';

const LONG = 60_000; // ms

/** @type {Forms} */
export const BLOCKING = {
  lock: (mutex) => mutex.lock(),
  tryLockFor: (mutex) => mutex.tryLockFor(LONG),
  'tryLockUntil a Date': (mutex) => mutex.tryLockUntil(new Date(Date.now() + LONG)),
  'tryLockUntil epoch ms': (mutex) => mutex.tryLockUntil(Date.now() + LONG),
  'new UniqueLock': (mutex) => new UniqueLock(mutex),
  'new UniqueLock, ms': (mutex) => new UniqueLock(mutex, LONG),
  'new UniqueLock, Date': (mutex) => new UniqueLock(mutex, new Date(Date.now() + LONG)),
  'UniqueLock.lock': (mutex) => deferred(mutex, (lock) => lock.lock()),
  'UniqueLock.tryLockFor': (mutex) => deferred(mutex, (lock) => lock.tryLockFor(LONG)),
  'UniqueLock.tryLockUntil': (mutex) =>
    deferred(mutex, (lock) => lock.tryLockUntil(Date.now() + LONG)),
};

/** @type {Forms} */
export const ASYNC = {
  lockAsync: (mutex) => mutex.lockAsync(),
  'lockAsync with options': (mutex) =>
    mutex.lockAsync({ timeout: LONG, signal: new AbortController().signal, keepAlive: true }),
  tryLockForAsync: (mutex) => mutex.tryLockForAsync(LONG),
  'tryLockUntilAsync a Date': (mutex) => mutex.tryLockUntilAsync(new Date(Date.now() + LONG)),
  'tryLockUntilAsync epoch ms': (mutex) => mutex.tryLockUntilAsync(Date.now() + LONG),
  'UniqueLock.lockAsync': async (mutex) => {
    const lock = new UniqueLock(mutex, deferLock);
    await lock.lockAsync();
    return lock;
  },
};

/** @type {Forms} */
export const TRYING = {
  tryLock: (mutex) => mutex.tryLock(),
  'tryLockFor(0)': (mutex) => mutex.tryLockFor(0),
  'tryLockFor(-1)': (mutex) => mutex.tryLockFor(-1),
  'tryLockUntil the past': (mutex) => mutex.tryLockUntil(new Date(Date.now() - 1000)),
  'tryLockForAsync(0)': (mutex) => mutex.tryLockForAsync(0),
  'tryLockUntilAsync the past': (mutex) => mutex.tryLockUntilAsync(Date.now() - 1000),
  'new UniqueLock, tryToLock': (mutex) => new UniqueLock(mutex, tryToLock),
  'new UniqueLock, 0 ms': (mutex) => new UniqueLock(mutex, 0),
  'UniqueLock.tryLock': (mutex) => deferred(mutex, (lock) => lock.tryLock()),
  'UniqueLock.tryLockFor(0)': (mutex) => deferred(mutex, (lock) => lock.tryLockFor(0)),
  'UniqueLock.tryLockUntil the past': (mutex) => deferred(mutex, (lock) => lock.tryLockUntil(0)),
};

/** @type {Forms} */
export const WAITING = { ...BLOCKING, ...ASYNC };

/** @type {Forms} */
export const ALL = { ...WAITING, ...TRYING };

/**
 * @param {Mutex} mutex
 * @param {(lock: UniqueLock) => unknown} take
 */
function deferred(mutex, take) {
  const lock = new UniqueLock(mutex, deferLock);
  take(lock);
  return lock;
}
