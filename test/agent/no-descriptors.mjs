// The main thread waits for a mutex whose holder lives, while no file can be opened.
import fs from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { attach, inspect, Latch, Mutex } from 'crossthread';

if (isMainThread) {
  const mutex = new Mutex();
  const held = new Latch(1);
  new Worker(new URL(import.meta.url), { workerData: { mutex, held } });
  await held.waitAsync();
  // What the system says when a process has too many files open.
  fs.readFileSync = /** @type {typeof fs.readFileSync} */ (
    () => {
      throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    }
  );
  console.log('EMFILE');
  console.log(nameOf(() => mutex.tryLockFor(600)));
  console.log(`${inspect().agents.filter(({ alive }) => alive).length} alive`);
  process.exit();
} else {
  const { mutex, held } = attach(workerData);
  mutex.lock();
  held.countDown();
  setInterval(() => {}, 1000);
}

/** @param {() => unknown} call */
function nameOf(call) {
  try {
    return call();
  } catch (error) {
    return /** @type {Error} */ (error).name;
  }
}
