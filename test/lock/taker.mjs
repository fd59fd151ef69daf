/**
 * A thread that locks several at once.
 *
 * @import { Mutex } from 'crossthread'
 */
import { lock, lockAsync, ScopedLock } from 'crossthread';

/** Adds one under both, `times`, in each of the ways there are. */
export async function hammer(
  /** @type {Mutex} */ a,
  /** @type {Mutex} */ b,
  /** @type {Int32Array} */ words,
  /** @type {number} */ times,
) {
  for (let i = 0; i < times; i++) {
    if (i % 3 === 0) lock(a, b);
    else if (i % 3 === 1) await lockAsync([a, b]);
    if (i % 3 === 2) {
      const both = new ScopedLock(a, b);
      words[0] = (words[0] ?? NaN) + 1;
      both[Symbol.dispose]();
    } else {
      words[0] = (words[0] ?? NaN) + 1;
      a.unlock();
      b.unlock();
    }
  }
}

/** As {@link hammer}, with mutexes that crossthread does not know for its own. */
export function hammerForeign(
  /** @type {Mutex} */ a,
  /** @type {Mutex} */ b,
  /** @type {Int32Array} */ words,
  /** @type {number} */ times,
) {
  for (let i = 0; i < times; i++) {
    lock(foreign(a), foreign(b));
    words[0] = (words[0] ?? NaN) + 1;
    a.unlock();
    b.unlock();
  }
}

function foreign(/** @type {Mutex} */ mutex) {
  return {
    lock: () => mutex.lock(),
    tryLock: () => mutex.tryLock(),
    unlock: () => mutex.unlock(),
  };
}

export function hold(/** @type {Mutex} */ mutex) {
  mutex.lock();
}

export function letGo(/** @type {Mutex} */ mutex) {
  mutex.unlock();
}
