/**
 * A thread that does to a mutex what the test says, one thing at a time.
 */
import { Mutex } from 'crossthread';
import { ALL } from './forms.mjs';

/** @param {Mutex} mutex */
export function lock(mutex) {
  mutex.lock();
}

/** @param {Mutex} mutex */
export function unlock(mutex) {
  mutex.unlock();
}

/** Takes it in the named form (forms.mjs) and keeps it. Returns whether it was taken. */
export async function take(/** @type {string} */ form, /** @type {Mutex} */ mutex) {
  const guard = await ALL[form]?.(mutex);
  return guard?.ownsLock ?? false;
}

/** As {@link take}, and leaves again. Returns how many were inside before. */
export async function visit(
  /** @type {string} */ form,
  /** @type {Mutex} */ mutex,
  /** @type {Int32Array} */ visits,
) {
  const guard = await ALL[form]?.(mutex);
  const before = visits[0] ?? 0;
  visits[0] = before + 1;
  Atomics.notify(visits, 0);
  guard?.unlock();
  return before;
}

/** As {@link visit}, blocking, at the very moment that the test makes a 2 of the 1 in `signals[0]`. */
export function visitAtSignal(
  /** @type {Mutex} */ mutex,
  /** @type {Int32Array} */ signals,
  /** @type {Int32Array} */ visits,
) {
  Atomics.store(signals, 0, 1);
  while (Atomics.load(signals, 0) === 1);
  return visit('lock', mutex, visits);
}

/** Waits for it for `ms`, and leaves it again. Returns whether it was taken. */
export function visitFor(/** @type {Mutex} */ mutex, /** @type {number} */ ms) {
  const guard = mutex.tryLockFor(ms);
  guard?.unlock();
  return guard !== null;
}

/** As {@link visitFor}, with the event loop free. */
export async function visitForAsync(/** @type {Mutex} */ mutex, /** @type {number} */ ms) {
  const guard = await mutex.tryLockForAsync(ms);
  guard?.unlock();
  return guard !== null;
}

/** Holds it for `ms`, blocked. */
export function hold(/** @type {Mutex} */ mutex, /** @type {number} */ ms) {
  mutex.lock();
  block(ms);
  mutex.unlock();
}

/** Blocks the thread on nothing that concerns the library. */
export function block(/** @type {number} */ ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Answers when everything that was asked before has begun. */
export function ping() {}

export function lockAt(/** @type {SharedArrayBuffer} */ buffer, /** @type {number} */ byteOffset) {
  Mutex.at(buffer, byteOffset).lock();
}

export function lockEverySecond(/** @type {SharedArrayBuffer} */ buffer) {
  for (const mutex of everySecond(buffer)) mutex.lock();
}

export function unlockEverySecond(/** @type {SharedArrayBuffer} */ buffer) {
  for (const mutex of everySecond(buffer)) mutex.unlock();
}

/** The mutexes at places 0, 2, 4 and so on of a buffer that is full of them. */
function* everySecond(/** @type {SharedArrayBuffer} */ buffer) {
  const size = Mutex.BYTE_LENGTH;
  for (let at = 0; at < buffer.byteLength; at += 2 * size) yield Mutex.at(buffer, at);
}

export function isGlobalLocked(/** @type {string} */ key) {
  return Mutex.global(key).isLocked;
}
