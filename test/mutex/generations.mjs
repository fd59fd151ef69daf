/**
 * Workers that start workers, each handing on what it got.
 *
 * @import { Mutex } from 'crossthread'
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { attach } from 'crossthread';

/**
 * Counts `words[0]` up `times` times in this thread and as often in each of `generations` below it.
 *
 * @param {{ mutex: Mutex }} shared
 * @param {Int32Array} words
 * @param {number} times
 * @param {number} generations
 */
export async function countUp(shared, words, times, generations) {
  const { mutex } = shared;
  const child = generations > 0 ? start({ shared, words, times, generations }) : undefined;
  for (let i = 0; i < times; i++) {
    await (i % 2 ? mutex.lockAsync() : mutex.lock());
    words[0] = (words[0] ?? 0) + 1;
    mutex.unlock();
  }
  if (child) await child;
}

/** @param {{ shared: object, words: Int32Array, times: number, generations: number }} task */
async function start({ shared, words, times, generations }) {
  const task = { shared, words, times, generations: generations - 1 };
  const child = new Worker(new URL(import.meta.url), { workerData: { task } });
  await once(child, 'exit');
}

if (!isMainThread && workerData?.task) {
  const { shared, words, times, generations } = attach(workerData.task);
  await countUp(shared, words, times, generations);
  parentPort?.close();
}
