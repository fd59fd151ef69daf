/**
 * A thread that reads and writes under a shared mutex as the test says.
 *
 * @import { Latch, SharedMutex } from 'crossthread'
 */
const LONG = 60_000; // ms
const WRITING = 0;
const READING = 1;
const VALUE = 2;

/** @type {Record<string, (mutex: SharedMutex) => unknown>} */
const READ = {
  lockShared: (mutex) => mutex.lockShared(),
  tryLockShared: (mutex) => mutex.tryLockShared(),
  tryLockSharedFor: (mutex) => mutex.tryLockSharedFor(LONG),
  tryLockSharedUntil: (mutex) => mutex.tryLockSharedUntil(Date.now() + LONG),
  lockSharedAsync: (mutex) => mutex.lockSharedAsync(),
  tryLockSharedForAsync: (mutex) => mutex.tryLockSharedForAsync(LONG),
};
export const READ_FORMS = Object.keys(READ);

/** Reads in the named form, and goes on reading. Returns whether it does. */
export async function read(/** @type {string} */ form, /** @type {SharedMutex} */ mutex) {
  return (await READ[form]?.(mutex)) !== null;
}

export function lockShared(/** @type {SharedMutex} */ mutex) {
  mutex.lockShared();
}

export function unlockShared(/** @type {SharedMutex} */ mutex) {
  mutex.unlockShared();
}

export function lock(/** @type {SharedMutex} */ mutex) {
  mutex.lock();
}

export function unlock(/** @type {SharedMutex} */ mutex) {
  mutex.unlock();
}

/** Whether it could be written, and read, at once. */
export function tries(/** @type {SharedMutex} */ mutex) {
  const writer = mutex.tryLock();
  writer?.unlock();
  const reader = mutex.tryLockShared();
  reader?.unlock();
  return { write: writer !== null, read: reader !== null };
}

export function tryLockFor(/** @type {SharedMutex} */ mutex, /** @type {number} */ ms) {
  return mutex.tryLockFor(ms) !== null;
}

export function tryLockSharedFor(/** @type {SharedMutex} */ mutex, /** @type {number} */ ms) {
  return mutex.tryLockSharedFor(ms) !== null;
}

/** Tries for long, to write or to read, and leaves again. Returns whether it got in. */
export function visitWithin(/** @type {SharedMutex} */ mutex, /** @type {boolean} */ writes) {
  const guard = writes ? mutex.tryLockFor(LONG) : mutex.tryLockSharedFor(LONG);
  guard?.unlock();
  return guard !== null;
}

/** Reads together with all others of the latch. */
export function meetReading(/** @type {SharedMutex} */ mutex, /** @type {Latch} */ latch) {
  mutex.lockShared();
  latch.countDown();
  const met = latch.waitFor(LONG);
  mutex.unlockShared();
  return met;
}

/** Writes and reads, `times` each, blocked and awaited. Returns how often it saw what may not be. */
export async function hammer(
  /** @type {SharedMutex} */ mutex,
  /** @type {Int32Array} */ words,
  /** @type {number} */ times,
  /** @type {number} */ writeEvery,
) {
  let wrong = 0;
  for (let i = 0; i < times; i++) {
    const isAsync = i % 5 === 0;
    if (i % writeEvery === 0) {
      const guard = isAsync ? await mutex.lockAsync() : mutex.lock();
      if (Atomics.add(words, WRITING, 1) !== 0 || Atomics.load(words, READING) !== 0) wrong++;
      words[VALUE] = (words[VALUE] ?? NaN) + 1;
      Atomics.sub(words, WRITING, 1);
      guard.unlock();
    } else {
      const guard = isAsync ? await mutex.lockSharedAsync() : mutex.lockShared();
      Atomics.add(words, READING, 1);
      if (Atomics.load(words, WRITING) !== 0) wrong++;
      Atomics.sub(words, READING, 1);
      guard.unlock();
    }
  }
  return wrong;
}

/** Writes a number, becomes a reader, and must still find it. Returns how often it did not. */
export function downgradeAndLook(
  /** @type {SharedMutex} */ mutex,
  /** @type {Int32Array} */ words,
  /** @type {number} */ times,
) {
  let wrong = 0;
  for (let i = 0; i < times; i++) {
    mutex.lock();
    const value = Atomics.add(words, VALUE, 1) + 1;
    mutex.downgrade();
    if (Atomics.load(words, VALUE) !== value) wrong++;
    mutex.unlockShared();
  }
  return wrong;
}

/** Writes as soon as it may, and says so in `words[VALUE]`. */
export function write(/** @type {SharedMutex} */ mutex, /** @type {Int32Array} */ words) {
  mutex.lock();
  const order = Atomics.add(words, VALUE, 1);
  mutex.unlock();
  return order;
}

/** Awaits it with its event loop standing still, once `words[0]` says so and until `words[1]` does. */
export async function lockAsyncThenBlock(
  /** @type {SharedMutex} */ mutex,
  /** @type {Int32Array} */ words,
) {
  const locked = mutex.lockAsync();
  Atomics.store(words, 0, 1);
  Atomics.wait(words, 1, 0, LONG);
  (await locked).unlock();
}

/** As {@link write}, reading. */
export function readInTurn(/** @type {SharedMutex} */ mutex, /** @type {Int32Array} */ words) {
  mutex.lockShared();
  const order = Atomics.add(words, VALUE, 1);
  mutex.unlockShared();
  return order;
}
