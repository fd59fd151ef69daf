import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import {
  ConditionVariable,
  hardwareConcurrency,
  inspect,
  JThread,
  Latch,
  moduleRef,
  Mutex,
  ownStopToken,
  Semaphore,
  StdPromise,
  StopSource,
  Thread,
  ThreadPool,
  thisThread,
} from 'crossthread';
import { describe, expect, test } from 'vitest';
import { runNode, runProcess } from '../support/child.ts';
import { futureError, syncError, timedOut } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { eventually, LONG } from '../support/time.ts';
import { waitersFor } from '../support/waiters.ts';
import { startWorker } from '../support/worker.ts';
import { ParseError } from './parse-error.mjs';

const jobs = moduleRef<typeof import('./jobs.mjs')>('./jobs.mjs', import.meta.url);
const died = syncError('no_such_process');

/** The worker of the thread that `start` starts. */
async function workerOf<T>(start: () => T): Promise<[T, Worker]> {
  const started = Promise.withResolvers?.<Worker>() ?? resolvers<Worker>();
  process.once('worker', started.resolve);
  const thread = start();
  return [thread, await started.promise];
}

function resolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  return { promise: new Promise<T>((done) => (resolve = done)), resolve };
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable(),
    (error: Error) => error,
  );
}

function stopped(): StopSource {
  const source = new StopSource();
  source.requestStop();
  return source;
}

const caught = (fn: () => unknown): Error => {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  return expect.unreachable();
};

describe('Thread', () => {
  test('join: blocks at once after the start, and returns what the function returned', () => {
    const rescues = inspect().rescues;
    const thread = Thread.start(jobs, 'add', 1, 2);
    expect(thread.joinable).toBe(true);
    expect(thread.join()).toBe(3);
    expect(thread.joinable).toBe(false);
    expect(inspect().rescues).toBe(rescues);
  });

  test('arguments and results: shared objects are live, memory is shared, ports move', async () => {
    const mutex = new Mutex();
    const words = sharedWords();
    const { port1, port2 } = new MessageChannel();
    const thread = Thread.start(jobs, 'describe', { mutex, words, port: port2 });
    const result = await thread.joinAsync();
    expect(result).toMatchObject({ isLive: true, isMain: false });
    expect(result.mutex).toBe(mutex);
    expect(words[0]).toBe(thread.id);
    expect(receiveMessageOnPort(port1)).toEqual({ message: 'moved' });
    result.port.postMessage('back');
    expect(receiveMessageOnPort(port1)).toEqual({ message: 'back' });
    port1.close();
  });

  test('a thread starts threads, also when all its ancestors are blocked', () => {
    const thread = Thread.start(jobs, 'nested', 2);
    expect(thread.join()).toBeGreaterThan(thread.id);
  });

  test('a plain worker starts threads, too', async () => {
    const worker = await startWorker<typeof import('./starter.mjs')>(
      './starter.mjs',
      import.meta.url,
    );
    expect(await worker.call.start()).toBe(6);
  });

  test('join({ stop }): the wait ends, and the thread goes on, to be joined', () => {
    const canceled = syncError('operation_canceled');
    const latch = new Latch(1);
    const source = new StopSource();
    const { token: stop } = source;
    const thread = Thread.start(jobs, 'waitForLatch', latch);
    expect(() => thread.join({ stop: 1 as never })).toThrow(TypeError);
    const requester = Thread.start(jobs, 'requestStopSoon', source);
    expect(() => thread.join({ stop })).toThrow(canceled);
    expect(() => thread.join({ stop })).toThrow(canceled); // at once
    expect(waitersFor(stop)).toBe(0);
    expect(thread.joinable).toBe(true);
    latch.countDown();
    expect(thread.join({ stop: new StopSource().token })).toBe(true);
    requester.join();
  });

  test('joinAsync, given up: the thread goes on, to be joined', async () => {
    const latch = new Latch(1);
    const thread = Thread.start(jobs, 'waitForLatch', latch);
    await expect(thread.joinAsync({ timeout: 1 })).rejects.toThrow(timedOut);
    const { token: signal } = stopped();
    await expect(thread.joinAsync({ signal })).rejects.toThrow(syncError('operation_canceled'));
    expect(thread.joinable).toBe(true);
    latch.countDown();
    expect(await thread.joinAsync()).toBe(true);
  });

  test('TypeScript', () => {
    const typed = moduleRef<typeof import('./typed.ts')>('./typed.ts', import.meta.url);
    expect(Thread.start(typed, 'answer', new Mutex()).join()).toBe(42);
  });
});

