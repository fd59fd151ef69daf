/**
 * A thread with tracing on: what it is told of, with stacks that name the functions of this file.
 *
 * @import { Mutex, RecursiveMutex, SharedMutex } from 'crossthread'
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  adoptLock,
  ConditionVariable,
  DeadlockError,
  inspect,
  Mutex as NewMutex,
  RecursiveMutex as NewRecursiveMutex,
  ScopedLock,
  SharedMutex as NewSharedMutex,
  UniqueLock,
} from 'crossthread';

/** @type {string[]} */
const warnings = [];
process.removeAllListeners('warning'); // it would print them
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** @param {Mutex} mutex */
export function takeOwn(mutex) {
  mutex.lock();
}

/** Waits for `mutex`, blocking, and gives up `held` whatever comes of it. Returns what it was told. */
export function takeNext(/** @type {Mutex} */ mutex, /** @type {Mutex} */ held) {
  try {
    mutex.lock();
    mutex.unlock();
    return 'taken';
  } catch (error) {
    return error instanceof DeadlockError ? error.message : String(error);
  } finally {
    held.unlock();
  }
}

/** What this thread tells of itself while it holds `mutex` for a task. */
export async function takeByTask(/** @type {Mutex} */ mutex) {
  const lock = await mutex.lockAsync();
  try {
    return inspect().agents.find(({ trace }) => trace?.includes('task'))?.trace;
  } finally {
    lock.unlock();
  }
}

/** Locks `b` while it holds `a`. */
export function lockBoth(/** @type {Mutex} */ a, /** @type {Mutex} */ b) {
  a.withLock(() => b.withLock(() => {}));
}

/** Returns the warnings since the last call. */
export async function warned() {
  await settled();
  return warnings.splice(0);
}

/** Orders that are none, in both directions. */
export async function lockInNoOrder() {
  const [a, b] = [new NewMutex(), new NewMutex()];
  const [recursive, shared] = [new NewRecursiveMutex(), new NewSharedMutex()];
  for (const [x, y] of /** @type {const} */ ([
    [a, b],
    [b, a],
  ])) {
    x.withLock(() => y.tryLock()?.unlock());
    x.withLock(() => y.tryLockFor(5)?.unlock());
    new ScopedLock(x, y)[Symbol.dispose]();
    const guard = await x.lockAsync();
    y.withLock(() => {}); // perhaps of another task
    guard.unlock();
  }
  recursive.withLock(() => a.withLock(() => recursive.withLock(() => {})));
  const reader = shared.lockShared();
  b.withLock(() => shared.lockShared().unlock());
  reader.unlock();
}

/** Reads and locks, in both orders. */
export function readAndLock() {
  const [shared, mutex] = [new NewSharedMutex({ name: 's' }), new NewMutex({ name: 'm' })];
  const reader = shared.lockShared();
  mutex.withLock(() => {});
  reader.unlock();
  mutex.withLock(() => shared.lockShared().unlock());
}

/** The same, by one who has written before. */
export function downgradeAndLock() {
  const [shared, mutex] = [new NewSharedMutex({ name: 's' }), new NewMutex({ name: 'm' })];
  shared.lock();
  shared.downgrade();
  mutex.withLock(() => {});
  shared.unlockShared();
  mutex.withLock(() => shared.lockShared().unlock());
}

/** Holds without a guard that is anybody's, but with somebody who is to end them; and one that has nobody. */
export async function loseGuards() {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  const kept = [new ScopedLock(named('scoped')), new UniqueLock(named('unique'))];
  const [adopted, moved, relocked] = [named('adopted'), named('moved'), named('relocked')];
  adopted.lock();
  kept.push(new UniqueLock(adopted, adoptLock));
  kept.push(moved.lock().move());
  const lock = relocked.lock();
  await new ConditionVariable().waitForAsync(lock, 1);
  kept.push(lock);
  const ended = named('ended');
  ended.lock(); // C++ style
  lose();
  while (warnings.length === 0) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (ended.isLocked) ended.unlock();
  }
  await settled();
  for (const each of kept) each[Symbol.dispose]();
  return warnings.splice(0);
}

const lost = { exclusive: named('lost'), shared: new NewSharedMutex({ name: 'read' }) };

function lose() {
  lost.exclusive.lock();
  lost.shared.lockShared();
}

/** @param {string} name */
function named(name) {
  return new NewMutex({ name });
}
