import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

// A thread that may not block, as that of a browser page: `Atomics.wait` throws there.
Atomics.wait = () => {
  throw new TypeError('Atomics.wait cannot be called in this context');
};
const { Mutex } = await import('crossthread');

/** @param {() => unknown} fn */
function outcome(fn) {
  try {
    return String(fn());
  } catch (error) {
    const { name, code } = /** @type {{ name: string, code?: string }} */ (error);
    return `${name} ${code}`;
  }
}

const mutex = new Mutex();
const free = {
  lock: outcome(() => mutex.lock().unlock()),
  tryLockFor: outcome(() => mutex.tryLockFor(5)?.unlock()),
  withLock: outcome(() => mutex.withLock(() => 1)),
};

const holder = new Worker(
  `const { parentPort, workerData } = require('node:worker_threads');
   import('crossthread').then(({ attach }) => {
     const { mutex } = attach(workerData);
     mutex.lock();
     parentPort.postMessage('held');
     parentPort.once('message', () => mutex.unlock());
   });`,
  { eval: true, workerData: { mutex } },
);
await once(holder, 'message');
const held = {
  lock: outcome(() => mutex.lock()),
  tryLockFor: outcome(() => mutex.tryLockFor(20_000)),
  'tryLockFor(0)': outcome(() => mutex.tryLockFor(0)),
  tryLock: outcome(() => mutex.tryLock()),
  withLock: outcome(() => mutex.withLock(() => 1)),
};
const waiting = mutex.lockAsync();
holder.postMessage('unlock');
const guard = await waiting;
const lockAsync = outcome(() => guard.unlock());
process.stdout.write(JSON.stringify({ free, held, lockAsync, isLocked: mutex.isLocked }));
