/**
 * Threads that die, each in its own way.
 *
 * @import { Latch, Mutex, Semaphore } from 'crossthread'
 */
import { parentPort } from 'node:worker_threads';

const LONG = 60_000; // ms

/** @param {Mutex} mutex */
export function hold(mutex) {
  mutex.lock();
}

/** Waits for more than there is, without an end; but not the thread's end. @param {Semaphore} semaphore */
export async function waitForMany(semaphore) {
  await semaphore.acquireAsync(1000, { keepAlive: false });
}

/** Allocates until there is no memory left. */
export function outOfMemory() {
  const all = [];
  for (;;) all.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
}

export function stackOverflow() {
  const dive = () => void [dive()];
  setImmediate(dive);
}

export function reject() {
  setImmediate(() => void Promise.reject(new Error('unhandled')));
}

export function fail() {
  setImmediate(() => {
    throw new Error('uncaught');
  });
}

export function exit() {
  process.exit(7);
}

export function close() {
  parentPort?.close();
}

/**
 * Exits, with a handler of its own after the library's that does not end until `words[0]` is set.
 *
 * @param {Latch} leaving
 * @param {Int32Array} words
 */
export function exitSlowly(leaving, words) {
  process.on('exit', () => {
    leaving.countDown();
    Atomics.wait(words, 0, 0, LONG);
  });
  process.exit();
}

/** Exits, with a handler that unlocks what the thread holds. @param {Mutex} mutex */
export function exitOrderly(mutex) {
  mutex.lock();
  process.on('exit', () => mutex.unlock());
  process.exit();
}

/** Hands a permit back for each one it gets, after some ms. @param {Semaphore} ping @param {Semaphore} pong @param {number} times */
export function echo(ping, pong, times) {
  for (let i = 0; i < times; i++) {
    if (!ping.tryAcquireFor(LONG)) throw new Error('stalled');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, (i * 7) % 11);
    pong.release();
  }
}

/** Waits with the event loop free, but blocks that until `words[0]` is set. @param {Semaphore} semaphore @param {Int32Array} words */
export async function acquireAndBlock(semaphore, words) {
  const acquired = semaphore.acquireAsync(1, { timeout: LONG });
  Atomics.wait(words, 0, 0, LONG);
  await acquired;
}

/** @param {Semaphore} semaphore */
export function acquire(semaphore) {
  if (!semaphore.tryAcquireFor(LONG)) throw new Error('stalled');
}

/** Blocks, in all ways that there are, for `ms` each. @param {Semaphore} semaphore @param {number} ms */
export function block(semaphore, ms) {
  return semaphore.tryAcquireFor(ms) === null;
}

export function ping() {}
