/** Waits for a mutex that it never gets, and tells how many ns of a core that took, as Linux counts them. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { attach } from 'crossthread';

const { mutex, form, seconds } = attach(workerData);
const used = () => Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]);
const words = new Int32Array(new SharedArrayBuffer(4));

/** @type {Record<string, () => unknown>} */
const forms = {
  blocked: () => mutex.tryLockFor(seconds * 1000),
  awaiting: () => mutex.tryLockForAsync(seconds * 1000),
  bare() {
    for (let slice = 0; slice < seconds * 4; slice++) Atomics.wait(words, 0, 0, 250);
  },
  async 'bare timer'() {
    const timer = setInterval(() => {}, 250);
    await sleep(seconds * 1000);
    clearInterval(timer);
  },
};

mutex.tryLockFor(300); // whatever has to be compiled
const before = used();
await forms[form]?.();
parentPort?.postMessage(used() - before);
