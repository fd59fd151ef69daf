/**
 * One thread has something done in another, and blocks or awaits until it is: by a message and a word that says
 * so, and as a task of a pool, each warm; and much at once.
 *
 * @import { Subject } from '../subject.mjs'
 */
import { Worker } from 'node:worker_threads';
import { async, Launch, moduleRef } from 'crossthread';
import { AT_ONCE } from '../peers/task.mjs';
import { COUNT } from '../subject.mjs';

const here = /** @type {import('crossthread').ModuleRef<typeof import('./tasks.mjs')>} */ (
  moduleRef(import.meta.url)
);
const ECHO = `
  const { parentPort, workerData: words } = require('node:worker_threads');
  parentPort.on('message', (n) => {
    Atomics.store(words, 1, n + 1);
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
  });
`;

/** @type {{ worker: Worker, words: Int32Array } | undefined} */
let echo;

export const next = (/** @type {number} */ n) => n + 1;

export function message(/** @type {Subject} */ { data }, /** @type {number} */ amount) {
  const { worker, words } = (echo ??= startEcho());
  for (let i = 0; i < amount; i++) {
    Atomics.store(words, 0, 0);
    worker.postMessage(i);
    while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0); // the answer before may notify late
    if (Atomics.load(words, 1) === i + 1) data[COUNT]++;
  }
  return { operations: amount };
}

export function task(/** @type {Subject} */ { data }, /** @type {number} */ amount) {
  for (let i = 0; i < amount; i++) {
    if (async(Launch.async, here, 'next', i).get() === i + 1) data[COUNT]++;
  }
  return { operations: amount };
}

export async function taskAwaited(/** @type {Subject} */ { data }, /** @type {number} */ amount) {
  for (let i = 0; i < amount; i++) {
    if ((await async(Launch.async, here, 'next', i).getAsync()) === i + 1) data[COUNT]++;
  }
  return { operations: amount };
}

export async function tasksAtOnce(/** @type {Subject} */ { data }) {
  const futures = Array.from({ length: AT_ONCE }, (_, i) => async(Launch.async, here, 'next', i));
  const values = await Promise.all(futures.map((future) => future.getAsync()));
  for (const [i, value] of values.entries()) {
    if (value === i + 1) data[COUNT]++;
  }
  return { operations: AT_ONCE };
}

function startEcho() {
  const words = new Int32Array(new SharedArrayBuffer(8));
  return { worker: new Worker(ECHO, { eval: true, workerData: words }), words };
}