describe('JThread', () => {
  const start = (how: 'blocked' | 'asleep' | 'aware'): [JThread<boolean>, Latch] => {
    const ready = new Latch(1);
    const wait = { semaphore: new Semaphore(0), ready };
    return [JThread.start(jobs, 'waitForStop', ownStopToken, wait, how), ready];
  };

  test('its function has its stop token', () => {
    const [thread] = start('aware');
    expect(thread.stopToken).toBe(thread.stopSource.token);
    expect(thread.requestStop()).toBe(true);
    expect(thread.requestStop()).toBe(false);
    expect(thread.join()).toBe(true);
    thread[Symbol.dispose]();
  });

  test.each(['blocked', 'asleep'] as const)('a stop ends its waits: %s', (how) => {
    const [thread, ready] = start(how);
    ready.wait();
    thread.requestStop();
    expect(() => thread.join()).toThrow(syncError('operation_canceled'));
  });

  test('S13 disposed of: it is stopped and joined', async () => {
    const threads: JThread[] = [];
    {
      using thread = start('blocked')[0];
      await using other = start('aware')[0];
      threads.push(thread, other);
    }
    for (const { joinable, stopToken } of threads) {
      expect([joinable, stopToken.stopRequested]).toEqual([false, true]);
    }
  });

  test('disposed of, it throws what its function did', async () => {
    const thread = JThread.start(jobs, 'failToParse');
    expect(() => thread[Symbol.dispose]()).toThrow(ParseError);
    const other = JThread.start(jobs, 'failToParse');
    await expect(other[Symbol.asyncDispose]()).rejects.toThrow(ParseError);
    await other[Symbol.asyncDispose]();
  });

  test('no other thread has a stop token that a stop comes from', () => {
    expect(thisThread.stopToken.stopPossible).toBe(false);
    expect(thisThread.stopToken).toBe(thisThread.stopToken);
    expect(Thread.start(jobs, 'isStopPossible').join()).toBe(false);
    const args = [ownStopToken, { semaphore: new Semaphore(0), ready: new Latch(1) }] as const;
    expect(() => Thread.start(jobs, 'waitForStop', ...args, 'aware')).toThrow(
      '`ownStopToken` is for a JThread',
    );
  });
});

describe('what a thread throws', () => {
  test('a registered class of errors: class, message, code, cause, stack', () => {
    const error = caught(() => Thread.start(jobs, 'failToParse').join());
    expect(error).toBeInstanceOf(ParseError);
    expect(error).toMatchObject({ message: 'unexpected end', line: 7 });
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.stack).toContain('failToParse');
  });

  test.each<[string, string, URL, string]>([
    [
      'a result that cannot travel',
      "the result of 'returnFunction': a function stays in its thread",
      jobs,
      'returnFunction',
    ],
    ['no such export', "exports no function 'nothing'", jobs, 'nothing'],
    ['an export that is no function', "exports no function 'constant'", jobs, 'constant'],
    ['no such module', 'Cannot find module', new URL('./none.mjs', import.meta.url), 'f'],
    ['an error while the module is loaded', 'early', new URL('data:text/javascript,throw Error("early")'), 'f'], // prettier-ignore
  ])('%s', async (_, message, module, name) => {
    await expect(new Thread(module, name).joinAsync()).rejects.toThrow(message);
  });

  test('a module that starts threads while a thread loads it', () => {
    const thread = new Thread(new URL('./starter.mjs', import.meta.url), 'start');
    const error = caught(() => thread.join());
    expect(error).toEqual(syncError('operation_not_permitted'));
    expect(error.message).toContain('if (thisThread.isMain) main();');
  });
});

