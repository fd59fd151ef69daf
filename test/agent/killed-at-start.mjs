/**
 * A thread is killed while it finds out its own number, together with the thread that started it: nobody
 * hears of its exit.
 */
import fs from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const STARTING = 1;
const LONG = 60_000; // ms
const nap = (/** @type {number} */ ms) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

if (workerData?.isSlow) {
  const { readlinkSync } = fs;
  Object.assign(fs, {
    readlinkSync: (/** @type {Parameters<typeof readlinkSync>} */ ...args) => {
      if (String(args[0]).startsWith('/proc')) {
        Atomics.store(workerData.state, 0, STARTING);
        nap(LONG);
      }
      return readlinkSync(...args);
    },
  });
}
const { inspect, Semaphore } = await import('crossthread');

if (isMainThread) {
  const state = new Int32Array(new SharedArrayBuffer(4));
  const starter = new Worker(new URL(import.meta.url), { workerData: { state } });
  while (Atomics.load(state, 0) !== STARTING)
    await new Promise((resolve) => setTimeout(resolve, 1));
  await starter.terminate();
  await new Semaphore(0).tryAcquireForAsync(1000); // somebody has to wait, so that anybody looks
  console.log(`${inspect().agents.length} left`);
  process.exit();
} else if (workerData.isSlow) {
  new Semaphore(0).acquire();
} else {
  const { state } = workerData;
  new Worker(new URL(import.meta.url), { workerData: { isSlow: true, state } });
  setInterval(() => {}, LONG);
}
