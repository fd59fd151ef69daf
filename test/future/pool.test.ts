import { fileURLToPath } from 'node:url';
import workerThreads, { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import {
  async,
  attach,
  AtomicInt32,
  Channel,
  defineTask,
  type Future,
  FutureStatus,
  inspect,
  Latch,
  Launch,
  moduleRef,
  Mutex,
  Semaphore,
  StdPromise,
  StopSource,
  type TaskOptions,
  Thread,
  ThreadPool,
  thisThread,
} from 'crossthread';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { runNode, runProcess } from '../support/child.ts';
import { syncError } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { isSame } from '../support/same.ts';
import { eventually, LONG } from '../support/time.ts';
import * as tasks from './tasks.mjs';

const here = moduleRef<typeof tasks>('./tasks.mjs', import.meta.url);
const canceled = syncError('operation_canceled');
const broken = expect.objectContaining({ name: 'FutureError', code: 'broken_promise' }) as Error;

/** What no thread can attach. */
const strange: unknown = structuredClone(new Mutex());
Object.assign((strange as { crossthread: object }).crossthread, { kind: 'Spinlock' });

const pools: ThreadPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool[Symbol.asyncDispose]()));
});

function poolOf(size: number): ThreadPool {
  const pool = new ThreadPool({ size });
  pools.push(pool);
  return pool;
}

function path(module: string): string {
  return fileURLToPath(new URL(module, import.meta.url));
}

/** A pool of one thread that a task holds until `release` is called. */
function heldPool(): { pool: ThreadPool; release: () => void; held: Future<void> } {
  const pool = poolOf(1);
  const begun = new Latch(1);
  const semaphore = new Semaphore(0);
  const held = pool.async(tasks.hold, begun, semaphore);
  expect(begun.waitFor(LONG)).toBe(true);
  return { pool, held, release: () => semaphore.release() };
}

