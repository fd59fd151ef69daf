/**
 * What the explorer is timed on: threads that take a mutex once, look at what it guards, and let it go.
 * Three operations each, if nobody is in the way.
 */
import { Mutex } from 'crossthread';

const STATE = 0;
const GUARDED = 1;
const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

const newWords = () => new Int32Array(new SharedArrayBuffer(8));

/**
 * The mutex of the hand-written state machines, with which interleavings were counted first. That of
 * raw/ exchanges once more where it finds the mutex contended, and so has more of them.
 *
 * @param {Int32Array} words
 */
function takeBare(words) {
  let state = mark(words);
  while (state !== FREE) {
    Atomics.wait(words, STATE, CONTENDED);
    state = Atomics.exchange(words, STATE, CONTENDED);
  }
  lookAndLetGo(words);
}

/** @param {Int32Array} words */
async function takeBareAsync(words) {
  let state = mark(words);
  while (state !== FREE) {
    await Atomics.waitAsync(words, STATE, CONTENDED).value;
    state = Atomics.exchange(words, STATE, CONTENDED);
  }
  lookAndLetGo(words);
}

/** @param {Int32Array} words */
function mark(words) {
  const state = Atomics.compareExchange(words, STATE, FREE, HELD);
  return state === HELD ? Atomics.exchange(words, STATE, CONTENDED) : state;
}

/** @param {Int32Array} words */
function lookAndLetGo(words) {
  Atomics.load(words, GUARDED);
  if (Atomics.exchange(words, STATE, FREE) === CONTENDED) Atomics.notify(words, STATE, 1);
}

/** @typedef {{ mutex: Mutex, words: Int32Array }} Guarded */

const newGuarded = () => ({ mutex: new Mutex(), words: newWords() });

/** @param {Guarded} shared */
function takeShipped({ mutex, words }) {
  mutex.lock();
  Atomics.load(words, GUARDED);
  mutex.unlock();
}

/** @param {Guarded} shared */
async function takeShippedAsync({ mutex, words }) {
  const lock = await mutex.lockAsync();
  Atomics.load(words, GUARDED);
  lock.unlock();
}

/**
 * @template Shared
 * @param {() => Shared} setup
 * @param {(shared: Shared) => void | Promise<void>} body
 */
const modelOf = (setup, body) => (/** @type {number} */ threads) => ({
  setup,
  threads: Array.from({ length: threads }, () => body),
});

export const bare = modelOf(newWords, takeBare);
export const bareAsync = modelOf(newWords, takeBareAsync);
export const shipped = modelOf(newGuarded, takeShipped);
export const shippedAsync = modelOf(newGuarded, takeShippedAsync);
