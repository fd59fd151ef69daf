/**
 * Tasks that pools run.
 *
 * @import { Channel, ModuleRef, Mutex, Semaphore, SharedFuture, StdPromise, StopToken } from 'crossthread'
 * @import { MessagePort } from 'node:worker_threads'
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { MessageChannel, resourceLimits } from 'node:worker_threads';
import {
  async,
  AtomicInt32,
  attach,
  defineTask,
  FutureStatus,
  inspect,
  Latch,
  Launch,
  moduleRef,
  Mutex as MutexClass,
  registerErrors,
  StopSource,
  thisThread,
} from 'crossthread';

const task = /** @type {typeof defineTask} */ (defineTask);
const here = import.meta.url;
const self = /** @type {import('crossthread').ModuleRef<typeof import('./tasks.mjs')>} */ (
  moduleRef(here)
);

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

/** @type {StdPromise<number>} */
let kept;

export const keepAndFail = task(
  here,
  'keepAndFail',
  async (/** @type {StdPromise<number>} */ promise) => {
    kept = promise;
    fail('kept');
  },
);

export const setKept = task(here, 'setKept', async (/** @type {number} */ value) =>
  kept.setValue(value),
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

/** Waits for a future that comes by `port`. */
export const awaitBy = task(
  here,
  'awaitBy',
  async (/** @type {MessagePort} */ port, /** @type {boolean} */ blocks) => {
    port.postMessage('begun');
    const [message] = await once(port, 'message');
    const future = /** @type {SharedFuture<number>} */ (attach(message));
    const value = blocks ? future.get() : await future.getAsync();
    port.close();
    return value;
  },
);

/** Has another task wait for one that only this one knows of. */
export const haveAwaited = task(here, 'haveAwaited', async (/** @type {boolean} */ blocks) => {
  const { port1, port2 } = new MessageChannel();
  const begun = once(port2, 'message');
  const waiting = async(awaitBy, port1, blocks);
  await begun;
  port2.postMessage(async(arriveLate).share());
  const value = await waiting.getAsync();
  port2.close();
  return value;
});

export const arriveLate = task(here, 'arriveLate', async () => 7);

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

/** The same, awaited, and each blocks for a leaf. @type {(depth: number) => Promise<number>} */
export async function deepenAwaited(depth) {
  if (depth === 0) return 0;
  const next = depth % 2 ? async(nestAwaited, depth - 1) : named(depth - 1);
  const leaf = async(nest, 1);
  return (await next.getAsync()) + leaf.get();
}
export const nestAwaited = task(here, 'nestAwaited', deepenAwaited);
/** @type {(depth: number) => import('crossthread').Future<number>} */
const named = (depth) => async(Launch.async, self, 'deepenAwaited', depth);

/** Awaits so many tasks at a time. Returns how many of them begin while `limit` others run. */
export const spread = task(
  here,
  'spread',
  async (/** @type {number} */ width, /** @type {number} */ limit) => {
    const [running, beyond] = [new AtomicInt32(), new AtomicInt32()];
    const futures = Array.from({ length: width }, () => async(overlap, running, beyond, limit));
    await Promise.all(futures.map((future) => future.getAsync()));
    return beyond.load();
  },
);
export const overlap = task(
  here,
  'overlap',
  async (
    /** @type {AtomicInt32} */ running,
    /** @type {AtomicInt32} */ beyond,
    /** @type {number} */ limit,
  ) => {
    if (running.fetchAdd(1) >= limit) beyond.fetchAdd(1);
    await thisThread.sleepForAsync(1);
    running.fetchSub(1);
  },
);

/** Submits another task while the thread loads the module of one that it awaits. */
export const submitMeanwhile = task(here, 'submitMeanwhile', async () => {
  const slow =
    'await new Promise((done) => setTimeout(done, 50)); export const two = async () => 2';
  const module = new URL(`data:text/javascript,${slow}`);
  const two = async(Launch.async, /** @type {ModuleRef<{ two(): number }>} */ (module), 'two');
  const awaited = two.getAsync();
  await thisThread.sleepForAsync(20);
  const three = async(add, 1, 2).getAsync();
  return (await awaited) + (await three);
});

/** Asks again and again whether another task is done. */
export const poll = task(here, 'poll', async () => {
  const future = async(where);
  while (future.waitFor(0) !== FutureStatus.ready) thisThread.yield();
  return future.get();
});

/** Awaits another task, and has that task's thread, or its error's code, and its own. */
export const ask = task(
  here,
  'ask',
  async (/** @type {'die' | 'mutex' | 'port' | 'stop'} */ what) => {
    const source = new StopSource();
    const mutex = new MutexClass();
    if (what === 'mutex') await mutex.lockAsync();
    if (what === 'stop') source.requestStop();
    const { port1 } = new MessageChannel();
    const asked = {
      die: () => async(die, new Latch(1), 'exit'),
      mutex: () => async(where),
      port: () => async(whereWith, port1),
      stop: () => async(whereWith, source.token),
    }[what]();
    const answer = await asked.getAsync().catch((error) => error.code);
    if (what === 'mutex') mutex.unlock();
    return [answer, thisThread.id];
  },
);
export const whereWith = task(
  here,
  'whereWith',
  async (/** @type {unknown} */ _argument) => thisThread.id,
);

/** Gives up awaiting a task that goes on. */
export const giveUp = task(here, 'giveUp', async (/** @type {AtomicInt32} */ calls) => {
  const options = { timeout: 1 };
  await async(countLate, calls)
    .getAsync(options)
    .catch(() => {});
});
export const countLate = task(here, 'countLate', async (/** @type {AtomicInt32} */ calls) => {
  await thisThread.sleepForAsync(50);
  calls.fetchAdd(1);
});

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