describe('async', () => {
  test('a task runs in place when it is called', () => {
    expect(tasks.add(1, 2)).toBe(3);
    expect(tasks.add.exportName).toBe('add');
    expect(tasks.add.module.href).toBe(here.href);
  });

  test('values, of tasks and of exports, blocked and awaited', async () => {
    expect(async(tasks.add, 1, 2).get()).toBe(3);
    expect(async(Launch.async, here, 'deepen', 0).get()).toBe(0);
    expect(await async(Launch.async | Launch.deferred, tasks.nothing).getAsync()).toBeUndefined();
    expect(await async(tasks.where).getAsync()).not.toBe(thisThread.id);
  });

  test('errors keep their class', async () => {
    const failed = async(tasks.fail, 'no').getAsync();
    await expect(failed).rejects.toThrow(tasks.TaskError);
    await expect(failed).rejects.toMatchObject({ message: 'no', cause: { message: 'inner' } });
    await expect(async(tasks.giveFunction).getAsync()).rejects.toThrow(TypeError);
    expect(() => async(tasks.fail, 'no').get()).toThrow(tasks.TaskError);
  });

  test('F10 a result is got at once, again and again', () => {
    for (let i = 0; i < 20; i++) {
      expect(async(Launch.async, tasks.add, i, 1).get()).toBe(i + 1);
      expect(async(Launch.async, tasks.nothing).get()).toBeUndefined();
      expect(async(Launch.async, tasks.arrive, new Latch(1)).get()).not.toBe(thisThread.id);
    }
  });

  test('F14 no thread can be started: an error, and nothing is left', async () => {
    const threads = (): number[] => inspect().agents.map(({ agent }) => agent);
    const before = threads();
    const pool = new ThreadPool({ max: 1 });
    pools.push(pool);
    const failing = vi.spyOn(workerThreads, 'Worker').mockImplementation(function fail() {
      throw new Error('no more threads');
    });
    expect(() => pool.async(tasks.nothing)).toThrow('no more threads');
    expect(() => Thread.start(here, 'deepen', 0)).toThrow('no more threads');
    failing.mockRestore();
    expect(before).toEqual(expect.arrayContaining(threads()));
    expect(await pool.async(tasks.nothing).getAsync()).toBeUndefined();
    expect(Thread.start(here, 'deepen', 0).join()).toBe(0);
  });

  test('F17 a task has copies of its arguments, also where it runs in this thread', () => {
    const list: number[] = [];
    const { pool, release } = heldPool();
    expect(pool.async(tasks.append, list).get()).toBe(thisThread.id);
    release();
    async(tasks.append, list).wait({ stop: new StopSource().token }); // in another
    expect(list).toEqual([]);
  });

  test('F17 arguments are copied at the call; shared objects are live, ports move', async () => {
    const copied = [1];
    const { pool, release } = heldPool();
    const sum = pool.async(tasks.add, copied as never, 1);
    copied[0] = 2;
    expect(sum.get()).toBe('11');
    release();

    const mutex = new Mutex();
    const words = sharedWords();
    const { port1, port2 } = new MessageChannel();
    const result = async(tasks.describe, { mutex, words, port: port2 }).getAsync();
    await expect(result).rejects.toThrow(/memory/); // of the mutex
    expect(words[0]).not.toBe(0);
    expect(receiveMessageOnPort(port1)).toEqual({ message: 'moved' });
    port1.close();
  });

  test('deferred: in the thread that asks, once, and never if nobody does', () => {
    let calls = 0;
    const future = async(Launch.deferred, (n: number) => (calls += n), 2);
    {
      using unasked = async(Launch.deferred, () => calls++);
      expect(unasked.valid).toBe(true);
    }
    expect(calls).toBe(0);
    future.wait();
    expect(future.get()).toBe(2);
    expect(async(Launch.deferred, tasks.where).get()).toBe(thisThread.id);
    const named = async(Launch.deferred, here, 'deepen', 0);
    expect(() => named.get()).toThrow('use getAsync()');
    expect(named.waitFor(0)).toBe(FutureStatus.deferred);
  });

  test('deferred: while its module is loaded, threads and tasks start', async () => {
    const code = 'export const half = (n) => n / 2';
    const math = moduleRef<{ half(n: number): number }>(`data:text/javascript,${code}`);
    const future = async(Launch.deferred, math, 'half', 10).getAsync();
    expect(Thread.start(here, 'deepen', 0).join()).toBe(0);
    expect(async(tasks.add, 1, 2).get()).toBe(3);
    expect(await future).toBe(5);
  });

  test('disposed of, the future waits for the task', () => {
    const calls = new AtomicInt32();
    {
      using _ = async(tasks.count, calls);
    }
    expect(calls.load()).toBe(1);
  });
});

