/**
 * A process with one mutex, which a worker holds while the main thread waits for it. Prints what
 * comes to pass, and ends when nothing keeps it alive: the worker does not.
 *
 *   node process.mjs SCENARIO
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { attach, Mutex } from 'crossthread';

const HELD = 300; // ms: what the holder lets the others wait
const LONG = 300_000; // ms: longer than any process may live here

const say = (/** @type {unknown} */ text) => writeSync(1, `${String(text)}\n`);
const sayTaken = () => say('taken');
const sayName = (/** @type {unknown} */ error) => say(/** @type {Error} */ (error).name);

/** @typedef {Record<string, (mutex: Mutex) => unknown>} Scenarios */

/** @type {Scenarios} */
const whereTheHolderUnlocks = {
  lockAsync: (mutex) => void mutex.lockAsync().then(sayTaken),
  'lockAsync awaited by the module': (mutex) => mutex.lockAsync().then(sayTaken),
  'lockAsync with a timeout': (mutex) => void mutex.lockAsync({ timeout: LONG }).then(sayTaken),
  'lockAsync with a signal': (mutex) =>
    void mutex.lockAsync({ signal: new AbortController().signal }).then(sayTaken),
  tryLockForAsync: (mutex) => void mutex.tryLockForAsync(LONG).then(sayTaken),
  tryLockUntilAsync: (mutex) => void mutex.tryLockUntilAsync(Date.now() + LONG).then(sayTaken),
  withLockAsync: (mutex) => void mutex.withLockAsync(sayTaken),
  'keepAlive: false before one that keeps': (mutex) => {
    void mutex.withLockAsync(() => say('first'), { keepAlive: false });
    void mutex.withLockAsync(() => say('second'));
  },
  'an exit code': (mutex) => {
    process.exitCode = 7;
    void mutex.lockAsync().then(sayTaken);
  },
  'an error after it': (mutex) =>
    void mutex.withLockAsync(() => {
      throw new Error('after it');
    }),
};

/** @type {Scenarios} */
const whereTheHolderHoldsForever = {
  'keepAlive: false': (mutex) => void mutex.lockAsync({ keepAlive: false }).then(sayTaken),
  'keepAlive: false, with a timeout': (mutex) =>
    void mutex.lockAsync({ keepAlive: false, timeout: LONG }).then(sayTaken),
  'keepAlive: false, tryLockForAsync': (mutex) =>
    void mutex.tryLockForAsync(LONG, { keepAlive: false }).then(sayTaken),
  'keepAlive: false, tryLockUntilAsync': (mutex) =>
    void mutex.tryLockUntilAsync(Date.now() + LONG, { keepAlive: false }).then(sayTaken),
  'keepAlive: false, withLockAsync': (mutex) =>
    void mutex.withLockAsync(sayTaken, { keepAlive: false }),
  timeout: (mutex) => mutex.lockAsync({ timeout: 50 }).catch(sayName),
  'tryLockForAsync in vain': (mutex) => mutex.tryLockForAsync(50).then(say),
  abort: (mutex) => aborted(mutex),
  'abort of the one that keeps': (mutex) => {
    void mutex.lockAsync({ keepAlive: false }).then(sayTaken);
    return aborted(mutex);
  },
};

function aborted(/** @type {Mutex} */ mutex) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  return mutex.lockAsync({ signal: controller.signal }).catch(sayName);
}

/** The main thread waits for what a worker holds. */
async function waitForWorker(/** @type {string} */ name) {
  const mutex = new Mutex();
  const unlocks = name in whereTheHolderUnlocks;
  const holder = startWorker({ mutex, unlocks });
  await once(holder, 'message');
  holder.unref();
  await (unlocks ? whereTheHolderUnlocks : whereTheHolderHoldsForever)[name]?.(mutex);
}

/** A worker with nothing else to do waits for what the main thread holds. */
async function waitInWorker() {
  const mutex = new Mutex();
  mutex.lock();
  await once(startWorker({ mutex, waits: true }), 'message');
  setTimeout(() => mutex.unlock(), HELD);
}

function startWorker(/** @type {object} */ workerData) {
  return new Worker(new URL(import.meta.url), { workerData });
}

function beWorker(/** @type {{ mutex: Mutex, unlocks?: boolean, waits?: boolean }} */ task) {
  const { mutex, unlocks, waits } = task;
  if (waits) {
    void mutex.lockAsync().then(sayTaken);
  } else {
    mutex.lock();
    setTimeout(() => unlocks && mutex.unlock(), unlocks ? HELD : LONG);
  }
  parentPort?.postMessage('ready');
}

if (!isMainThread) beWorker(attach(workerData));
else if (process.argv[2] === 'lockAsync in a worker') await waitInWorker();
else await waitForWorker(process.argv[2] ?? '');
