/**
 * What the threads of these tests do with a semaphore.
 *
 * @import { Permit, Semaphore } from 'crossthread'
 */
const LONG = 60_000; // ms: no wait of a test is without end
const nap = (/** @type {number} */ ms) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** @type {Permit[]} */
const permits = [];

const OVER = 1 << 20;

/** @param {Semaphore} semaphore */
export function acquire(semaphore, n = 1) {
  const permit = semaphore.tryAcquireFor(LONG, n);
  if (!permit) throw new Error('stalled');
  permits.push(permit);
  return permit.count;
}

/** @param {Semaphore} semaphore */
export async function acquireAsync(semaphore, n = 1) {
  const permit = await semaphore.acquireAsync(n, { timeout: LONG });
  permits.push(permit);
  return permit.count;
}

/** @param {Semaphore} semaphore @param {number} ms */
export function tryAcquireFor(semaphore, ms, n = 1) {
  return semaphore.tryAcquireFor(ms, n)?.count ?? null;
}

/** @param {Semaphore} semaphore @param {number} ms */
export async function tryAcquireForAsync(semaphore, ms, n = 1) {
  return (await semaphore.tryAcquireForAsync(ms, n))?.count ?? null;
}

/** Waits without a limit: only for threads that are killed. @param {Semaphore} semaphore */
export function acquireForever(semaphore, n = 1) {
  semaphore.acquire(n);
}

/** @param {Semaphore} semaphore */
export async function acquireForeverAsync(semaphore, n = 1) {
  await semaphore.acquireAsync(n);
}

const PERMITS = 2 ** 21 - 1;

/**
 * From here on `marks[0]` tells of this thread's takes: 1 while it is at one, 2 once it has a permit.
 *
 * @param {Semaphore} semaphore
 * @param {Int32Array} marks
 */
export function markTakes(semaphore, marks) {
  const exchange = /** @type {(...args: any[]) => number} */ (Atomics.compareExchange);
  const marked = (
    /** @type {any} */ view,
    /** @type {number[]} */ ...[index, from = 0, to = 0]
  ) => {
    const takes = view.buffer === semaphore.buffer && (to & PERMITS) < (from & PERMITS);
    if (takes) Atomics.store(marks, 0, 1);
    const found = exchange(view, index, from, to);
    if (takes) Atomics.store(marks, 0, found === from ? 2 : 0);
    return found;
  };
  Object.assign(Atomics, { compareExchange: marked });
}

/**
 * Waits blocked. Who wakes it wakes it in vain: it stands still, with `words[1]` set, before it can look.
 *
 * @param {Semaphore} semaphore
 * @param {Int32Array} words
 */
export function acquireAndStandStill(semaphore, words) {
  const { wait } = Atomics;
  /** @type {(view: any, index: number, value: any) => ReturnType<typeof wait>} */
  const waitAndStandStill = (view, index, value) => {
    wait(view, index, value, LONG);
    Atomics.store(words, 1, 1);
    return wait(words, 0, 0, LONG);
  };
  Object.assign(Atomics, { wait: waitAndStandStill });
  semaphore.acquire();
}

/** Returns all that was acquired here. */
export function releaseAll() {
  for (const permit of permits.splice(0)) permit.release();
}

/** @param {Semaphore} semaphore */
export function release(semaphore, n = 1) {
  semaphore.release(n);
}

/** @param {Semaphore} semaphore @param {number} ms */
export function releaseSoon(semaphore, n = 1, ms = 0) {
  for (let i = 0; i < n; i++) {
    nap(ms);
    semaphore.release();
  }
}

const TIMEOUTS = [0, 0.1, 1, 0.3, 5, LONG]; // ms: mostly too short
const timeoutOf = (/** @type {number} */ nth) => TIMEOUTS[nth % TIMEOUTS.length] ?? LONG;

/** P2: acquires `quota` permits, one by one. @param {Semaphore} semaphore @param {number} quota */
export function acquireInTries(semaphore, quota) {
  for (let left = quota, tries = 0; left > 0; tries++) {
    const ms = timeoutOf(tries);
    if (semaphore.tryAcquireFor(ms)) left--;
    else if (ms === LONG) throw new Error('stalled');
  }
}

/** @param {Semaphore} semaphore @param {number} quota */
export async function acquireInTriesAsync(semaphore, quota) {
  for (let left = quota, tries = 0; left > 0; tries++) {
    const ms = timeoutOf(tries);
    if (await semaphore.tryAcquireForAsync(ms)) left--;
    else if (ms === LONG) throw new Error('stalled');
  }
}

/** Acquires and releases until it is killed. @param {Semaphore} semaphore */
export function waitEver(semaphore) {
  for (let n = 1; ; n = (n % 3) + 1) semaphore.acquire(n).release();
}

/** @param {Semaphore} semaphore */
export async function waitEverAsync(semaphore) {
  for (let n = 1; ; n = (n % 3) + 1) (await semaphore.acquireAsync(n)).release();
}

/**
 * Acquires, counts in `words[0]` and releases, until `words[1]` is set.
 *
 * @param {Semaphore} semaphore
 * @param {Int32Array} words
 */
export function surviveOn(semaphore, words) {
  while (Atomics.load(words, 1) === 0) {
    const permit = semaphore.tryAcquireFor(LONG);
    if (!permit) throw new Error('stuck');
    Atomics.add(words, 0, 1);
    permit.release();
  }
}