describe('ThreadPool', () => {
  test('a module that does not import crossthread has its objects live all the same', () => {
    const code = 'export const set = (promise, future) => promise.setValue(future.get())';
    const plain = new URL(`data:text/javascript,${code}`);
    const [input, output] = [new StdPromise<number>(), new StdPromise<number>()];
    const result = output.getFuture();
    const task = poolOf(1).async(plain as never, 'set' as never, output, input.getFuture().share());
    input.setValue(5);
    expect(task.get()).toBeUndefined();
    expect(result.waitFor(LONG) && result.get()).toBe(5);
  });

  test('a global object that came by a message goes on: returned, sent, and set', () => {
    const mutex = Mutex.global('sent on');
    const channel = new Channel<Mutex>(1);
    const promise = new StdPromise<Mutex>();
    const set = promise.getFuture();
    const returned = poolOf(1).async(tasks.sendOn, mutex, channel, promise);
    const received = [returned.get(), attach(channel.tryReceive()), set.get()];
    expect(received.map((found) => isSame(found, mutex))).toEqual([true, true, true]);
  });

  test('tasks begin while the thread that has submitted them blocks', () => {
    const latch = new Latch(300);
    const futures = Array.from({ length: 300 }, () => async(tasks.arrive, latch));
    expect(latch.waitFor(LONG)).toBe(true);
    const threads = new Set(futures.map((future) => future.get()));
    expect(threads.size).toBeLessThanOrEqual(32);
    expect(threads).not.toContain(thisThread.id);
  });

  test('a thousand tasks that wait for each other, on two threads', () => {
    const { rescues } = inspect();
    expect(poolOf(2).async(here, 'deepen', 1000).get()).toBe(1000);
    expect(inspect().rescues).toBe(rescues);
  });

  test('what cannot run in who waits for it has a thread, beyond the limit', () => {
    const pool = poolOf(1);
    expect(pool.async(tasks.nestBlocked, 3).get()).toBe(3);
  });

  test.each([1, 2])(
    'hundreds of tasks that await each other, and block for others, in a pool of %i',
    async (size) => {
      const { rescues } = inspect();
      const pool = poolOf(size);
      const threads = inspect().agents.length;
      expect(await pool.async(tasks.nestAwaited, 300).getAsync({ timeout: LONG })).toBe(300);
      expect(inspect().agents.length).toBeLessThanOrEqual(threads + size + 1);
      expect(inspect().rescues).toBe(rescues);
    },
  );

  test('of tasks that are awaited in their own pool no more run at a time than it has threads', async () => {
    for (const size of [1, 2]) {
      const beyond = poolOf(size).async(tasks.spread, 20, size).getAsync({ timeout: LONG });
      expect(await beyond).toBe(0);
    }
  });

  test('a task may submit others while what it awaits is loaded in its thread', async () => {
    expect(await poolOf(1).async(tasks.submitMeanwhile).getAsync({ timeout: LONG })).toBe(5);
  });

  test('what is asked for again and again in its own pool has a thread', async () => {
    const id = await poolOf(1).async(tasks.poll).getAsync({ timeout: LONG });
    expect(id).toBeGreaterThan(0);
  });

  test('an awaited task runs elsewhere if the thread holds a mutex, or the task has a port', async () => {
    const pool = poolOf(1);
    for (const what of ['mutex', 'port'] as const) {
      const [asked, asking] = await pool.async(tasks.ask, what).getAsync({ timeout: LONG });
      expect(asked).toBeGreaterThan(0);
      expect(asked).not.toBe(asking);
    }
  });

  test('an awaited task that is not to run, or ends its thread, ends as any does', async () => {
    const pool = poolOf(1);
    const stopped = pool.async(tasks.ask, 'stop').getAsync({ timeout: LONG });
    expect(await stopped).toEqual(['operation_canceled', expect.any(Number)]);
    const dying = pool.async(tasks.ask, 'die').getAsync({ timeout: LONG });
    const next = pool.async(tasks.arrive, new Latch(1)).getAsync({ timeout: LONG });
    await expect(dying).rejects.toThrow(broken);
    expect(await next).toBeGreaterThan(0);
  });

  test('a task that is not awaited any more is done before its pool is', () => {
    const calls = new AtomicInt32();
    const pool = new ThreadPool({ max: 1 });
    pool.async(tasks.giveUp, calls);
    pool[Symbol.dispose]();
    expect(calls.load()).toBe(1);
  });

  test('get() runs a task that has not begun, unless the thread holds a mutex', () => {
    const { pool, release } = heldPool();
    expect(pool.async(tasks.where).get()).toBe(thisThread.id);
    const promising = pool.async(tasks.givePromise);
    expect(() => promising.get()).toThrow(syncError('resource_deadlock_would_occur'));
    const gate = new Semaphore(0);
    void pool.async(tasks.hold, new Latch(1), gate); // the next, which would not be done
    expect(pool.async(tasks.arrive, new Latch(1)).get()).not.toBe(thisThread.id); // before that one
    const mutex = new Mutex();
    mutex.lock();
    const { isFree, id } = pool.async(tasks.lockHere, mutex).get();
    mutex.unlock();
    expect(isFree).toBe(false);
    expect(id).not.toBe(thisThread.id);
    gate.release();
    release();
  });

  test.each(['exit', 'uncaught'] as const)(
    'a thread that dies (%s) breaks its own task',
    async (how) => {
      const pool = poolOf(1);
      const begun = new Latch(1);
      const killed = pool.async(tasks.die, begun, how).share();
      const next = pool.async(tasks.arrive, new Latch(1));
      const waiting = killed.waitAsync();
      expect(() => killed.get()).toThrow(broken);
      await waiting;
      expect(() => killed.get()).toThrow(broken);
      expect(await next.getAsync()).toBeGreaterThan(0);
    },
  );

  test('a task that has not begun is cancelled by its signal', async () => {
    const { pool, release, held } = heldPool();
    const calls = new AtomicInt32();
    const controller = new AbortController();
    const source = new StopSource();
    const reason = new Error('no more');
    const aborted = pool.asyncWith({ signal: controller.signal }, tasks.count, calls);
    const stopped = pool.asyncWith({ signal: source.token }, tasks.count, calls);
    const unheeding = pool.async(tasks.countUnlessStopped, calls, source.token);
    controller.abort(reason);
    source.requestStop();
    await expect(aborted.getAsync()).rejects.toThrow('no more');
    await expect(stopped.getAsync()).rejects.toThrow(canceled);
    release();
    await held.getAsync();
    await expect(unheeding.getAsync()).rejects.toThrow(canceled);
    expect(calls.load()).toBe(0);
    expect(() => pool.asyncWith({ signal: controller.signal }, tasks.count, calls)).toThrow(reason);
    expect(() => pool.asyncWith({ timeout: 5 } as never, tasks.count, calls)).toThrow(TypeError);
  });

  test.each([false, true])(
    'a task waits for a task that another has submitted; blocked: %s',
    async (blocks) => {
      const pool = new ThreadPool({ max: 2 });
      expect(await pool.async(tasks.haveAwaited, blocks).getAsync()).toBe(7);
      await pool[Symbol.asyncDispose]();
    },
  );

  describe('a promise among the arguments of a task that is never called is broken', () => {
    const call = (pool: ThreadPool, options: TaskOptions, ...order: unknown[]): Future<unknown> =>
      (pool.asyncWith as (...all: unknown[]) => Future<unknown>).call(pool, options, ...order);
    const exiting = new URL('data:text/javascript,process.exit()');
    const stopped = new StopSource();
    stopped.requestStop();
    const calls = new AtomicInt32();

    test.each<[string, (pool: ThreadPool, promise: StdPromise<number>) => Future<unknown>]>([
      ['no such export', (pool, promise) => call(pool, {}, here, 'endings', promise)],
      ['its thread dies while it loads', (pool, promise) => call(pool, {}, exiting, 'f', promise)],
      [
        'another argument cannot be attached',
        (pool, promise) => call(pool, {}, tasks.arrive, promise, strange),
      ],
      [
        'a stop was requested',
        (pool, promise) => call(pool, {}, tasks.count, calls, stopped.token, [promise]),
      ],
    ])('%s', async (_, start) => {
      const promise = new StdPromise<number>();
      const future = promise.getFuture();
      const task = start(poolOf(1), promise);
      expect(future.waitFor(LONG)).toBe(FutureStatus.ready); // with this event loop standing still
      expect(() => future.get()).toThrow(broken);
      await expect(task.getAsync()).rejects.toThrow();
    });

    test.each<[string, (task: Future<unknown>, source: StopSource) => unknown]>([
      ['it is cancelled', (_, source) => source.requestStop()],
      ['who waits for it cannot attach its arguments', (task) => task.get()],
    ])('%s', async (_, end) => {
      const { pool, release } = heldPool();
      const promise = new StdPromise<number>();
      const future = promise.getFuture();
      const source = new StopSource();
      const task = call(pool, { signal: source.token }, tasks.count, promise, strange);
      try {
        end(task, source);
      } catch {
        // what get() throws
      }
      expect(() => future.get()).toThrow(broken);
      release();
      await task.waitAsync().catch(() => {});
    });

    test('but one that somebody keeps is not', () => {
      const promise = new StdPromise<number>();
      const future = promise.getFuture();
      const pool = poolOf(1);
      expect(() => pool.async(tasks.keepAndFail, promise).get()).toThrow(tasks.TaskError);
      expect(pool.async(tasks.setKept, 5).get()).toBeUndefined();
      expect(future.get()).toBe(5);
    });
  });

  test('a task that has begun is not', async () => {
    const pool = poolOf(1);
    const begun = new Latch(1);
    const semaphore = new Semaphore(0);
    const source = new StopSource();
    const held = pool.asyncWith({ signal: source.token }, tasks.hold, begun, semaphore);
    begun.wait();
    source.requestStop();
    semaphore.release();
    expect(await held.getAsync()).toBeUndefined();
  });

  test('disposed of, it finishes its tasks, and takes no more', async () => {
    const calls = new AtomicInt32();
    const pool = new ThreadPool({ max: 1 });
    for (let i = 0; i < 5; i++) pool.async(tasks.count, calls);
    pool[Symbol.dispose]();
    expect(calls.load()).toBe(5);
    expect(() => pool.async(tasks.count, calls)).toThrow(syncError('broken_pipe'));
    await pool[Symbol.asyncDispose]();
  });

  test('threads that are not needed end', async () => {
    const pool = new ThreadPool({
      name: 'night shift',
      max: 2,
      idle: 1,
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    });
    pools.push(pool);
    const id = await pool.async(tasks.arrive, new Latch(1)).getAsync();
    await eventually(() => !inspect().agents.some(({ agent }) => agent === id));
    expect(await pool.async(tasks.limits).getAsync()).toEqual([64, 'night shift']);
  });

  test('misuse', async () => {
    const plain = (() => 1) as never;
    const untyped = async as (...args: unknown[]) => Future<unknown>;
    const eager = moduleRef<typeof import('./eager.mjs')>('./eager.mjs', import.meta.url);
    expect(() => untyped(plain)).toThrow(/defineTask/);
    expect(() => untyped(Launch.async, here, 1)).toThrow(TypeError);
    expect(() => async(0, tasks.where)).toThrow(syncError('invalid_argument'));
    expect(() => async(4, tasks.where)).toThrow(syncError('invalid_argument'));
    expect(() => async(tasks.add, plain, 1)).toThrow(TypeError);
    expect(() => defineTask('tasks.mjs', 'add', plain)).toThrow(TypeError);
    expect(() => new ThreadPool({ max: 0 })).toThrow(RangeError);
    expect(() => new ThreadPool({ min: 2, max: 1 })).toThrow(RangeError);
    expect(() => new ThreadPool({ idle: NaN })).toThrow(RangeError);
    expect(() => new ThreadPool({ name: 1 as never })).toThrow(TypeError);
    const missing = untyped(Launch.async, here, 'endings');
    await expect(missing.getAsync()).rejects.toThrow(TypeError);
    const loading = async(Launch.async, eager, 'never');
    await expect(loading.getAsync()).rejects.toThrow(syncError('operation_not_permitted'));
  });
});

