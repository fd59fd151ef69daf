/** P5: the async tasks of one thread, and their order. */
import { setMaxListeners } from 'node:events';
import { Mutex, type UniqueLock } from 'crossthread';
import { describe, expect, test, vi } from 'vitest';
import { isDeep } from '../explored/depth.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { LONG, sleep } from '../support/time.ts';
import { borrowWorker } from '../support/worker.ts';

expectNoRescues();

const startLocker = () =>
  borrowWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);

const inOrder = (n: number): number[] => [...Array(n).keys()];

describe.each(['eventual', 'fifo'] as const)('Mutex, %s: tasks of one thread', (fairness) => {
  test('P5 come in exactly as they came', async () => {
    const mutex = new Mutex({ fairness });
    const first = mutex.lock();
    const order: number[] = [];
    const tasks = inOrder(1000).map(async (i) => {
      using _lock = await (i % 3 ? mutex.lockAsync() : mutex.tryLockForAsync(LONG));
      order.push(i);
      if (i % 10 === 0) await sleep(0);
    });
    first.unlock();
    await Promise.all(tasks);
    expect(order).toEqual(inOrder(1000));
  });

  test('P5 one that comes at the moment of the unlock comes in later', async () => {
    const mutex = new Mutex({ fairness });
    const newcomers: ((mutex: Mutex) => Promise<UniqueLock | null>)[] = [
      (mutex) => mutex.lockAsync(),
      (mutex) => mutex.lockAsync({ timeout: LONG }),
      (mutex) => mutex.tryLockForAsync(LONG),
    ];
    for (const come of newcomers) {
      const guard = mutex.lock();
      const order: string[] = [];
      const old = mutex.lockAsync().then((guard) => {
        order.push('old');
        guard.unlock();
      });
      await sleep(5); // by now nobody may overtake it
      guard.unlock();
      const newcomer = come(mutex).then((guard) => {
        order.push('new');
        guard?.unlock();
      });
      await Promise.all([old, newcomer]);
      expect(order).toEqual(['old', 'new']);
    }
  });

  test('P5 one is not overtaken for ever by others that come again and again', async () => {
    const mutex = new Mutex({ fairness });
    const guard = mutex.lock();
    let isIn = false;
    const old = mutex.lockAsync().then((guard) => {
      isIn = true;
      guard.unlock();
    });
    await sleep(5);
    guard.unlock();
    let overtaken = 0;
    for (; !isIn && overtaken < 100; overtaken++) (await mutex.lockAsync()).unlock();
    expect(overtaken).toBeLessThan(100);
    await old;
  });

  test('P5 come in as they came also when another thread had it, or some gave up', async () => {
    const mutex = new Mutex({ fairness });
    const locker = await startLocker();
    await locker.call.lock(mutex);
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const order: number[] = [];
    const tasks = inOrder(90).map(async (i) => {
      let guard: UniqueLock | null;
      if (i % 3 === 0) guard = await mutex.lockAsync({ signal: controller.signal });
      else if (i % 3 === 1) guard = await mutex.tryLockForAsync(5);
      else guard = await mutex.lockAsync();
      if (!guard) return;
      order.push(i);
      guard.unlock();
    });
    const settled = Promise.allSettled(tasks);
    await sleep(30); // a third is late by now
    controller.abort();
    await locker.call.unlock(mutex);
    await settled;
    expect(order).toEqual(inOrder(90).filter((i) => i % 3 === 2));
  });
});

describe('Mutex: a long line of tasks', () => {
  const MOST = 6; // times as much for a task of eight times as many: 8 where each looks at all others

  /** us of processor time per task. */
  async function resolveInOrder(length: number): Promise<number> {
    const mutex = new Mutex();
    const first = mutex.lock();
    const start = process.cpuUsage();
    let next = 0;
    const tasks: Promise<void>[] = [];
    for (let i = 0; i < length; i++) {
      tasks.push(
        mutex.lockAsync().then((guard) => {
          if (next++ !== i) throw new Error(`task ${i} came in as number ${next}`);
          guard.unlock();
        }),
      );
    }
    first.unlock();
    await Promise.all(tasks);
    expect(mutex.isLocked).toBe(false);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / length;
  }

  const [some, many] = isDeep ? [20_000, 160_000] : [8000, 64_000];
  test(`${many} come in as they came, each for the same price`, async () => {
    await resolveInOrder(2000);
    let least = Infinity;
    for (let round = 0; least >= MOST && round < 5; round++) {
      const short = await resolveInOrder(some);
      const long = await resolveInOrder(many);
      least = Math.min(least, long / short);
    }
    expect(least).toBeLessThan(MOST);
  });
});

/** How often shared memory is read until a task has one of `length` mutexes for which others wait. */
async function readsOfAGrant(length: number): Promise<number> {
  const mutexes = Array.from({ length }, () => new Mutex());
  for (const mutex of mutexes) mutex.lock();
  const tasks = mutexes.map((mutex) => mutex.lockAsync());
  const load = vi.spyOn(Atomics, 'load');
  let least = Infinity; // a slice may look at all of them meanwhile
  for (let i = 0; i < 8; i++) {
    load.mockClear();
    mutexes[i]?.unlock();
    await tasks[i];
    least = Math.min(least, load.mock.calls.length);
  }
  load.mockRestore();
  for (const mutex of mutexes) mutex.unlock();
  for (const guard of await Promise.all(tasks)) if (guard.ownsLock) guard.unlock();
  return least;
}

test('Mutex: a grant costs the same, for however many others the thread waits', async () => {
  expect(await readsOfAGrant(1000)).toBeLessThan(2 * (await readsOfAGrant(10)));
});
