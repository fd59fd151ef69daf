/**
 * A thread that dies with a mutex in hand, in one of the ways that threads die.
 *
 * @import { Mutex } from 'crossthread'
 */
import { parentPort } from 'node:worker_threads';

/** @type {Record<string, () => void>} */
const ends = {
  'an uncaught error': () => {
    throw new Error('struck');
  },
  'an unhandled rejection': () => void Promise.reject(new Error('struck')),
  'process.exit()': () => process.exit(3),
  'a normal end': () => parentPort?.close(),
};

/** Takes the mutex and exits, with an exit handler that gives it back. */
export function takeAndExitInOrder(/** @type {Mutex} */ mutex) {
  mutex.lock();
  process.once('exit', () => mutex.unlock());
  setTimeout(() => process.exit(), 20);
}

export const WAYS = [...Object.keys(ends), 'terminate() while idle', 'terminate() while blocked'];

/** Takes the mutex and is about to die; of `terminate()` it will by the test's hand. */
export async function takeAndDie(
  /** @type {Mutex} */ mutex,
  /** @type {string} */ way,
  isAsync = false,
) {
  if (isAsync) await mutex.lockAsync();
  else mutex.lock();
  setTimeout(ends[way] ?? (way.endsWith('blocked') ? stand : idle), 20);
}

function stand() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
}

function idle() {}
