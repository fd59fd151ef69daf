/**
 * A thread with variables of its own.
 *
 * @import { ConditionVariable, Mutex, StdPromise } from 'crossthread'
 */
import { notifyAllAtThreadExit, ThreadLocal } from 'crossthread';

let made = 0;
const counter = new ThreadLocal(() => ++made * 100);

export function count() {
  counter.value++;
  return counter.value;
}

/** Leaves, in `words`, in which order its values were disposed of, and the condition notified. */
export function leave(
  /** @type {Int32Array} */ words,
  /** @type {Mutex} */ mutex,
  /** @type {ConditionVariable} */ condition,
  /** @type {boolean} */ fails,
) {
  const ends = (/** @type {number} */ place) => ({
    [Symbol.dispose]() {
      Atomics.store(words, place, Atomics.add(words, 0, 1) + 1);
      if (fails) throw new Error(`value ${place}`);
    },
  });
  const first = new ThreadLocal(() => ends(1));
  const second = new ThreadLocal(() => ends(2));
  const unread = new ThreadLocal(() => ends(4));
  const plain = new ThreadLocal(() => null);
  const set = new ThreadLocal(() => ends(4));
  const lock = mutex.lock();
  notifyAllAtThreadExit(condition, lock);
  void [second.value, first.value, plain.value];
  set.value = ends(3);
  void unread;
  setTimeout(() => process.exit(), 0);
}

/** Counts in `words` how many of so many values were disposed of, and of one more. */
export function leaveMany(/** @type {Int32Array} */ words, /** @type {number} */ n) {
  const counts = { [Symbol.dispose]: () => void Atomics.add(words, 0, 1) };
  const last = new ThreadLocal(() => counts);
  for (let i = 1; i < n; i++) void new ThreadLocal(() => counts).value;
  void new ThreadLocal(() => ({
    [Symbol.dispose]() {
      void last.value;
      counts[Symbol.dispose]();
    },
  })).value;
  setTimeout(() => process.exit(), 0);
}

/** Leaves a value whose disposal sets `promise` at the exit. */
export function leaveToSet(/** @type {StdPromise<number>} */ promise) {
  const setting = { [Symbol.dispose]: () => promise.setValueAtThreadExit(7) };
  void new ThreadLocal(() => setting).value;
  setTimeout(() => process.exit(), 0);
}
