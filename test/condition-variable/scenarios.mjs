/**
 * The threads of the scenarios of other suites.
 *
 * @import { Mutex } from 'crossthread'
 * @typedef {import('./waiter.mjs').Room} Room
 * @typedef {{
 *   mutex: Mutex, notEmpty: ConditionVariable, notFull: ConditionVariable, words: Int32Array,
 * }} BoundedQueue
 * @typedef {{ size: number, timed: boolean, notify: 'one' | 'all' }} Style
 */
import { ConditionVariable } from 'crossthread';

const LONG = 60_000; // ms
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

export const OTHER = 0x5a5a5a5a; // in memory that serves another purpose

/**
 * What a place becomes once its condition has notified all: a new condition, or, until all have left,
 * something else; the place before it is that no longer then.
 *
 * @type {Record<string, (place: Int32Array, before: Int32Array) => void>}
 */
const REUSED = {
  zeroed: (place) => void place.fill(0),
  'initialized again': ({ buffer, byteOffset }) =>
    void ConditionVariable.init(/** @type {SharedArrayBuffer} */ (buffer), byteOffset),
  'something else': (place, before) => {
    if (before.some((word) => word !== OTHER)) throw new Error('one that left has written');
    before.fill(0);
    place.fill(OTHER);
  },
};

/**
 * C15: a party of `size` meets `rounds` times at the condition of the round's place. The last to come
 * notifies the others, and their condition is no more before they have left it.
 *
 * @typedef {{ mutex: Mutex, words: Int32Array, places: Int32Array[], size: number }} Party
 * @param {Party} party
 * @param {string} reused
 * @param {number} rounds
 */
export function meet({ mutex, words, places, size }, reused, rounds) {
  for (let round = 0; round < rounds; round++) {
    const lock = mutex.lock();
    const condition = conditionIn(places, round);
    words[0] = read(words, 0) + 1;
    if (read(words, 0) % size === 0) endMeeting(condition, { size, places, reused, round });
    else if (!condition.waitFor(lock, LONG)) throw NOBODY_LEFT;
    lock.unlock();
  }
}

/** As {@link meet}, with the event loop free. @param {Party} party @param {string} reused @param {number} rounds */
export async function meetAsync({ mutex, words, places, size }, reused, rounds) {
  for (let round = 0; round < rounds; round++) {
    const lock = await mutex.lockAsync();
    const condition = conditionIn(places, round);
    words[0] = read(words, 0) + 1;
    if (read(words, 0) % size === 0) endMeeting(condition, { size, places, reused, round });
    else if (!(await condition.waitForAsync(lock, LONG))) throw NOBODY_LEFT;
    lock.unlock();
  }
}

/**
 * @param {ConditionVariable} condition
 * @param {{ size: number, places: Int32Array[], reused: string, round: number }} meeting
 */
function endMeeting(condition, { size, places, reused, round }) {
  if (condition.notifyAll() !== size - 1) throw new Error('not all were there to be notified');
  REUSED[reused]?.(placeOf(places, round), placeOf(places, round + 1));
}

/** @param {Int32Array[]} places @param {number} round */
function placeOf(places, round) {
  return /** @type {Int32Array<SharedArrayBuffer>} */ (places[round % places.length]);
}

/** @param {Int32Array[]} places @param {number} round */
function conditionIn(places, round) {
  const { buffer, byteOffset } = placeOf(places, round);
  return ConditionVariable.at(buffer, byteOffset);
}

/**
 * C21: waits once. The last of those that leave (`words[0]` are to come) fills the memory with a
 * pattern at once, while the others and who notified may still be at it.
 *
 * @param {Pick<Room, 'mutex' | 'condition' | 'words'> & { place: Int32Array, pattern: number }} room
 */
export function waitThenReuse({ mutex, condition, words, place, pattern }) {
  const lock = mutex.lock();
  const status = condition.waitFor(lock, LONG);
  words[0] = read(words, 0) - 1;
  if (words[0] === 0) place.fill(pattern);
  lock.unlock();
  return status;
}

/** As {@link waitThenReuse}, with the event loop free. @param {Parameters<typeof waitThenReuse>[0]} room */
export async function waitThenReuseAsync({ mutex, condition, words, place, pattern }) {
  const lock = await mutex.lockAsync();
  const status = await condition.waitForAsync(lock, LONG);
  words[0] = read(words, 0) - 1;
  if (words[0] === 0) place.fill(pattern);
  lock.unlock();
  return status;
}
