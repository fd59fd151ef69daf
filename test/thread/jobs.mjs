/**
 * Functions that threads run.
 *
 * @import { ConditionVariable, Latch, Mutex, Semaphore, StdPromise, StopSource, StopToken } from 'crossthread'
 * @import { MessagePort } from 'node:worker_threads'
 */
import { writeSync } from 'node:fs';
import {
  Mutex as MutexClass,
  moduleRef,
  notifyAllAtThreadExit,
  Thread,
  ThreadLocal,
  thisThread,
} from 'crossthread';
import { ParseError } from './parse-error.mjs';

const here = /** @type {import('crossthread').ModuleRef<typeof import('./jobs.mjs')>} */ (
  moduleRef(import.meta.url)
);

export const constant = 1;

export function add(/** @type {number} */ a, /** @type {number} */ b) {
  return a + b;
}

/** What it is, and what shared objects and memory among the arguments are here. */
export async function describe(
  /** @type {{ mutex: Mutex, words: Int32Array, port: MessagePort }} */ { mutex, words, port },
) {
  mutex.lock().unlock();
  Atomics.store(words, 0, thisThread.id);
  port.postMessage('moved');
  await thisThread.sleepForAsync(1);
  return { mutex, isLive: mutex instanceof MutexClass, isMain: thisThread.isMain, port };
}

/** @returns {number} */
export function nested(/** @type {number} */ depth) {
  return depth === 0 ? thisThread.id : Thread.start(here, 'nested', depth - 1).join();
}

export function failToParse() {
  throw new ParseError('unexpected end', { cause: new TypeError('inner') });
}

export function returnFunction() {
  return { call: () => 1 };
}

export const endings = {
  exit: () => process.exit(3),
  uncaught: () => void setTimeout(() => { throw new RangeError('late'); }), // prettier-ignore
  idle: () => {},
  stay: () => void setInterval(() => {}, 1000),
  block: () => thisThread.sleepFor(60_000),
};

/** Never returns. Sets `words[0]` first. */
export function end(/** @type {keyof typeof endings} */ how, /** @type {Int32Array} */ words) {
  Atomics.store(words, 0, 1);
  endings[how]();
  return new Promise(() => {});
}

/** Leaves work for its exit, and a timer that is not to ring. */
export function leave(
  /** @type {Int32Array} */ words,
  /** @type {Mutex} */ mutex,
  /** @type {ConditionVariable} */ condition,
  /** @type {boolean} */ fails,
) {
  const local = new ThreadLocal(() => ({
    [Symbol.dispose]() {
      Atomics.store(words, 0, 1);
      if (fails) throw new RangeError('at the exit');
    },
  }));
  void local.value;
  notifyAllAtThreadExit(condition, mutex.lock());
  setInterval(() => Atomics.add(words, 1, 1), 0);
}

export function print(/** @type {string[]} */ ...lines) {
  for (const line of lines) console.log(line);
}

export function throwLate(/** @type {number} */ ms) {
  thisThread.sleepFor(ms);
  throw new RangeError('late');
}

export function writeLate(/** @type {number} */ ms) {
  thisThread.sleepFor(ms);
  writeSync(1, 'written\n');
}

/** Starts one that is detached, and does not wait for it. */
export function detachOne(/** @type {Int32Array} */ words) {
  Thread.start(here, 'countLate', words).detach();
}

/** A thread that it starts while it waits for another at its end. */
export function detachOneLater(/** @type {Int32Array} */ words) {
  const first = Thread.start(here, 'add', 1, 2);
  void first.joinAsync().then(() => detachOne(words));
}

/** Its thread lives on after an error, for its program says so. */
export async function survive(/** @type {string} */ message) {
  process.on('uncaughtException', () => {});
  setTimeout(() => {
    throw new Error(message);
  });
  await new Promise((resolve) => process.once('uncaughtException', resolve));
  return message;
}

/** Ends with a thread that has begun to start, and is to get `promise`. */
export function passOnAndExit(/** @type {StdPromise<number>} */ promise) {
  Thread.start(here, 'setTo7', promise);
  process.exit();
}

export function setTo7(/** @type {StdPromise<number>} */ promise) {
  promise.setValue(7);
}

export function countLate(/** @type {Int32Array} */ words) {
  thisThread.sleepFor(50);
  Atomics.add(words, 0, 1);
  Atomics.notify(words, 0);
}

/** Waits until it is stopped: `how` says with what. */
export async function waitForStop(
  /** @type {StopToken} */ stop,
  /** @type {{ semaphore: Semaphore, ready: Latch }} */ { semaphore, ready },
  /** @type {'blocked' | 'asleep' | 'aware'} */ how,
) {
  ready.countDown();
  if (how === 'blocked') semaphore.acquire(1, { stop });
  if (how === 'asleep') await thisThread.sleepForAsync(60_000, { signal: stop });
  while (!stop.stopRequested) await thisThread.sleepForAsync(1);
  return thisThread.stopToken === stop;
}

/** In the middle of a blocked thread's wait. */
export function requestStopSoon(/** @type {StopSource} */ source) {
  thisThread.sleepFor(20);
  source.requestStop();
}

/** @returns {boolean} */
export function waitForLatch(/** @type {Latch} */ latch) {
  return latch.waitFor(60_000);
}

export function isStopPossible() {
  return thisThread.stopToken.stopPossible;
}
