/** What a thread does with stop tokens. */
import { deferLock, SharedLock, StopCallback, thisThread, UniqueLock } from 'crossthread';

/**
 * @import { AtomicInt32, Barrier, Channel, ConditionVariable, Future, Latch, Mutex, RecursiveMutex,
 *   Semaphore, SharedFuture, SharedMutex, StopOptions, StopSource, StopToken } from 'crossthread'
 * @typedef {{ mutex: Mutex, recursive: RecursiveMutex, shared: SharedMutex, semaphore: Semaphore,
 *   latch: Latch, barrier: Barrier, full: Channel<number>, empty: Channel<number>, atomic: AtomicInt32,
 *   future: Future<void>, shareable: SharedFuture<void> }} Objects
 * @typedef {{ mutex: Mutex, condition: ConditionVariable, words: Int32Array }} Room
 */

const LONG = 20_000; // ms

/** Every wait that blocks until it has what it wants, but for `join`. @satisfies {Record<string, (o: Objects, options: StopOptions) => unknown>} */
export const BLOCKING = {
  'Mutex.lock': ({ mutex }, options) => mutex.lock(options),
  'RecursiveMutex.lock': ({ recursive }, options) => recursive.lock(options),
  'UniqueLock.lock': ({ mutex }, options) => new UniqueLock(mutex, deferLock).lock(options),
  'SharedLock.lock': ({ shared }, options) => new SharedLock(shared, deferLock).lock(options),
  'SharedMutex.lock': ({ shared }, options) => shared.lock(options),
  'SharedMutex.lockShared': ({ shared }, options) => shared.lockShared(options),
  'Semaphore.acquire': ({ semaphore }, options) => semaphore.acquire(2, options),
  'Latch.wait': ({ latch }, options) => latch.wait(options),
  'Barrier.wait': ({ barrier }, options) => barrier.wait(barrier.arrive(), options),
  'Barrier.arriveAndWait': ({ barrier }, options) => barrier.arriveAndWait(options),
  'Channel.send': ({ full }, options) => full.send(2, options),
  'Channel.receive': ({ empty }, options) => empty.receive(options),
  'thisThread.sleepFor': (_, options) => thisThread.sleepFor(LONG, options),
  'thisThread.sleepUntil': (_, options) => thisThread.sleepUntil(Date.now() + LONG, options),
  'AtomicInt32.wait': ({ atomic }, options) => atomic.wait(0, options),
  'Future.get': ({ future }, options) => future.get(options),
  'Future.wait': ({ future }, options) => future.wait(options),
  'SharedFuture.get': ({ shareable }, options) => shareable.get(options),
};

/** @typedef {keyof typeof BLOCKING} Blocking */

/** Blocks; throws what that does. @param {Blocking} form @param {Objects} objects @param {StopToken} stop */
export function block(form, objects, stop) {
  BLOCKING[form](objects, { stop });
}

/** @param {Objects} objects */
export function holds({ mutex, recursive, shared }) {
  return [mutex, recursive, shared].some((each) => each.isOwnedByThisThread);
}

/** The waits of a condition with a stop token. */
const STOPPABLE = {
  /** @type {(room: Room, stop: StopToken, pred: () => boolean) => boolean} */
  wait: ({ mutex, condition }, stop, pred) => condition.wait(mutex.lock(), stop, pred),
  /** @type {(room: Room, stop: StopToken, pred: () => boolean, ms: number) => boolean} */
  waitFor: ({ mutex, condition }, stop, pred, ms) =>
    condition.waitFor(mutex.lock(), stop, ms, pred),
  /** @type {(room: Room, stop: StopToken, pred: () => boolean, ms: number) => boolean} */
  waitUntil: ({ mutex, condition }, stop, pred, ms) =>
    condition.waitUntil(mutex.lock(), stop, Date.now() + ms, pred),
};

/** @typedef {keyof typeof STOPPABLE} Stoppable */

/**
 * Waits until `words[0]` is not 0, and counts the questions in `words[1]`. Returns what the wait did, and
 * whether the mutex is held again, which it is no more then.
 *
 * @param {Stoppable} form @param {Room} room @param {StopToken} stop @param {number} ms
 */
export function waitStoppable(form, room, stop, ms) {
  const { mutex, words } = room;
  const pred = () => {
    Atomics.add(words, 1, 1);
    return Atomics.load(words, 0) !== 0;
  };
  const result = STOPPABLE[form](room, stop, pred, ms);
  const isHeld = mutex.isOwnedByThisThread;
  mutex.unlock();
  return { result, isHeld };
}

/** S10: a predicate that throws. @param {Room} room @param {StopToken} stop */
export function waitThrowing({ mutex, condition }, stop) {
  let thrown = '';
  try {
    condition.wait(mutex.lock(), stop, () => {
      throw new Error('no answer');
    });
  } catch (error) {
    thrown = /** @type {Error} */ (error).message;
  }
  const isHeld = mutex.isOwnedByThisThread;
  mutex.unlock();
  return { thrown, isHeld };
}

/** @param {StopSource} source @param {Latch} latch */
export function requestAndOpen(source, latch) {
  source.requestStop();
  latch.countDown();
}

/** @param {StopSource} source */
export function requestStop(source) {
  return source.requestStop();
}

/** S6: as one of many, all at once. @param {StopSource[]} sources @param {Barrier} start */
export function race(sources, start) {
  start.arriveAndWait();
  return sources.map((source) => source.requestStop());
}

let runs = 0;
/** @type {StopCallback[]} */
const callbacks = [];

/** @param {StopToken} token */
export function heed(token) {
  callbacks.push(new StopCallback(token, () => runs++));
  return runs;
}

export function dispose() {
  for (const callback of callbacks) callback[Symbol.dispose]();
}

/** Once its callbacks have run `n` times, or the time is up. Returns how often they have. @param {number} n */
export async function countRuns(n) {
  const deadline = Date.now() + LONG;
  while (runs < n && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 1));
  return runs;
}

/**
 * Blocks with a token that there is a callback for. Returns how often that had run when the wait ended, and
 * some turns of the event loop later.
 *
 * @param {Objects} objects @param {StopToken} stop
 */
export async function blockAndHeed(objects, stop) {
  heed(stop);
  let ended = '';
  try {
    objects.semaphore.acquire(1, { stop });
  } catch (error) {
    ended = /** @type {{ code: string }} */ (error).code;
  }
  return { ended, atOnce: runs, later: await countRuns(1) };
}

/** What the token's signal says once it is aborted. @param {StopToken} token */
export async function reasonOf(token) {
  const { signal } = token;
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  const { name, code } = signal.reason;
  return { name, code, requested: token.stopRequested, same: token.signal === signal };
}
