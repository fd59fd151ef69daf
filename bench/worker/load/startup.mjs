/**
 * A thread that is started, does next to nothing, and ends, while its starter blocks: a bare worker, and a
 * thread of the library.
 *
 * @import { Subject } from '../subject.mjs'
 */
import { Worker } from 'node:worker_threads';
import { moduleRef, Thread } from 'crossthread';
import { COUNT } from '../subject.mjs';

const task = /** @type {import('crossthread').ModuleRef<{ default(n: number): number }>} */ (
  moduleRef('../peers/task.mjs', import.meta.url)
);
const START = new URL('../peers/start.mjs', import.meta.url);

export function bare(/** @type {Subject} */ { data }, /** @type {number} */ amount) {
  for (let i = 0; i < amount; i++) {
    const words = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(START, { workerData: words });
    worker.unref();
    Atomics.wait(words, 0, 0);
    if (Atomics.load(words, 0) === 1) data[COUNT]++;
  }
  return { operations: amount };
}

export function thread(/** @type {Subject} */ { data }, /** @type {number} */ amount) {
  for (let i = 0; i < amount; i++) {
    new Thread(task, 'default', 0).join();
    data[COUNT]++;
  }
  return { operations: amount };
}
