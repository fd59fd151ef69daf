/**
 * A pool that starts threads of its own.
 *
 * @import { Latch, Mutex } from 'crossthread'
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { attach, Semaphore } from 'crossthread';

const LONG = 60_000; // ms

/** Starts `size` threads, which wait for tasks without an end. */
export function start(size = 1) {
  for (let i = 0; i < size; i++) new Worker(new URL(import.meta.url), { workerData: 'runner' });
}

/** Starts one thread that takes the mutex and keeps it. @param {Mutex} mutex @param {Latch} held */
export function startHolder(mutex, held) {
  new Worker(new URL(import.meta.url), { workerData: { mutex, held } });
  if (!held.waitFor(LONG)) throw new Error('never held');
}

/** Has `n` tasks run, and waits for them while the thread is blocked. */
export function run(n = 1) {
  Semaphore.global('tasks', 0).release(n);
  const done = Semaphore.global('done', 0);
  for (let i = 0; i < n; i++) if (!done.tryAcquireFor(LONG)) throw new Error('stalled');
}

if (!isMainThread && workerData === 'runner') {
  for (;;) {
    Semaphore.global('tasks', 0).acquire();
    Semaphore.global('done', 0).release();
  }
} else if (!isMainThread && workerData.held) {
  const { mutex, held } = attach(workerData);
  mutex.lock();
  held.countDown();
  await new Promise((resolve) => setTimeout(resolve, LONG));
}
