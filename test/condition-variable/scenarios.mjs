/**
 * The threads of the scenarios of other suites.
 *
 * @import { ConditionVariable, ConditionVariableAny, Mutex } from 'crossthread'
 * @typedef {import('./waiter.mjs').Room} Room
 * @typedef {{
 *   mutex: Mutex, notEmpty: ConditionVariable, notFull: ConditionVariable, words: Int32Array,
 * }} BoundedQueue
 * @typedef {{ size: number, timed: boolean, notify: 'one' | 'all' }} Style
 */
const LONG = 20_000; // ms
const NOBODY_LEFT = new Error('stalled');

/** A plain read: the lock is what orders it. @param {Int32Array} words @param {number} index */
const read = (words, index) => words[index] ?? NaN;

/** C6: of three parties, each hands x on to the next. @param {Room} room @param {number} rounds */
export function handOver({ mutex, condition, words }, from = 0, rounds = 0) {
  const lock = mutex.lock();
  for (let i = 0; i < rounds; i++) {
    if (!condition.waitFor(lock, LONG, () => words[2] === from)) throw NOBODY_LEFT;
    words[2] = (from + 1) % 3;
    condition.notifyAll();
  }
  lock.unlock();
}

/** C11: waits, waits a little more, notifies the next. @param {Room} room */
export function chain({ mutex, condition, words }) {
  const lock = mutex.lock();
  Atomics.add(words, 0, 1);
  if (!condition.waitFor(lock, LONG)) throw NOBODY_LEFT;
  condition.waitFor(lock, 1);
  condition.notifyOne();
  lock.unlock();
}

const FILLED = 0;
const PRODUCERS_LEFT = 1;
const ITEMS = 2;

/** C12. @param {BoundedQueue} queue @param {Style} style @param {number[]} items */
export function produce({ mutex, notEmpty, notFull, words }, style, items) {
  for (const item of items) {
    const lock = mutex.lock();
    waitUntilHolds(notFull, lock, style, () => read(words, FILLED) < style.size);
    const filled = read(words, FILLED);
    words[ITEMS + filled] = item;
    words[FILLED] = filled + 1;
    lock.unlock();
    notify(notEmpty, style);
  }
  const lock = mutex.lock();
  words[PRODUCERS_LEFT] = read(words, PRODUCERS_LEFT) - 1;
  lock.unlock();
  notEmpty.notifyAll();
}

/** C12. @param {BoundedQueue} queue @param {Style} style */
export function consume({ mutex, notEmpty, notFull, words }, style) {
  const taken = [];
  for (;;) {
    const lock = mutex.lock();
    waitUntilHolds(
      notEmpty,
      lock,
      style,
      () => read(words, FILLED) > 0 || words[PRODUCERS_LEFT] === 0,
    );
    const filled = read(words, FILLED);
    if (filled > 0) {
      words[FILLED] = filled - 1;
      taken.push(read(words, ITEMS + filled - 1));
    }
    lock.unlock();
    if (filled === 0) return taken;
    notify(notFull, style);
  }
}

/** C12. @param {BoundedQueue} queue @param {Style} style */
export async function consumeAsync({ mutex, notEmpty, notFull, words }, style) {
  const taken = [];
  for (;;) {
    const lock = await mutex.lockAsync();
    const holds = () => read(words, FILLED) > 0 || words[PRODUCERS_LEFT] === 0;
    if (style.timed) while (!(await notEmpty.waitForAsync(lock, 1, holds)));
    else await notEmpty.waitAsync(lock, holds);
    const filled = read(words, FILLED);
    if (filled > 0) {
      words[FILLED] = filled - 1;
      taken.push(read(words, ITEMS + filled - 1));
    }
    lock.unlock();
    if (filled === 0) return taken;
    notify(notFull, style);
  }
}

/**
 * @param {ConditionVariable} condition
 * @param {import('crossthread').OwningLock} lock
 * @param {Style} style
 * @param {() => boolean} holds
 */
function waitUntilHolds(condition, lock, { timed }, holds) {
  if (timed) while (!condition.waitFor(lock, 1, holds));
  else condition.wait(lock, holds);
}

/** @param {ConditionVariable} condition @param {Style} style */
function notify(condition, style) {
  if (style.notify === 'one') condition.notifyOne();
  else condition.notifyAll();
}

/**
 * C23: waits until `words[2]` is `value`; if `signals`, sets it then to the next value and notifies,
 * with the mutex held or after it was unlocked.
 *
 * @param {Room} room
 * @param {{ value: number, signals: 'inside' | 'outside' }} how
 */
export function signalNext({ mutex, condition, words }, { value, signals }) {
  const lock = mutex.lock();
  if (!condition.waitFor(lock, LONG, () => words[2] === value)) throw NOBODY_LEFT;
  words[2] = value + 1;
  if (signals === 'inside') condition.notifyAll();
  lock.unlock();
  if (signals === 'outside') condition.notifyAll();
}

/** C17: notifies when the waiter's time is long up, with the mutex held. @param {Room} room */
export function notifyLate({ mutex, condition, words }, ms = 0) {
  while (Atomics.load(words, 0) === 0);
  const lock = mutex.lock();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const released = condition.notifyOne();
  lock.unlock();
  return released;
}

/** C15 C21: waits once. @param {Pick<Room, 'mutex' | 'condition'>} room */
export function waitOnce({ mutex, condition }) {
  const lock = mutex.lock();
  const status = condition.waitFor(lock, LONG);
  lock.unlock();
  return status;
}
