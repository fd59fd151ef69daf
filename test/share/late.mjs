/**
 * The main thread imports crossthread only after its worker has: `node late.mjs STORY`.
 * Prints how it went.
 *
 * @import { Mutex, Semaphore } from 'crossthread'
 */
import fs from 'node:fs';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const LONG = 60_000; // ms
const say = (/** @type {unknown[]} */ ...words) => fs.writeSync(1, `${words.join(' ')}\n`);
/** @param {() => unknown} call */
const errorOf = (call) => {
  try {
    call();
    return 'no error';
  } catch (error) {
    return /** @type {{ code?: string }} */ (error).code ?? `${error}`;
  }
};

if (isMainThread) {
  const story = process.argv[2];
  const worker = new Worker(new URL(import.meta.url), { workerData: story });
  const [sent] = await once(worker, 'message'); // the worker has imported it
  const { attach, inspect, Mutex, Semaphore } = await import('crossthread');
  if (story === 'worker to main') {
    const { mutex, done } = attach(sent);
    say('main joins:', inspect().agents.length);
    worker.postMessage('go');
    done.tryAcquireFor(LONG);
    say('locked by the worker:', mutex.isLocked);
    say('a global of both:', Semaphore.global('common', 0).value);
    const another = new Worker(new URL(import.meta.url), { workerData: 'another' });
    Semaphore.global('asked', 0).tryAcquireFor(LONG);
    say('a thread started later:', inspect().agents.length);
    void another.terminate();
  } else {
    const mutex = new Mutex();
    const done = new Semaphore(0);
    worker.postMessage({ mutex, done, buffer: mutex.buffer });
    if (!done.tryAcquireFor(story === 'both have objects' ? 1000 : LONG)) say('main: no answer');
    say('main: locked', mutex.isLocked);
    if (mutex.isLocked) {
      void worker.terminate();
      say(
        'main:',
        errorOf(() => mutex.tryLockFor(LONG)),
      ); // no event loop, no exit event
    }
  }
  await worker.terminate();
} else {
  const { attach, inspect, Mutex, Semaphore, ThreadLocal } = await import('crossthread');
  const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
  switch (workerData) {
    case 'another':
      Semaphore.global('asked', 0).release();
      break;
    case 'worker to main': {
      const mutex = new Mutex();
      const done = new Semaphore(0);
      port.postMessage({ mutex, done });
      await once(port, 'message');
      mutex.lock();
      Semaphore.global('common', 3);
      done.release();
      break;
    }
    case 'both have objects': {
      const own = new Mutex();
      port.postMessage('ready');
      const [data] = await once(port, 'message');
      say(
        'attach:',
        errorOf(() => attach(data)),
      );
      say(
        'at:',
        errorOf(() => Mutex.at(data.buffer)),
      );
      own.lock();
      own.unlock();
      say(
        'its own work on:',
        errorOf(() => new Mutex().lock().unlock()),
      );
      break;
    }
    case 'main to worker': {
      const local = new ThreadLocal(() => 'a fresh one');
      local.value = 'as it was';
      port.postMessage('ready');
      const [data] = await once(port, 'message');
      /** @type {{ mutex: Mutex, done: Semaphore }} */
      const { mutex, done } = attach(data);
      say('worker joins:', inspect().agents.length);
      say('its own:', local.value);
      mutex.lock();
      done.release();
      break;
    }
  }
  setInterval(() => {}, LONG);
}
