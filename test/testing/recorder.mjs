/**
 * What the threads of these tests do, each operation recorded.
 *
 * @import { ConditionVariable, Mutex, Semaphore } from 'crossthread'
 * @import { Operation, WorkerHistoryHandle } from 'crossthread/testing'
 */
import { WorkerHistory } from 'crossthread/testing';

const LONG = 60_000; // ms: no wait of a test is without end

/** @template T @param {T | null} taken @returns {T} */
function must(taken) {
  if (taken === null) throw new Error('stalled');
  return taken;
}

/** @param {WorkerHistoryHandle} handle @param {number} thread @param {Mutex} mutex @param {number} rounds */
export async function useMutex(handle, thread, mutex, rounds) {
  const history = new WorkerHistory(handle, thread);
  for (let i = 0; i < rounds; i++) {
    const isHeld = history.record('tryLock', undefined, () => mutex.tryLock() !== null);
    if (!isHeld && i % 2 === 0)
      await history.record(
        'lock',
        undefined,
        async () => void (await mutex.lockAsync({ timeout: LONG })),
      );
    else if (!isHeld) history.record('lock', undefined, () => void must(mutex.tryLockFor(LONG)));
    history.record('unlock', undefined, () => mutex.unlock());
  }
}

/** @param {WorkerHistoryHandle} handle @param {number} thread @param {Semaphore} semaphore @param {number} rounds */
export function useSemaphore(handle, thread, semaphore, rounds) {
  const history = new WorkerHistory(handle, thread);
  for (let i = 0; i < rounds; i++) {
    const n = 1 + (i % 2);
    history.record('acquire', n, () => void must(semaphore.tryAcquireFor(LONG, n)));
    history.record('release', n, () => semaphore.release(n));
  }
}

/**
 * A bounded queue as it is written with two conditions.
 *
 * @typedef {object} Queue
 * @property {Mutex} mutex
 * @property {ConditionVariable} hasRoom
 * @property {ConditionVariable} hasItems
 * @property {Int32Array} words how many were pushed, how many were popped, then the items
 */
const PUSHED = 0;
const POPPED = 1;
const FIRST_ITEM = 2;

/** How many items are in. @param {Queue} queue */
const sizeOf = ({ words }) => Atomics.load(words, PUSHED) - Atomics.load(words, POPPED);

/** Where the next one goes, or comes from. @param {Queue} queue @param {number} counter */
const nextPlace = ({ words }, counter) =>
  FIRST_ITEM + (Atomics.add(words, counter, 1) % (words.length - FIRST_ITEM));

/** @param {Queue} queue @param {number} item */
function push(queue, item) {
  const { mutex, hasRoom, hasItems, words } = queue;
  const lock = must(mutex.tryLockFor(LONG));
  const hasSpace = () => sizeOf(queue) < words.length - FIRST_ITEM;
  if (!hasRoom.waitFor(lock, LONG, hasSpace)) throw new Error('stalled');
  words[nextPlace(queue, PUSHED)] = item;
  lock.unlock();
  hasItems.notifyOne();
  return true;
}

/** @param {Queue} queue */
function pop(queue) {
  const { mutex, hasRoom, hasItems, words } = queue;
  const lock = must(mutex.tryLockFor(LONG));
  if (!hasItems.waitFor(lock, LONG, () => sizeOf(queue) > 0)) throw new Error('stalled');
  const item = words[nextPlace(queue, POPPED)];
  lock.unlock();
  hasRoom.notifyOne();
  return item;
}

/** @param {WorkerHistoryHandle} handle @param {number} thread @param {Queue} queue @param {number} rounds */
export function produce(handle, thread, queue, rounds) {
  const history = new WorkerHistory(handle, thread);
  for (let i = 0; i < rounds; i++) {
    const item = thread * rounds + i;
    history.record('push', item, () => push(queue, item));
  }
}

/** @param {WorkerHistoryHandle} handle @param {number} thread @param {Queue} queue @param {number} rounds */
export function consume(handle, thread, queue, rounds) {
  const history = new WorkerHistory(handle, thread);
  for (let i = 0; i < rounds; i++) history.record('pop', undefined, () => pop(queue));
}

/** Adds in two operations, with a moment for others between them. @param {WorkerHistoryHandle} handle @param {number} thread @param {Int32Array} words */
export function addInTwo(handle, thread, words) {
  new WorkerHistory(handle, thread).record('add', 1, () => {
    const before = Atomics.load(words, 0);
    Atomics.add(words, 1, 1);
    const end = Date.now() + LONG;
    while (Atomics.load(words, 1) < 2) if (Date.now() > end) throw new Error('alone'); // all have looked
    Atomics.store(words, 0, before + 1);
    return before;
  });
}

/** Never comes to an end of its own. @param {WorkerHistoryHandle} handle @param {number} thread @param {Mutex} mutex @param {Int32Array} words */
export function lockAndStay(handle, thread, mutex, words) {
  const history = new WorkerHistory(handle, thread);
  history.record('lock', undefined, () => void mutex.lock());
  history.record('unlock', undefined, () => {
    Atomics.store(words, 0, 1);
    Atomics.wait(words, 0, 1, LONG);
  });
}
