import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { inspect, Latch, Mutex, Semaphore } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { NodeHost } from '../../src/agent/node-host.ts';
import { ownTid, startedAt } from '../../src/agent/os-thread.ts';
import { wholeMilliseconds } from '../../src/agent/runtime.ts';
import {
  createTable,
  HIGH,
  ID,
  LEAVING,
  slotAt,
  START,
  SWEPT,
  TID,
} from '../../src/agent/table.ts';
import type { Words } from '../../src/memory/words.ts';
import { runProcess } from '../support/child.ts';
import { ownerDied } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { eventually, LONG, sleep } from '../support/time.ts';
import { waitersAre } from '../support/waiters.ts';
import { startWorker, type TestWorker } from '../support/worker.ts';

type Dying = typeof import('./dying.mjs');
const start = (options = {}): Promise<TestWorker<Dying>> =>
  startWorker('./dying.mjs', import.meta.url, options);

const LIMITS = { resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 8 } };
const isListed = (agent: number): boolean => inspect().agents.some((a) => a.agent === agent);

describe('P3 however a thread dies', () => {
  const ends = [
    ['outOfMemory', 1, { code: 'ERR_WORKER_OUT_OF_MEMORY' }],
    ['stackOverflow', 1, { name: 'RangeError' }],
    ['reject', 1, { message: 'unhandled' }],
    ['fail', 1, { message: 'uncaught' }],
    ['exit', 7, undefined],
    ['close', 0, undefined],
  ] as const;

  test.each(ends)('%s: nobody is stuck, and its place is free again', async (end, code, error) => {
    const mutex = new Mutex();
    const semaphore = new Semaphore(1);
    const victim = await start(LIMITS);
    await victim.call.hold(mutex);
    expect(isListed(victim.agent)).toBe(true);
    const lost = victim.call.waitForMany(semaphore).catch(() => {});
    await waitersAre(1, semaphore);
    const waits = [mutex.lockAsync({ timeout: LONG }), semaphore.acquireAsync()] as const;
    const { ended } = victim;
    const call = victim.call[end]().catch(() => {});
    await expect(waits[0]).rejects.toThrow(ownerDied);
    expect((await waits[1]).count).toBe(1);
    const how = await ended;
    expect(how.code).toBe(code);
    if (error) expect(how.error).toMatchObject(error);
    await Promise.all([lost, call]);
    await eventually(() => !isListed(victim.agent));
    mutex.recover(() => {}).unlock();
  });

  test('terminate: the same', async () => {
    const mutex = new Mutex();
    const victim = await start();
    await victim.call.hold(mutex);
    const told = expect(mutex.lockAsync({ timeout: LONG })).rejects.toThrow(ownerDied);
    await victim.terminate();
    await told;
    expect(isListed(victim.agent)).toBe(false);
  });
});

const listed = (): number[] => inspect().agents.map(({ agent }) => agent);

describe('a thread that knows nothing of the library', () => {
  test.each([
    ['killed', 'setInterval(() => {}, 1000)', true],
    [
      'killed while it blocks',
      'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
      true,
    ],
    ['that ends by itself', '', false],
    ['that exits', 'process.exit(5)', false],
  ])('%s: changes nothing', async (_, code, isKilled) => {
    const before = listed();
    const mutex = new Mutex();
    const semaphore = new Semaphore(0);
    const plain = new Worker(code, { eval: true, workerData: { mutex, semaphore } });
    const ended = once(plain, 'exit');
    const acquired = semaphore.acquireAsync();
    await once(plain, 'online');
    if (isKilled) await plain.terminate();
    await ended;
    expect(listed()).toEqual(before);
    semaphore.release();
    await acquired;
    mutex.lock().unlock();
  });
});

describe('a thread on its way out', () => {
  test('unlocks in its exit handlers what it holds: no death is reported', async () => {
    const mutex = new Mutex();
    const victim = await start();
    const { ended } = victim;
    victim.call.exitOrderly(mutex).catch(() => {});
    await ended;
    const lock = await mutex.lockAsync({ timeout: LONG });
    expect(lock.ownsLock).toBe(true);
  });

  test('and takes its time there: the others go on as before, and no sleep is rescued', async () => {
    const rescues = inspect().rescues;
    const [leaver, echo] = await Promise.all([start(), start()]);
    const leaving = new Latch(1);
    const [ping, pong] = [new Semaphore(0), new Semaphore(0)];
    const times = 150;
    const echoed = echo.call.echo(ping, pong, times);
    const { ended } = leaver;
    const words = sharedWords();
    leaver.call.exitSlowly(leaving, words).catch(() => {});
    expect(leaving.waitFor(LONG)).toBe(true);
    for (let i = 0; i < times; i++) {
      ping.release();
      expect(pong.tryAcquireFor(LONG)).not.toBe(null);
    }
    await echoed;
    expect(inspect().rescues).toBe(rescues);
    expect(isListed(leaver.agent)).toBe(true);
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    await ended;
  });
});

