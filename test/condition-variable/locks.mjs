/**
 * Locks that are not the library's.
 *
 * @import { ConditionVariable, Mutex } from 'crossthread'
 */
import { UniqueLock } from 'crossthread';

const LONG = 60_000; // ms

/** Of nothing; counts what is done to it. */
export class CountingLock {
  ownsLock = true;
  locks = 0;
  unlocks = 0;
  /** @type {Error | undefined} */ failToLock;
  /** @type {Error | undefined} */ failToUnlock;

  lock() {
    if (this.ownsLock) throw new Error('locked twice');
    if (this.failToLock) throw this.failToLock;
    this.locks++;
    this.ownsLock = true;
  }

  async lockAsync() {
    await Promise.resolve();
    this.lock();
  }

  unlock() {
    if (!this.ownsLock) throw new Error('unlocked twice');
    if (this.failToUnlock) throw this.failToUnlock;
    this.unlocks++;
    this.ownsLock = false;
  }
}

/**
 * A lock built of a mutex and a condition of its own: whoever locks waits on that condition.
 *
 * Words
 *   0  HELD  1 while somebody holds it
 *   1  ENTERED  threads that have unlocked, and wait to be let go
 *   2  LET_GO   how many of them may
 */
export class BuiltLock {
  ownsLock = false;
  /** Whether `unlock` waits until somebody lets it go. */
  lingers = false;

  /** @param {{ mutex: Mutex, condition: ConditionVariable, words: Int32Array }} parts */
  constructor({ mutex, condition, words }) {
    this.mutexInside = mutex;
    this.condition = condition;
    this.words = words;
  }

  lock() {
    const lock = this.mutexInside.lock();
    this.#waitFor(lock, () => this.words[0] === 0);
    this.words[0] = 1;
    lock.unlock();
    this.ownsLock = true;
  }

  async lockAsync() {
    const lock = await this.mutexInside.lockAsync();
    const free = await this.condition.waitForAsync(lock, LONG, () => this.words[0] === 0);
    if (!free) throw new Error('never came free');
    this.words[0] = 1;
    lock.unlock();
    this.ownsLock = true;
  }

  unlock() {
    this.ownsLock = false;
    const lock = new UniqueLock(this.mutexInside);
    this.words[0] = 0;
    this.condition.notifyAll();
    if (this.lingers) {
      const mine = Atomics.add(this.words, 1, 1);
      this.#waitFor(lock, () => Atomics.load(this.words, 2) > mine);
    }
    lock.unlock();
  }

  letGo() {
    const lock = this.mutexInside.tryLockFor(LONG);
    Atomics.add(this.words, 2, 1);
    this.condition.notifyAll();
    lock?.unlock();
  }

  /**
   * @param {UniqueLock} lock
   * @param {() => boolean} pred
   */
  #waitFor(lock, pred) {
    if (!this.condition.waitFor(lock, LONG, pred)) throw new Error('never came to be');
  }
}

/**
 * @typedef {{ mutex: Mutex, condition: ConditionVariable, words: Int32Array }} Parts
 * @typedef {{ parts: Parts, outer: ConditionVariable, box: Int32Array }} Built
 */

/**
 * Passes numbers on through a box for one: takes what is there, or puts the next in, `times` times.
 * Returns the sum taken.
 *
 * @param {Built} built
 * @param {'put' | 'take'} role
 * @param {number} times
 */
export function pass({ parts, outer, box }, role, times) {
  const lock = new BuiltLock(parts);
  let sum = 0;
  for (let i = 1; i <= times; i++) {
    lock.lock();
    const free = () => (role === 'put' ? box[0] === 0 : box[0] !== 0);
    if (!outer.waitFor(lock, LONG, free)) throw new Error('stalled');
    sum += box[0] ?? NaN;
    box[0] = role === 'put' ? i : 0;
    outer.notifyAll();
    lock.unlock();
  }
  return sum;
}

/** @param {Built} built @param {'put' | 'take'} role @param {number} times */
export async function passAsync({ parts, outer, box }, role, times) {
  const lock = new BuiltLock(parts);
  let sum = 0;
  for (let i = 1; i <= times; i++) {
    await lock.lockAsync();
    const free = () => (role === 'put' ? box[0] === 0 : box[0] !== 0);
    if (!(await outer.waitForAsync(lock, LONG, free))) throw new Error('stalled');
    sum += box[0] ?? NaN;
    box[0] = role === 'put' ? i : 0;
    outer.notifyAll();
    lock.unlock();
  }
  return sum;
}

/** Waits with a lock whose `unlock` lingers. @param {Built} built */
export function waitLingering({ parts, outer }) {
  const lock = new BuiltLock(parts);
  lock.lock();
  lock.lingers = true;
  const status = outer.waitFor(lock, LONG);
  lock.lingers = false;
  lock.unlock();
  return status;
}