describe('a thread that dies', () => {
  test.each(['exit', 'uncaught', 'idle'] as const)('%s: join throws', (how) => {
    const error = caught(() => Thread.start(jobs, 'end', how, sharedWords()).join());
    expect(error).toEqual(died);
    if (how === 'uncaught') expect(error.cause).toEqual(new RangeError('late'));
  });

  test('uncaught: joinAsync rejects, and knows why', async () => {
    const error = await failureOf(Thread.start(jobs, 'end', 'uncaught', sharedWords()).joinAsync());
    expect(error).toEqual(died);
    expect(error.cause).toEqual(new RangeError('late'));
  });

  test('uncaught, but the program handles it: that is no end', async () => {
    const strays: unknown[] = [];
    const note = (error: unknown): unknown => strays.push(error);
    process.on('unhandledRejection', note);
    expect(await Thread.start(jobs, 'survive', 'not the end').joinAsync()).toBe('not the end');
    const [detached, worker] = await workerOf(() => Thread.start(jobs, 'survive', 'not its end'));
    detached.detach();
    await once(worker, 'exit');
    const pool = new ThreadPool({ size: 1 });
    expect(await pool.async(jobs, 'survive', 'not for a task').getAsync()).toBe('not for a task');
    expect(await pool.async(jobs, 'add', 1, 2).getAsync()).toBe(3);
    await pool[Symbol.asyncDispose]();
    process.off('unhandledRejection', note);
    expect(strays).toEqual([]);
  });

  test('the promise among its arguments is broken if its starter takes it along, before it is anybody', async () => {
    for (const isBlocked of [true, false]) {
      const promise = new StdPromise<number>();
      const future = promise.getFuture();
      Thread.start(jobs, 'passOnAndExit', promise).detach();
      if (isBlocked) expect(() => future.get()).toThrow(futureError('broken_promise'));
      else await expect(future.getAsync()).rejects.toEqual(futureError('broken_promise'));
    }
  });

  test('terminated at its start, before it is anybody', async () => {
    const [thread, worker] = await workerOf(() => Thread.start(jobs, 'end', 'stay', sharedWords()));
    void worker.terminate();
    expect(() => thread.join()).toThrow(died);
  });

  test.each<[string, number, (worker: Worker) => unknown]>([
    ['at its start', 0, (worker) => worker.terminate()],
    ['since it finds no export', 1, () => {}],
  ])('%s: promises among its arguments are broken', async (_, name, end) => {
    const promise = new StdPromise<number>();
    const future = promise.getFuture();
    const start = () => new Thread(jobs, ['add', 'nothing'][name]!, promise);
    const [thread, worker] = await workerOf(start);
    void end(worker);
    await expect(future.getAsync({ timeout: LONG })).rejects.toMatchObject({
      code: 'broken_promise',
    });
    await expect(thread.joinAsync()).rejects.toThrow();
  });

  test.each(['stay', 'block'] as const)('terminated while it does: %s', async (how) => {
    const words = sharedWords();
    const [thread, worker] = await workerOf(() => Thread.start(jobs, 'end', how, words));
    const [other, otherWorker] = await workerOf(() => Thread.start(jobs, 'end', how, words));
    await eventually(() => words[0] === 1);
    const joined = failureOf(other.joinAsync());
    void worker.terminate();
    expect(() => thread.join()).toThrow(died);
    void otherWorker.terminate();
    expect(await joined).toEqual(died);
  });
});

describe('the end of a thread', () => {
  test.each([false, true])(
    'comes after its work at the exit, and no timer rings then; it throws: %s',
    async (fails) => {
      const words = sharedWords(2);
      const mutex = new Mutex();
      const condition = new ConditionVariable();
      const thread = Thread.start(jobs, 'leave', words, mutex, condition, fails);
      if (fails) expect(() => thread.join()).toThrow('at the exit');
      else thread.join();
      expect(words[0]).toBe(1);
      mutex.tryLock()!.unlock();
      await eventually(() => inspect().agents.every(({ agent }) => agent !== thread.id));
      expect(words[1]).toBe(0);
    },
  );

  test('waits for threads that it has detached', async () => {
    const words = sharedWords();
    Thread.start(jobs, 'detachOne', words).join();
    await eventually(() => words[0] === 1);
    Thread.start(jobs, 'detachOneLater', words).join();
    await eventually(() => words[0] === 2);
  });
});

