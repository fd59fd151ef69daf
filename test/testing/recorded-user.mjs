/**
 * A thread that uses a lock under a recorder.
 *
 * @import { Mutex } from 'crossthread'
 */
import { LockRecorder, recorded } from 'crossthread/testing';
import { Futex } from './futex.mjs';

/**
 * @param {Mutex | Int32Array} lock a mutex, or the words of a {@link Futex}
 * @param {LockRecorder} recorder
 * @param {number} [times]
 */
export function visit(lock, recorder, times = 1) {
  const inner = lock instanceof Int32Array ? new Futex(lock) : lock;
  const watched = recorded(inner, recorder);
  for (let i = 0; i < times; i++) watched.withLock(() => {});
}

/** Goes on only behind the door once it was woken up. */
export function visitSlowly(/** @type {Int32Array} */ words, /** @type {LockRecorder} */ recorder) {
  recorded(new Futex(words, true), recorder).withLock(() => {});
}

/** `atOnce` waits at a time. */
export async function visitAsync(
  /** @type {Mutex} */ mutex,
  /** @type {LockRecorder} */ recorder,
  /** @type {number} */ atOnce,
) {
  const watched = recorded(mutex, recorder);
  await Promise.all(Array.from({ length: atOnce }, () => watched.withLockAsync(() => {})));
}

/** Waits for it for `ms`. Returns whether it was taken. */
export function visitFor(
  /** @type {Mutex} */ mutex,
  /** @type {LockRecorder} */ recorder,
  /** @type {number} */ ms,
) {
  const guard = recorded(mutex, recorder).tryLockFor(ms);
  guard?.unlock();
  return guard !== null;
}

/** Records nothing but waits that end at once: two events each. */
export function giveUp(/** @type {unknown} */ data, /** @type {number} */ times) {
  const recorder = LockRecorder.attach(data);
  for (let i = 0; i < times; i++) recorder.gaveUp(recorder.asked());
}
