/**
 * Tasks that pools run.
 *
 * @import { AtomicInt32, Channel, Latch, Mutex, Semaphore, StdPromise, StopToken } from 'crossthread'
 * @import { MessagePort } from 'node:worker_threads'
 */
import { writeSync } from 'node:fs';
import { resourceLimits } from 'node:worker_threads';
import {
  async,
  defineTask,
  inspect,
  Mutex as MutexClass,
  registerErrors,
  thisThread,
} from 'crossthread';

const task = /** @type {typeof defineTask} */ (defineTask);
const here = import.meta.url;

export class TaskError extends RangeError {}
registerErrors(TaskError);

export const add = task(here, 'add', (/** @type {number} */ a, /** @type {number} */ b) => a + b);

/** Changes what it is given. Returns which thread does. */
export const append = task(here, 'append', (/** @type {number[]} */ list) => {
  list.push(1);
  return thisThread.id;
});

/** Which thread runs it. */
export const where = task(here, 'where', () => thisThread.id);

export const nothing = task(here, 'nothing', () => {});

export const fail = task(here, 'fail', (/** @type {string} */ message) => {
  throw new TaskError(message, { cause: new TypeError('inner') });
});

export const giveFunction = task(here, 'giveFunction', () => () => 1);

export const givePromise = task(here, 'givePromise', () => Promise.resolve(thisThread.id));

/** What shared objects, memory and ports among the arguments are in the thread that has them. */
export const describe = task(
  here,
  'describe',
  (
    /** @type {{ mutex: Mutex, words: Int32Array, port: MessagePort }} */ { mutex, words, port },
  ) => {
    const isLive = mutex instanceof MutexClass && mutex.tryLock() !== null;
    if (isLive) mutex.unlock();
    Atomics.store(words, 0, thisThread.id);
    port.postMessage('moved');
    return { mutex, isLive };
  },
);

export const sendOn = task(
  here,
  'sendOn',
  async (
    /** @type {Mutex} */ mutex,
    /** @type {Channel<Mutex>} */ channel,
    /** @type {StdPromise<Mutex>} */ promise,
  ) => {
    channel.send(mutex);
    promise.setValue(mutex);
    return MutexClass.global('sent on');
  },
);

/** Async: so it runs in a thread of the pool, whoever waits for it. */
export const arrive = task(here, 'arrive', async (/** @type {Latch} */ latch) => {
  latch.countDown();
  return thisThread.id;
});

/** Blocks until it is let through. */
export const hold = task(
  here,
  'hold',
  async (/** @type {Latch} */ begun, /** @type {Semaphore} */ semaphore) => {
    begun.countDown();
    semaphore.acquire();
  },
);

/** Says which thread has it, and is never done: it runs, or blocks. */
export const linger = task(
  here,
  'linger',
  async (
    /** @type {'runs' | 'blocks'} */ how,
    /** @type {Latch} */ begun,
    /** @type {AtomicInt32} */ thread,
    /** @type {Semaphore} */ semaphore,
  ) => {
    thread.store(thisThread.id);
    begun.countDown();
    if (how === 'blocks') semaphore.acquire();
    else for (;;) thread.load();
  },
);

export const count = task(here, 'count', (/** @type {AtomicInt32} */ calls) => calls.fetchAdd(1));

export const countUnlessStopped = task(
  here,
  'countUnlessStopped',
  (/** @type {AtomicInt32} */ calls, /** @type {StopToken} */ _token) => calls.fetchAdd(1),
);

/** How deep it came, each level in a task of its own. @returns {number} */
export function deepen(/** @type {number} */ depth) {
  return depth === 0 ? 0 : 1 + async(nest, depth - 1).get();
}
export const nest = task(here, 'nest', deepen);

/** The same, and each of them needs a thread. @type {(depth: number) => Promise<number>} */
export async function deepenBlocked(depth) {
  return depth === 0 ? 0 : 1 + async(nestBlocked, depth - 1).get();
}
export const nestBlocked = task(here, 'nestBlocked', deepenBlocked);

export const lockHere = task(here, 'lockHere', (/** @type {Mutex} */ mutex) => {
  const isFree = mutex.tryLock() !== null;
  if (isFree) mutex.unlock();
  return { isFree, id: thisThread.id };
});

/** The limits and the name of the thread that runs it. */
export const limits = task(here, 'limits', async () => {
  const me = inspect().agents.find(({ agent }) => agent === thisThread.id);
  return [resourceLimits.maxOldGenerationSizeMb, me?.thread];
});

export const endings = {
  exit: async () => process.exit(1),
  uncaught: () => new Promise(() => void setTimeout(() => fail('late'))),
};
export const die = task(
  here,
  'die',
  async (/** @type {Latch} */ begun, /** @type {keyof typeof endings} */ how) => {
    begun.countDown();
    await endings[how]();
  },
);

/** Submits another as its last act. */
export const leaveTask = task(here, 'leaveTask', (/** @type {string} */ text) => {
  void async(print, text);
});
export const print = task(here, 'print', (/** @type {string} */ text) => void writeSync(1, text));

export const write = task(here, 'write', async (/** @type {string} */ text) => {
  await thisThread.sleepForAsync(20);
  writeSync(1, text);
  console.log('by the console');
});
