/**
 * A thread in which the module is loaded twice, from two places: `node two-copies.mjs COPY`.
 * Prints what did not hold; nothing if all did.
 */
import fs from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import * as one from 'crossthread';

const url = isMainThread ? (process.argv[2] ?? '') : workerData.url;
/** @type {typeof one} */
const other = await import(url);
const LONG = 60_000; // ms

/** @param {string} what @param {boolean} holds */
function check(what, holds) {
  if (!holds) fs.writeSync(1, `${isMainThread ? 'main' : 'worker'}: ${what}\n`);
}

/** @param {string} code @param {() => unknown} call */
function checkThrows(code, call) {
  try {
    call();
    check(`${call} throws ${code}`, false);
  } catch (error) {
    const { code: found = '', name } = /** @type {{ code?: string, name: string }} */ (error);
    check(`${call} throws ${code}, not ${found} ${name}`, found === code || name === code);
  }
}

check('they are two', one.Mutex !== other.Mutex);
const mutex = new one.Mutex({ name: 'm' });
const condition = new one.ConditionVariable();
const semaphore = new one.Semaphore(0);

// One agent, one table
const agents = [one, other].map(({ inspect }) => inspect().agents.map(({ agent }) => agent));
check('they see the same agents', `${agents[0]}` === `${agents[1]}`);
check('this thread is one agent', agents[0]?.length === (isMainThread ? 1 : 2));

// One live object for one memory, whichever copy made it
check('attach', other.attach(structuredClone(mutex)) === mutex);
check('at', /** @type {unknown} */ (other.Mutex.at(mutex.buffer)) === mutex);
check('global', /** @type {unknown} */ (other.Latch.global('l', 1)) === one.Latch.global('l', 1));
const shared = one.attach(structuredClone(other.share({ mutex })));
check('share', shared.mutex === mutex);
checkThrows('TypeError', () => other.Latch.at(mutex.buffer));
checkThrows('TypeError', () => other.Latch.global('m of one', one.Mutex.global('m of one') && 1));

// Locks and conditions of both on one mutex
const guard = mutex.lock();
check('held for the other too', other.Mutex.at(mutex.buffer).tryLock() === null);
checkThrows('resource_deadlock_would_occur', () => other.Mutex.at(mutex.buffer).lock());
checkThrows('TypeError', () => other.share(guard));
const waiting = other.Mutex.at(mutex.buffer).lockAsync();
guard.unlock();
const lock = new other.UniqueLock();
/** @type {unknown} */ (await waiting);
mutex.unlock();
check('an empty lock', !lock.ownsLock);
const held = new other.UniqueLock(/** @type {never} */ (mutex));
check('a lock of the other owns it', held.ownsLock && mutex.isOwnedByThisThread);
check('and waits with it', condition.waitFor(held, 1) === other.CvStatus.timeout);
const woken = condition.waitForAsync(held, LONG);
check('one waiter', other.ConditionVariable.at(condition.buffer).notifyAll() === 1);
check('woken', (await woken) === one.CvStatus.noTimeout);
held.unlock();

// Waits of both in one event loop
const first = semaphore.acquireAsync();
const second = other.Semaphore.at(semaphore.buffer).acquireAsync();
semaphore.release();
other.Semaphore.at(semaphore.buffer).release();
await Promise.all([first, second]);
check('both were served', semaphore.value === 0);

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { url, mutex, semaphore } });
  check('a thread of two copies reports', semaphore.tryAcquireFor(LONG) !== null);
  checkThrows('owner_dead', () => mutex.tryLockFor(LONG));
  worker.unref();
} else {
  const data = other.attach(workerData);
  data.mutex.lock();
  data.semaphore.release();
  process.exit(); // with the mutex held
}
