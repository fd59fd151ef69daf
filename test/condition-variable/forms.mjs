/**
 * Every way to wait for a condition, for the threads and the tests alike.
 *
 * @import { ConditionVariable, CvStatus, UniqueLock } from 'crossthread'
 * @typedef {void | boolean | CvStatus} Result
 * @typedef {() => boolean} Predicate
 * @typedef {(condition: ConditionVariable, lock: UniqueLock, ms: number) => Result | Promise<Result>} Plain
 * @typedef {(
 *   condition: ConditionVariable, lock: UniqueLock, pred: Predicate, ms: number,
 * ) => Result | Promise<Result>} Predicated
 */

/** @param {number} ms */
const epoch = (ms) => Date.now() + ms;

const FARTHEST = 8.64e15; // of a Date

/** @param {number} ms */
const date = (ms) => new Date(Math.max(-FARTHEST, Math.min(epoch(ms), FARTHEST)));

const keepAlive = true;
const { signal } = new AbortController();

/** Without a limit. @satisfies {Record<string, Plain>} */
export const ENDLESS = {
  wait: (condition, lock) => condition.wait(lock),
  waitAsync: (condition, lock) => condition.waitAsync(lock),
  'waitAsync with options': (condition, lock) =>
    condition.waitAsync(lock, undefined, { signal, keepAlive }),
};

/** @satisfies {Record<string, Plain>} */
export const LIMITED = {
  waitFor: (condition, lock, ms) => condition.waitFor(lock, ms),
  'waitUntil a Date': (condition, lock, ms) => condition.waitUntil(lock, date(ms)),
  'waitUntil epoch ms': (condition, lock, ms) => condition.waitUntil(lock, epoch(ms)),
  waitForAsync: (condition, lock, ms) => condition.waitForAsync(lock, ms),
  'waitUntilAsync a Date': (condition, lock, ms) => condition.waitUntilAsync(lock, date(ms)),
  'waitUntilAsync epoch ms': (condition, lock, ms) => condition.waitUntilAsync(lock, epoch(ms)),
};

/** @satisfies {Record<string, Predicated>} */
export const ENDLESS_PREDICATED = {
  wait: (condition, lock, pred) => condition.wait(lock, pred),
  waitAsync: (condition, lock, pred) => condition.waitAsync(lock, pred),
  'waitAsync with options': (condition, lock, pred) =>
    condition.waitAsync(lock, pred, { signal, keepAlive }),
};

/** @satisfies {Record<string, Predicated>} */
export const LIMITED_PREDICATED = {
  waitFor: (condition, lock, pred, ms) => condition.waitFor(lock, ms, pred),
  'waitUntil a Date': (condition, lock, pred, ms) => condition.waitUntil(lock, date(ms), pred),
  'waitUntil epoch ms': (condition, lock, pred, ms) => condition.waitUntil(lock, epoch(ms), pred),
  waitForAsync: (condition, lock, pred, ms) => condition.waitForAsync(lock, ms, pred),
  'waitForAsync with options': (condition, lock, pred, ms) =>
    condition.waitForAsync(lock, ms, pred, { signal, keepAlive }),
  'waitUntilAsync a Date': (condition, lock, pred, ms) =>
    condition.waitUntilAsync(lock, date(ms), pred),
  'waitUntilAsync with options': (condition, lock, pred, ms) =>
    condition.waitUntilAsync(lock, epoch(ms), pred, { signal, keepAlive }),
};

/** @type {Record<string, Plain>} */
export const PLAIN = { ...ENDLESS, ...LIMITED };

/** @type {Record<string, Predicated>} */
export const PREDICATED = { ...ENDLESS_PREDICATED, ...LIMITED_PREDICATED };
