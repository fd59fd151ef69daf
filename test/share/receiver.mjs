/**
 * What the threads of these tests do with what they are sent.
 *
 * @import { ConditionVariable, Latch, Semaphore } from 'crossthread'
 */
import { isMainThread, MessageChannel, threadId, Worker, workerData } from 'node:worker_threads';
import * as crossthread from 'crossthread';

const { attach, Mutex, share } = crossthread;
const ID = Symbol.for('crossthread.id');
const LONG = 60_000; // ms

/** @type {Map<string, unknown>} */
const kept = new Map();

/** What stands where in `value`, as plain data. @param {unknown} value @returns {unknown} */
export function describe(value) {
  if (value instanceof Map) {
    return ['Map', [...value].map(([key, item]) => [describe(key), describe(item)])];
  }
  if (value instanceof Set) return ['Set', [...value].map(describe)];
  if (Array.isArray(value)) return value.map(describe);
  if (typeof value !== 'object' || value === null) return value;
  const id = /** @type {Record<symbol, number>} */ (value)[ID];
  if (id !== undefined) {
    const { name, byteOffset } = /** @type {crossthread.SharedObject} */ (value);
    return { kind: value.constructor.name, id, name, byteOffset };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, describe(item)]));
}

/** Keeps a live object under `key`. @param {string} key @param {unknown} value */
export function keep(key, value) {
  kept.set(key, value);
}

/** Whether `value` is the very object kept under `key`. @param {string} key @param {unknown} value */
export function isKept(key, value) {
  return kept.get(key) === value;
}

/** Whether attaching at the same place, in this form of buffer, gives the object sent. @param {crossthread.Mutex} mutex @param {SharedArrayBuffer} buffer */
export function isAt(mutex, buffer) {
  return Mutex.at(buffer, mutex.byteOffset) === mutex;
}

/**
 * Adds to `words[index]` under the mutex at each offset.
 *
 * @param {SharedArrayBuffer} buffer
 * @param {Int32Array} words
 * @param {number} times
 */
export function incrementAll(buffer, words, times) {
  for (let i = 0; i < times; i++) {
    for (let index = 0; index < words.length; index++) {
      const mutex = Mutex.at(buffer, index * Mutex.BYTE_LENGTH);
      mutex.lock();
      words[index] = (words[index] ?? NaN) + 1;
      mutex.unlock();
    }
  }
}

/** @param {crossthread.Mutex} mutex @param {Int32Array} words @param {number} times */
export function increment(mutex, words, times) {
  for (let i = 0; i < times; i++) {
    mutex.lock();
    words[0] = (words[0] ?? NaN) + 1;
    mutex.unlock();
  }
}

/** @param {crossthread.Mutex} mutex */
export function lock(mutex) {
  mutex.lock();
}

/** @param {crossthread.Mutex} mutex */
export function unlock(mutex) {
  mutex.unlock();
}

/** @param {Latch} latch @param {string[]} keys @param {Int32Array} words */
export function raceForGlobals(latch, keys, words) {
  latch.arriveAndWait();
  return keys.map((key, index) => {
    const mutex = Mutex.global(key);
    mutex.lock();
    words[index] = (words[index] ?? NaN) + 1;
    mutex.unlock();
    return mutex.byteOffset;
  });
}

/** @param {string[]} keys */
export function placesOfGlobals(keys) {
  return keys.map((key) => Mutex.global(key).byteOffset);
}

/** @param {string} key */
export function releaseGlobal(key) {
  crossthread.Semaphore.global(key, 0).release();
}

/** Which error `X.global(key)` of another class is. @param {string} key @param {'Latch' | 'Mutex'} kind */
export function globalOf(key, kind) {
  return kind === 'Latch' ? crossthread.Latch.global(key, 1).name : Mutex.global(key).name;
}

/**
 * Hands `gate` on to a thread of its own, and that to one of its own, `levels` deep. The last one goes
 * through it; the sum of the thread ids on the way comes back.
 *
 * @param {{ mutex: crossthread.Mutex, arrived: Latch, words: Int32Array }} gate
 * @param {number} levels
 */
export function descend(gate, levels) {
  gate.mutex.lock();
  gate.words[0] = (gate.words[0] ?? NaN) + 1;
  gate.mutex.unlock();
  gate.arrived.countDown();
  if (levels > 0) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { gate, levels } });
    worker.unref();
  }
  if (!gate.arrived.waitFor(LONG)) throw new Error('they never came'); // blocks all levels
}

if (!isMainThread && workerData?.gate) {
  const { gate, levels } = attach(workerData);
  descend(gate, levels - 1);
}

/** Where the object that `X.at` attaches to starts. @param {'Latch' | 'Mutex' | 'Semaphore'} kind @param {SharedArrayBuffer} buffer @param {number} offset */
export function placeOf(kind, buffer, offset) {
  const types = { Latch: crossthread.Latch, Mutex, Semaphore: crossthread.Semaphore };
  return types[kind].at(buffer, offset).byteOffset;
}

/** Passes `value` through a port of its own and back into life. @param {unknown} value */
export async function throughPort(value) {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(value);
  const received = await new Promise((resolve) => port2.once('message', resolve));
  port2.close();
  return describe(attach(received));
}

/** @param {unknown} value */
export function shareAndAttach(value) {
  return attach(share(value));
}

export const thread = () => threadId;

/** @param {ConditionVariable} condition @param {Semaphore} semaphore */
export function notifyAndRelease(condition, semaphore) {
  semaphore.release();
  return condition.notifyAll();
}
