/**
 * A thread takes the slot of one that has died, and is slow to find out its own number, as it may be
 * where many threads run. The main thread waits meanwhile, and looks who has died.
 */
import fs from 'node:fs';
import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const SLOW = 500; // ms: longer than two looks
const nap = (/** @type {number} */ ms) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

if (workerData?.isSlow) {
  const { readlinkSync } = fs;
  Object.assign(fs, {
    readlinkSync: (/** @type {Parameters<typeof readlinkSync>} */ ...args) => {
      if (String(args[0]).startsWith('/proc')) nap(SLOW);
      return readlinkSync(...args);
    },
  });
}
const { attach, inspect, Latch, Mutex } = await import('crossthread');

if (isMainThread) {
  const mutex = new Mutex();
  const joined = new Latch(1);
  const start = (/** @type {boolean} */ isSlow) =>
    new Worker(new URL(import.meta.url), { workerData: { isSlow, mutex, joined } });
  await once(start(false), 'exit');
  start(true);
  console.log(joined.waitFor(60_000) ? 'joined' : 'stuck');
  console.log(nameOf(() => mutex.tryLockFor(600)));
  console.log(`${inspect().agents.filter(({ alive }) => alive).length} alive`);
  process.exit();
} else {
  const { mutex, joined } = attach(workerData);
  if (workerData.isSlow) {
    mutex.lock();
    joined.countDown();
    setInterval(() => {}, 1000);
  }
}

/** @param {() => unknown} call */
function nameOf(call) {
  try {
    return call();
  } catch (error) {
    return /** @type {Error} */ (error).name;
  }
}
