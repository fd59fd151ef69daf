/**
 * What the threads of these tests do. A room is a mutex, a condition and some plain words: whoever
 * waits has counted itself there before, with the mutex held.
 *
 * @import { ConditionVariable, CvStatus, Mutex } from 'crossthread'
 * @typedef {{ mutex: Mutex, condition: ConditionVariable, words: Int32Array }} Room
 * @typedef {{ status: CvStatus, place: number, owned: boolean }} Woken
 */
import { parentPort } from 'node:worker_threads';
import { notifyAllAtThreadExit, UniqueLock } from 'crossthread';
import { PLAIN, PREDICATED } from './forms.mjs';

export const ARRIVED = 0;
export const WOKEN = 1;
export const VALUE = 2;

const LONG = 60_000; // ms: no wait of a test is without end

/** @type {UniqueLock | undefined} */
let held;

/**
 * @param {Room} room
 * @param {number} ms
 * @returns {Woken}
 */
export function wait({ mutex, condition, words }, ms = LONG) {
  const lock = mutex.lock();
  Atomics.add(words, ARRIVED, 1);
  const status = condition.waitFor(lock, ms);
  const woken = { status, place: Atomics.add(words, WOKEN, 1), owned: lock.ownsLock };
  lock.unlock();
  return woken;
}

/**
 * @param {Room} room
 * @param {number} ms
 * @returns {Promise<Woken>}
 */
export async function waitAsync({ mutex, condition, words }, ms = LONG) {
  const lock = await mutex.lockAsync();
  Atomics.add(words, ARRIVED, 1);
  const status = await condition.waitForAsync(lock, ms);
  const woken = { status, place: Atomics.add(words, WOKEN, 1), owned: lock.ownsLock };
  lock.unlock();
  return woken;
}

/** @param {Room} room */
export function waitForever({ mutex, condition, words }) {
  const lock = mutex.lock();
  Atomics.add(words, ARRIVED, 1);
  condition.wait(lock);
}

/** @param {Room} room */
export async function waitForeverAsync({ mutex, condition, words }) {
  const lock = await mutex.lockAsync();
  Atomics.add(words, ARRIVED, 1);
  await condition.waitAsync(lock);
}

/**
 * Waits in the form of that name.
 *
 * @param {string} form
 * @param {Room} room
 * @param {number} ms
 */
export async function waitIn(form, { mutex, condition }, ms = LONG) {
  const lock = mutex.lock();
  const result = await PLAIN[form]?.(condition, lock, ms);
  const { ownsLock } = lock;
  lock.unlock();
  return { result, ownsLock };
}

/**
 * Waits in the form of that name until VALUE is 1. Tells how often the predicate was asked, and
 * whether always with the mutex held.
 *
 * @param {string} form
 * @param {Room} room
 * @param {number} ms
 */
export async function waitForValueIn(form, { mutex, condition, words }, ms = LONG) {
  const lock = mutex.lock();
  let asked = 0;
  let alwaysHeld = true;
  const pred = () => {
    asked++;
    alwaysHeld &&= mutex.isOwnedByThisThread && lock.ownsLock;
    return Atomics.load(words, VALUE) === 1;
  };
  const result = await PREDICATED[form]?.(condition, lock, pred, ms);
  const { ownsLock } = lock;
  lock.unlock();
  return { result, ownsLock, asked, alwaysHeld };
}

/**
 * Waits `rounds` times, and counts how often it was woken.
 *
 * @param {Room} room
 * @param {number} rounds
 */
export function waitAgainAndAgain({ mutex, condition, words }, rounds) {
  const lock = mutex.lock();
  let woken = 0;
  for (let round = 0; round < rounds; round++) {
    Atomics.add(words, ARRIVED, 1);
    if (condition.waitFor(lock, LONG)) woken++;
  }
  lock.unlock();
  return woken;
}

/**
 * Waits `times` times for so short that some waits end by the clock and some by a notification.
 * Returns how many were notified.
 *
 * @param {Room} room
 * @param {number} times
 */
export function waitBriefly({ mutex, condition }, times) {
  const lock = mutex.lock();
  let notified = 0;
  for (let i = 0; i < times; i++) notified += condition.waitFor(lock, (i % 5) / 4);
  lock.unlock();
  return notified;
}

/**
 * As {@link waitBriefly}, by several tasks at once, some of which are aborted.
 *
 * @param {Room} room
 * @param {number} times
 */
export async function waitBrieflyAsync({ mutex, condition }, times) {
  let notified = 0;
  const task = async (/** @type {number} */ nth) => {
    const lock = await mutex.lockAsync();
    for (let i = 0; i < times; i++) {
      if ((i + nth) % 2 === 0) {
        const status = await condition.waitForAsync(lock, (i % 5) / 4);
        notified += status;
      } else {
        const controller = new AbortController();
        setImmediate(() => controller.abort('enough'));
        await condition.waitAsync(lock, undefined, { signal: controller.signal }).then(
          () => notified++,
          (/** @type {unknown} */ reason) => {
            if (reason !== 'enough') throw reason;
          },
        );
      }
      if (!lock.ownsLock) throw new Error('the lock is not owned after a wait');
    }
    lock.unlock();
  };
  await Promise.all([0, 1, 2].map(task));
  return notified;
}

/** @param {Mutex} mutex */
export function lock(mutex) {
  held = mutex.lock();
}

export function unlock() {
  held?.unlock();
}

/** @param {Room} room */
export function notifyOne({ condition }) {
  return condition.notifyOne();
}

/**
 * Locks, sets VALUE and has the room notified when the thread exits.
 *
 * @param {Room} room
 */
export function notifyAtExit({ mutex, condition, words }) {
  const lock = new UniqueLock(mutex);
  notifyAllAtThreadExit(condition, lock);
  Atomics.store(words, VALUE, 1);
  return { ownsLock: lock.ownsLock, hasMutex: lock.mutex !== null };
}

/** Ends the hold that a refused wait has left. @param {Mutex} mutex */
export function unlockHeld(mutex) {
  mutex.unlock();
}

/**
 * {@link notifyAtExit} once somebody waits, and exits after `ms`.
 *
 * @param {Room} room
 * @param {number} ms
 */
export function notifyAtExitSoon(room, ms) {
  while (Atomics.load(room.words, ARRIVED) === 0);
  notifyAtExit(room);
  setTimeout(() => process.exit(), ms);
}

/** What a wait throws, and whether the lock is owned then. @param {Room} room */
export function waitThenOwns({ mutex, condition }) {
  const lock = mutex.lock();
  try {
    condition.wait(lock);
    return { error: '', ownsLock: lock.ownsLock };
  } catch (error) {
    return { error: /** @type {Error} */ (error).name, ownsLock: lock.ownsLock };
  }
}

/** Lets the thread end, as having nothing more to do. */
export function close() {
  parentPort?.close();
}

export function exit() {
  process.exit();
}

export function fail() {
  setImmediate(() => {
    throw new Error('uncaught');
  });
}

export function ping() {}