describe('misuse', () => {
  test('of a thread that was joined, or is being joined, or was detached', async () => {
    const joined = Thread.start(jobs, 'add', 1, 2);
    joined.join();
    const joining = Thread.start(jobs, 'add', 1, 2);
    const result = joining.joinAsync();
    const detached = Thread.start(jobs, 'add', 1, 2);
    detached.detach();
    for (const thread of [joined, joining, detached]) {
      expect(thread.joinable).toBe(false);
      expect(() => thread.join()).toThrow(syncError('invalid_argument'));
      await expect(thread.joinAsync()).rejects.toThrow(syncError('invalid_argument'));
      expect(() => thread.detach()).toThrow(syncError('invalid_argument'));
      thread[Symbol.dispose]();
    }
    expect(await result).toBe(3);
  });

  test('of a joinable thread: disposed of, cloned; it stays joinable', () => {
    const thread = Thread.start(jobs, 'add', 1, 2);
    expect(() => thread[Symbol.dispose]()).toThrow(syncError('operation_not_permitted'));
    expect(() => structuredClone(thread)).toThrow('a guard stays in its thread');
    expect(thread.join()).toBe(3);
  });

  const start = (module: unknown, name: unknown, ...args: unknown[]): Thread =>
    new Thread(module as URL, name as string, ...args);
  test.each<[string, string, () => unknown]>([
    ['no URL', '`module` must be a URL', () => start('./jobs.mjs', 'add')],
    ['no name', '`name` must be a string', () => start(jobs, undefined)],
    ['a function among the arguments', 'a function stays', () => start(jobs, 'add', () => 1)],
    [
      'a guard among the arguments',
      'a UniqueLock stays',
      () => start(jobs, 'add', new Mutex().lock()),
    ],
    ['no address', 'Invalid URL', () => moduleRef('./jobs.mjs')],
  ])('%s: a TypeError, and nothing starts', (_, message, act) => {
    const error = caught(act);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(message);
  });

  test('a TypeScript module where nothing loads it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crossthread-no-tsx-'));
    try {
      await cp(new URL('../../dist', import.meta.url), join(folder, 'dist'), { recursive: true });
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      const program = `
        import { moduleRef, Thread } from './dist/index.js';
        Object.defineProperty(process.features, 'typescript', { value: false });
        try { new Thread(moduleRef('./job.ts', import.meta.url), 'job'); }
        catch ({ code, message }) { console.log(code, message); }`;
      await writeFile(join(folder, 'main.js'), program);
      const { stdout } = await runNode(join(folder, 'main.js'));
      expect(stdout).toMatch(/^invalid_argument .*job\.ts is TypeScript.*install tsx/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the process', () => {
  test.each<[string, string, object]>([
    ['lives until a thread has ended', 'running', { code: 0, stdout: 'main is done\nwritten\n' }],
    ['does not wait for a detached one', 'detached', { code: 0, stdout: 'main is done\n' }],
    ['prints what a joined thread has printed', 'prints', { code: 0, stdout: 'main is done\na\nb\nc\n' }], // prettier-ignore
    ['ends when a detached one throws', 'detachedThatThrows', { code: 1, stdout: 'main is done\n' }], // prettier-ignore
  ])('%s', async (_, program, end) => {
    const outcome = await runProcess('./process.mjs', import.meta.url, program);
    expect(outcome).toMatchObject(end);
    expect(outcome.stderr).toContain(program === 'detachedThatThrows' ? 'RangeError: late' : '');
  });
});

describe('thisThread', () => {
  test('sleeps, and never less than it is told', async () => {
    const start = performance.now();
    thisThread.sleepFor(2.5);
    expect(performance.now() - start).toBeGreaterThanOrEqual(2.5);
    const later = performance.now();
    await thisThread.sleepForAsync(2.5);
    expect(performance.now() - later).toBeGreaterThanOrEqual(2.5);
    const t = new Date(Date.now() + 5);
    thisThread.sleepUntil(t);
    expect(Date.now()).toBeGreaterThanOrEqual(Number(t));
    thisThread.yield();
  });

  test('does not sleep for zero and less', async () => {
    for (const ms of [0, -1, -Infinity]) {
      thisThread.sleepFor(ms);
      await thisThread.sleepForAsync(ms);
    }
    thisThread.sleepUntil(0);
  });

  test('a sleep that is aborted', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const slept = thisThread.sleepForAsync(60_000, { signal: controller.signal });
    controller.abort(reason);
    await expect(slept).rejects.toBe(reason);
  });

  test('misuse', async () => {
    expect(() => thisThread.sleepFor(NaN)).toThrow(RangeError);
    expect(() => thisThread.sleepFor('1' as never)).toThrow(TypeError);
    expect(() => thisThread.sleepUntil({} as never)).toThrow(TypeError);
    await expect(thisThread.sleepForAsync(NaN)).rejects.toThrow(RangeError);
    await expect(thisThread.sleepForAsync(1, 7 as never)).rejects.toThrow(TypeError);
    await expect(thisThread.sleepForAsync(1, { timeout: 5 } as never)).rejects.toThrow(TypeError);
  });

  test('knows who it is', () => {
    expect(thisThread.id).toBe(1);
    expect(thisThread.isMain).toBe(true);
    expect(hardwareConcurrency()).toBeGreaterThanOrEqual(1);
  });
});