describe('a process', () => {
  test.each(['runs', 'blocks'])(
    'terminate() of a worker whose task %s: all that wait hear of it, and the pool goes on',
    async (how) => {
      const [assassin, program] = ['./assassin.mjs', './terminated.mjs'].map(path);
      const { stdout, ...end } = await runNode('--import', assassin!, program!, how);
      expect(end).toEqual({ code: 0, signal: null, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({
        codes: Array.from({ length: 4 }, () => 'broken_promise'),
        replaced: true,
      });
    },
  );

  test.each([
    ['closed', 'it is done\nmain is done\n'],
    ['nested', 'main is done\nit is done\n'],
  ])(
    'waits for what a task submits as its last act, however late that comes: %s',
    async (program, stdout) => {
      const [slow, main] = ['./slow-post.mjs', './process.mjs'].map(path);
      expect(await runNode('--import', slow!, main!, program)).toMatchObject({
        code: 0,
        stdout,
        stderr: '',
      });
    },
  );

  test('a pool that has no room for its threads breaks the tasks it has, and who is blocked hears of it', async () => {
    const outcome = await runProcess('./full-table.mjs', import.meta.url);
    expect(outcome).toMatchObject({ code: 0, stdout: 'broken_promise true\n', stderr: '' });
  });

  test.each([
    ['ends when its pool is idle', 'idle', 'main is done\n'],
    ['ends when its tasks are done', 'busy', 'main is done\nthe task is done\nby the console\n'],
    ['and so does a thread', 'thread', 'main is done\nthe task is done\nby the console\n'],
  ])('%s', async (_, program, stdout) => {
    const outcome = await runProcess('./process.mjs', import.meta.url, program);
    expect(outcome).toMatchObject({ code: 0, stdout, stderr: '' });
  });
});
