import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { outcome } from '../support/no-blocking.mjs';
import { Mutex } from 'crossthread';

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
