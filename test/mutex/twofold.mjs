/**
 * A thread that has an async wait pending and blocks all the same.
 *
 * @import { Mutex, UniqueLock } from 'crossthread'
 */
const LONG = 60_000; // ms

const BLOCKED = 1;

let controller = new AbortController();
/** @type {Promise<UniqueLock> | undefined} */
let pending;

/** Asks for the mutex; the promise stays here. */
export function ask(/** @type {Mutex} */ mutex) {
  controller = new AbortController();
  pending = mutex.lockAsync({ signal: controller.signal });
  pending.catch(() => {});
}

/** Blocks the event loop until `words[0]` is no longer BLOCKED. */
export function stand(/** @type {Int32Array} */ words) {
  Atomics.store(words, 0, BLOCKED);
  Atomics.wait(words, 0, BLOCKED, LONG);
}

/** As {@link stand}, and asks again in the same breath. Returns in which order the two came in. */
export async function standAndAsk(/** @type {Mutex} */ mutex, /** @type {Int32Array} */ words) {
  /** @type {string[]} */
  const order = [];
  const visit = async (/** @type {string} */ who, /** @type {Promise<UniqueLock>} */ asked) => {
    const guard = await asked;
    order.push(who);
    guard.unlock();
  };
  const old = visit('old', /** @type {Promise<UniqueLock>} */ (pending));
  stand(words);
  await Promise.all([old, visit('new', mutex.lockAsync())]);
  return order;
}

/** Gives up what was asked for, also when it has come already, and blocks in the same breath. */
export function abortAndStand(/** @type {Mutex} */ mutex, /** @type {Int32Array} */ words) {
  controller.abort(new Error('given up'));
  if (mutex.isOwnedByThisThread) mutex.unlock();
  stand(words);
}

/** Blocks for `mutex` with whatever is pending, and leaves it again. Returns whether it came in. */
export function blockFor(/** @type {Mutex} */ mutex, ms = LONG) {
  const guard = mutex.tryLockFor(ms);
  guard?.unlock();
  return guard !== null;
}

/** Waits for what was asked for, and leaves the mutex again. */
export async function comeIn() {
  const guard = await pending;
  if (guard?.ownsLock) guard.unlock();
}

/** Takes `wanted` by waiting, or by trying again and again, while it holds `held`. */
export async function exchange(
  /** @type {Mutex} */ held,
  /** @type {Mutex} */ wanted,
  /** @type {'blocking' | 'async' | 'trying'} */ how,
) {
  held.lock();
  if (how === 'blocking') wanted.lock();
  else if (how === 'async') await wanted.lockAsync();
  else while (wanted.tryLock() === null) await new Promise((resolve) => setTimeout(resolve, 1));
  held.unlock();
  wanted.unlock();
}