/** Releases one by one until there is no more room. Returns how many. @param {Semaphore} semaphore */
export function releaseUntilFull(semaphore) {
  for (let released = 0; ; released++) {
    try {
      semaphore.release();
    } catch (error) {
      if (/** @type {{ code?: string }} */ (error).code === 'value_too_large') return released;
      throw error;
    }
  }
}

/**
 * Waits with the event loop free, then blocks the thread until `words[0]` is set. Sets `words[1]` when
 * it has blocked, and `words[2]` when the permit is there.
 *
 * @param {Semaphore} semaphore
 * @param {Int32Array} words
 */
export async function acquireAsyncThenBlock(semaphore, words) {
  const acquired = acquireAsync(semaphore).then(() => Atomics.store(words, 2, 1));
  Atomics.store(words, 1, 1);
  Atomics.wait(words, 0, 0, LONG);
  await acquired;
}

/** Acquires and counts, until more is released than anybody counts. @param {Semaphore} semaphore @param {Int32Array} words */
export function pass(semaphore, words) {
  for (;;) {
    if (!semaphore.tryAcquireFor(LONG)) throw new Error('stalled');
    if (Atomics.load(words, 0) >= OVER) return;
    Atomics.add(words, 0, 1);
  }
}

/**
 * Holds a permit `times` times, and tells the most that were ever held at once.
 *
 * @param {Semaphore} semaphore
 * @param {Int32Array} words
 * @param {number} times
 */
export function hold(semaphore, words, times) {
  let most = 0;
  for (let i = 0; i < times; i++) {
    if (!semaphore.tryAcquireFor(LONG)) throw new Error('stalled');
    most = Math.max(most, Atomics.add(words, 0, 1) + 1);
    if (i % 8 === 0) nap(0.1);
    Atomics.sub(words, 0, 1);
    semaphore.release();
  }
  return most;
}

/**
 * As {@link hold}, by several tasks.
 *
 * @param {Semaphore} semaphore
 * @param {Int32Array} words
 * @param {number} times
 */
export async function holdAsync(semaphore, words, times, tasks = 3) {
  let most = 0;
  const task = async () => {
    for (let i = 0; i < times; i++) {
      const permit = await semaphore.acquireAsync();
      most = Math.max(most, Atomics.add(words, 0, 1) + 1);
      if (i % 8 === 0) await new Promise(setImmediate);
      Atomics.sub(words, 0, 1);
      permit.release();
    }
  };
  await Promise.all(Array.from({ length: tasks }, task));
  return most;
}

/** Adds to a plain number under the semaphore. @param {Semaphore} semaphore @param {Int32Array} words @param {number} times */
export function increment(semaphore, words, times) {
  for (let i = 0; i < times; i++) {
    semaphore.acquire();
    words[0] = (words[0] ?? NaN) + 1;
    semaphore.release();
  }
}

/**
 * Takes and returns permits in all ways, with timeouts that are often too short. Returns how many
 * permits it has kept.
 *
 * @param {Semaphore} semaphore
 * @param {number} times
 * @param {number} seed
 */
export function churn(semaphore, times, seed) {
  let random = seed;
  const next = (/** @type {number} */ n) =>
    (random = (Math.imul(random, 1103515245) + 12345) >>> 1) % n;
  let kept = 0;
  for (let i = 0; i < times; i++) {
    const n = 1 + next(3);
    const ways = [
      () => semaphore.tryAcquire(n),
      () => semaphore.tryAcquireFor(next(3) / 4, n),
      () => semaphore.tryAcquireUntil(Date.now() + next(2), n),
    ];
    const permit = ways[next(ways.length)]?.();
    if (permit && next(40) === 0) kept += n;
    else permit?.release();
  }
  return kept;
}

/** As {@link churn}, but keeps nothing. @param {Semaphore} semaphore @param {number} times @param {number} seed */
export function churnAndReturn(semaphore, times, seed) {
  semaphore.release(churn(semaphore, times, seed));
}

/**
 * As {@link churn}, by several tasks, some of which are aborted.
 *
 * @param {Semaphore} semaphore
 * @param {number} times
 * @param {number} seed
 */
export async function churnAsync(semaphore, times, seed) {
  let random = seed;
  const next = (/** @type {number} */ n) =>
    (random = (Math.imul(random, 1103515245) + 12345) >>> 1) % n;
  let kept = 0;
  const task = async () => {
    for (let i = 0; i < times; i++) {
      const n = 1 + next(3);
      const controller = new AbortController();
      if (next(2) === 0) setImmediate(() => controller.abort());
      const { signal } = controller;
      const ways = [
        () => semaphore.acquireAsync(n, { signal, timeout: 1 }).catch(ignore),
        () => semaphore.tryAcquireForAsync(next(3) / 4, n, { signal }).catch(ignore),
      ];
      const permit = await ways[next(ways.length)]?.();
      if (permit && next(40) === 0) kept += n;
      else permit?.release();
    }
  };
  await Promise.all([task(), task(), task()]);
  return kept;
}

/** @param {Error} error */
function ignore(error) {
  if (error.name !== 'AbortError' && error.name !== 'TimeoutError') throw error;
  return null;
}

export function ping() {}
