/**
 * Where the threads of a round meet: one object of each class, and counts that tell what happened.
 *
 * Words. Of each lock ENTERED, LEFT and INSIDE: the first two are equal unless somebody is inside, which the
 * third names. Only a death may leave it so, and then the next one in must be one who repairs.
 *
 * @import * as crossthread from 'crossthread'
 * @typedef {typeof crossthread} Library
 * @typedef {ReturnType<typeof newRoom>} Room
 * @typedef {'mutex' | 'fifo' | 'recursive' | 'shared'} LockName
 */

/** The build with a bug in it that is at `url`, or else the one that this file is bundled with. @returns {Promise<Library>} */
export const load = (/** @type {string | undefined} */ url) =>
  url === undefined ? import('crossthread') : import(url);

export const THREADS = 4;
export const MAIN = THREADS; // takes part, and never dies
export const PERMITS = 3;

/** @type {readonly LockName[]} */
export const LOCKS = ['mutex', 'fifo', 'recursive', 'shared'];
export const ENTERED = 0;
export const LEFT = 1;
export const INSIDE = 2;
export const FIELDS = 3;
export const VIOLATIONS = LOCKS.length * FIELDS;
export const TOKENS = VIOLATIONS + 1;
export const PRODUCED = TOKENS + 1;
export const CONSUMED = PRODUCED + 1;
export const ARRIVED = CONSUMED + 1;
export const RUNS = ARRIVED + 1;
export const STARTED = RUNS + 1;
export const DONE = STARTED + 1; // of each participant, sections of each lock
const LENGTH = DONE + (THREADS + 1) * LOCKS.length;

/** @param {Library} library */
export function newRoom(library, words = new Int32Array(new SharedArrayBuffer(4 * LENGTH))) {
  return {
    mutex: new library.Mutex({ name: 'mutex' }),
    fifo: new library.Mutex({ name: 'fifo', fairness: 'fifo' }),
    recursive: new library.RecursiveMutex({ name: 'recursive' }),
    shared: new library.SharedMutex({ name: 'shared' }),
    condition: new library.ConditionVariable({ name: 'condition' }), // of `mutex`
    robust: new library.Semaphore(PERMITS, { name: 'robust', robust: true }),
    lossy: new library.Semaphore(PERMITS, { name: 'lossy' }),
    latch: new library.Latch(THREADS),
    barrier: new library.Barrier(THREADS),
    once: new library.OnceFlag(),
    atomic: new library.AtomicInt32(0, { name: 'atomic' }),
    words,
  };
}

/**
 * What is wrong with the counts when all is over and so many have died: each may have been about to write
 * one down.
 *
 * @param {Room} room
 * @param {number} deaths
 */
export function faultsOf({ words, lossy }, deaths) {
  const word = (/** @type {number} */ index) => Atomics.load(words, index);
  const lost = {
    tokens: Math.abs(word(PRODUCED) - word(CONSUMED) - word(TOKENS)),
    permits: PERMITS - lossy.value,
    ...Object.fromEntries(LOCKS.map((name, lock) => [name, lostOf(words, lock)])),
  };
  const faults = Object.entries(lost)
    .filter(([, n]) => n < 0 || n > deaths)
    .map(([name, n]) => `${name}: ${n} were lost by ${deaths} deaths`);
  if (word(RUNS) > 1 + deaths) faults.push(`what is done once was done ${word(RUNS)} times`);
  if (word(VIOLATIONS) !== 0) faults.push(`${word(VIOLATIONS)} were not alone`);
  return faults;
}

/** Sections of a lock that were entered, and that nobody tells of. @param {Int32Array} words @param {number} lock */
function lostOf(words, lock) {
  let lost = Atomics.load(words, lock * FIELDS + ENTERED);
  for (let thread = 0; thread <= THREADS; thread++) {
    lost -= Atomics.load(words, DONE + thread * LOCKS.length + lock);
  }
  return lost;
}
