/**
 * A process with nothing to do but one asynchronous wait: `node keep-alive.mjs FORM STORY`.
 *
 * The thread that ends the wait is unreferenced, so the wait alone can keep the process alive.
 *
 * @import { WaitOptions } from 'crossthread'
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import {
  attach,
  ConditionVariable,
  Latch,
  Mutex,
  Semaphore,
  StopSource,
  thisThread,
} from 'crossthread';

const SOON = 150; // ms
const HANGS = 3000; // ms: a process that still lives then does so for its timer

/** @typedef {{ s: Semaphore, m: Mutex, c: ConditionVariable, l: Latch }} Objects */

/** @type {Record<string, (o: Objects, options?: WaitOptions) => Promise<unknown>>} */
const FORMS = {
  acquireAsync: ({ s }, options) => s.acquireAsync(1, options),
  tryAcquireForAsync: ({ s }, { timeout = HANGS, ...options } = {}) =>
    s.tryAcquireForAsync(timeout, 1, options),
  waitAsync: ({ m, c }, options) => c.waitAsync(m.lock(), undefined, options),
  waitForAsync: ({ m, c }, { timeout = HANGS, ...options } = {}) =>
    c.waitForAsync(m.lock(), timeout, () => false, options),
  'latch.waitAsync': ({ l }, options) => l.waitAsync(options),
  arriveAndWaitAsync: ({ l }, options) => l.arriveAndWaitAsync(1, options),
  sleepForAsync: (_, { timeout = HANGS, ...options } = {}) =>
    thisThread.sleepForAsync(timeout, options),
};

/** @type {Record<string, (wait: (options?: WaitOptions) => Promise<unknown>) => unknown>} */
const STORIES = {
  'ended by another thread': async (wait) => {
    start('end');
    await wait();
  },
  'timed out': (wait) => wait({ timeout: SOON }).catch(() => {}),
  aborted: (wait) => wait({ signal: AbortSignal.timeout(SOON) }).catch(() => {}),
  'aborted before': (wait) => wait({ signal: AbortSignal.abort() }).catch(() => {}),
  'kept by one of two': async (wait) => {
    void wait({ keepAlive: false }).catch(() => {});
    await wait({ signal: AbortSignal.timeout(SOON) }).catch(() => {});
  },
  'not kept': (wait) => wait({ keepAlive: false }),
  'not kept, with a timeout': (wait) => wait({ keepAlive: false, timeout: HANGS }),
  'no room to hear its token': async (wait) => {
    const { token } = new StopSource();
    void wait({ keepAlive: false }).catch(() => {});
    leaveNoRoom();
    await wait({ signal: token }).catch((error) => console.log(error.code));
  },
  'in a worker': () => start('wait'),
};

/** As 131,072 waits for as many objects would. */
function leaveNoRoom() {
  const POOLED = 6; // agent/table.ts
  const { table } = /** @type {any} */ (objects.s).crossthread;
  Atomics.store(table, POOLED, 1 << 17);
}

/** @param {'end' | 'wait'} role */
function start(role) {
  const { s, m, c, l } = objects;
  const worker = new Worker(new URL(import.meta.url), { workerData: { role, s, m, c, l, form } });
  if (role === 'end') worker.unref();
  else worker.on('exit', () => console.log('the worker has ended'));
}

/** @type {Objects & { role?: string, form: string }} */
const { role, form, ...objects } = isMainThread
  ? {
      form: process.argv[2] ?? '',
      s: new Semaphore(0),
      m: new Mutex(),
      c: new ConditionVariable(),
      l: new Latch(2),
    }
  : attach(workerData);
const wait = (/** @type {WaitOptions | undefined} */ options) =>
  /** @type {Promise<unknown>} */ (FORMS[form]?.(objects, options));

if (role === 'end') {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SOON);
  objects.s.release();
  objects.c.notifyAll();
  while (!objects.l.tryWait()) objects.l.countDown();
} else if (role === 'wait') {
  await wait({ timeout: SOON }).catch(() => {});
} else {
  void Promise.resolve(STORIES[process.argv[3] ?? '']?.(wait)).then(() => console.log('settled'));
}
