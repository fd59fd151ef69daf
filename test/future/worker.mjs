/**
 * A thread with one side of a future.
 *
 * @import { Future, Latch, PackagedTask, SharedFuture, StdPromise } from 'crossthread'
 */
import { AtomicInt32, PackagedTask as Task, StdPromise as Promised, thisThread } from 'crossthread';

export function get(/** @type {Future<unknown> | SharedFuture<unknown>} */ future) {
  return future.get();
}

export async function getAsync(/** @type {SharedFuture<unknown>} */ future) {
  return future.getAsync();
}

/** The code of what `get()` throws. */
export function failure(/** @type {SharedFuture<unknown>} */ future) {
  try {
    future.get();
  } catch (error) {
    return /** @type {{ code?: string }} */ (error).code;
  }
  return 'none';
}

export async function failureAsync(/** @type {SharedFuture<unknown>} */ future) {
  try {
    await future.getAsync();
  } catch (error) {
    return /** @type {{ code?: string }} */ (error).code;
  }
  return 'none';
}

export function set(/** @type {StdPromise<unknown>} */ promise, /** @type {unknown} */ value) {
  promise.setValue(value);
}

/** Sets it in the middle of a blocked thread's wait. */
export function setSoon(/** @type {StdPromise<unknown>} */ promise, /** @type {unknown} */ value) {
  thisThread.sleepFor(20);
  promise.setValue(value);
}

export function fail(/** @type {StdPromise<unknown>} */ promise) {
  promise.setException(Object.assign(new RangeError('too far'), { code: 'E_FAR' }));
}

/** @type {unknown[]} */
const held = [];

/** Has it, and does nothing with it. */
export function hold(/** @type {StdPromise<unknown>} */ promise) {
  held.push(promise);
}

/** Its value is set, but not to be seen while this thread runs. */
export function setAtExit(
  /** @type {StdPromise<number>} */ promise,
  /** @type {StdPromise<number>} */ failing,
  /** @type {string} */ key,
) {
  promise.setValueAtThreadExit(7);
  failing.setExceptionAtThreadExit(new RangeError('at the exit'));
  const task = new Task(() => AtomicInt32.global(key).load());
  const future = task.getFuture();
  task.makeReadyAtThreadExit();
  try {
    promise.setValue(8);
  } catch (error) {
    return [/** @type {{ code?: string }} */ (error).code, future.waitFor(0)];
  }
  return [];
}

export function exit() {
  process.exit();
}

/** Makes a promise here, whose future goes back. */
export function make() {
  const promise = new Promised();
  held.push(promise);
  return promise.getFuture();
}