describe('threads that leave all the time', () => {
  test('P5 do not keep a turn from going on, where an event loop stands still', async () => {
    const [stuck, blocked] = await Promise.all([start(), start()]);
    const semaphore = new Semaphore(0);
    const words = sharedWords();
    const late = stuck.call.acquireAndBlock(semaphore, words);
    await waitersAre(1, semaphore);
    const served = blocked.call.acquire(semaphore);
    await waitersAre(2, semaphore);
    const { table } = (semaphore as unknown as { crossthread: { table: Words } }).crossthread;
    const leave = (): number => Atomics.store(table, LEAVING, wholeMilliseconds());
    const leaving = setInterval(leave, 10); // as their exit hooks do
    leave();
    semaphore.release();
    expect(await Promise.race([served.then(() => 'served'), sleep(LONG)])).toBe('served');
    clearInterval(leaving);
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    semaphore.release();
    await Promise.all([late, served]);
  });
});

describe('a live thread is not taken for dead', () => {
  test('when /proc can not be read for want of file descriptors', async () => {
    expect(await runProcess('./no-descriptors.mjs', import.meta.url)).toEqual({
      code: 0,
      signal: null,
      stdout: 'EMFILE\nnull\n2 alive\n',
      stderr: '',
    });
  });

  test('when it begins where a dead one has left, and is slow to say who it is', async () => {
    expect(await runProcess('./slow-start.mjs', import.meta.url)).toEqual({
      code: 0,
      signal: null,
      stdout: 'joined\nnull\n2 alive\n',
      stderr: '',
    });
  });
});

describe('a look for the dead', () => {
  const NOBODY = 1 << 30; // the system gives no such number
  const table = createTable();
  const host = new NodeHost(table);
  const me = ownTid();
  const [ALIVE, GONE, REUSED] = [2, 3, 4];
  const threads = [
    { id: ALIVE, tid: me, started: startedAt(me)! },
    { id: GONE, tid: NOBODY, started: 1 },
    { id: REUSED, tid: me, started: startedAt(me)! - 1 },
  ];
  for (const [i, { id, tid, started }] of threads.entries()) {
    Atomics.store(table, slotAt(i) + ID, id);
    Atomics.store(table, slotAt(i) + TID, tid);
    Atomics.store(table, slotAt(i) + START, started);
  }
  Atomics.store(table, HIGH, threads.length);
  const look = (): readonly number[] | undefined => {
    const isGone = host.nextLook();
    return isGone && threads.map(({ id }) => id).filter((id, i) => isGone(id, slotAt(i)));
  };
  const lookAfter = (ms: number): readonly number[] | undefined => {
    Atomics.store(table, SWEPT, wholeMilliseconds() - ms);
    return look();
  };

  test('sees each time who is gone', () => {
    for (let i = 0; i < 3; i++) expect(lookAfter(250)).toContain(GONE);
  });

  test('sees now and then that a number was given again, to a thread started later', () => {
    expect(lookAfter(10_000)).toEqual([GONE, REUSED]);
    Atomics.store(table, SWEPT, 0); // the first look of all
    expect(look()).toEqual([GONE, REUSED]);
  });

  test('is spared right after another', () => {
    expect(lookAfter(0)).toBeUndefined();
  });
});

test('a thread killed while it finds out who it is, and its starter with it, keeps no slot', async () => {
  expect(await runProcess('./killed-at-start.mjs', import.meta.url)).toEqual({
    code: 0,
    signal: null,
    stdout: '1 left\n',
    stderr: '',
  });
});

test('inspect() lists a thread from its first use of the library to its death', async () => {
  const victim = await start();
  await victim.call.hold(new Mutex());
  expect(inspect().agents).toMatchObject([
    { agent: 1, thread: 'main', alive: true },
    { agent: victim.agent, thread: `worker ${victim.agent - 1}`, alive: true },
  ]);
  await victim.terminate();
  expect(listed()).toEqual([1]);
});
