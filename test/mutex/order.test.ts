/** P5: who comes next. Order is counted by how many were inside before, never by time. */
import { Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually, sleep } from '../support/time.ts';
import { waitersAre } from '../support/waiters.ts';
import { borrowWorker, borrowWorkers } from '../support/worker.ts';

expectNoRescues();

const FIXTURE = './locker.mjs';
const startLocker = () => borrowWorker<typeof import('./locker.mjs')>(FIXTURE, import.meta.url);
const startLockers = (n: number) =>
  borrowWorkers<typeof import('./locker.mjs')>(n, FIXTURE, import.meta.url);

const inOrder = (n: number): number[] => [...Array(n).keys()];

describe('Mutex, fifo: blocking waiters', () => {
  test('P5 come in exactly as they came', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const visits = sharedWords();
    const lockers = await startLockers(6);
    for (let round = 0; round < 5; round++) {
      visits[0] = 0;
      mutex.lock();
      const places: Promise<number>[] = [];
      for (const { call } of lockers) {
        places.push(call.visit('lock', mutex, visits));
        await waitersAre(places.length, mutex);
      }
      mutex.unlock();
      expect(await Promise.all(places)).toEqual(inOrder(6));
    }
  });

  test('P5 keep their order through slices, timed and untimed alike', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const visits = sharedWords();
    const lockers = await startLockers(3);
    mutex.lock();
    const places: Promise<number>[] = [];
    for (const { call } of lockers) {
      const form = places.length === 1 ? 'tryLockFor' : 'lock';
      places.push(call.visit(form, mutex, visits));
      await waitersAre(places.length, mutex);
      await sleep(180); // each has slept another part of its slice when it ends
    }
    await sleep(600);
    mutex.unlock();
    expect(await Promise.all(places)).toEqual(inOrder(3));
  });

  test('P5 one that gives up leaves the others in order', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const visits = sharedWords();
    const lockers = await startLockers(4);
    mutex.lock();
    const first = lockers[0]!.call.visitFor(mutex, 1);
    expect(await first).toBe(false);
    const places: Promise<number>[] = [];
    for (const { call } of lockers) {
      places.push(call.visit('lock', mutex, visits));
      await waitersAre(places.length, mutex);
    }
    mutex.unlock();
    expect(await Promise.all(places)).toEqual(inOrder(4));
  });

  test('M9 nobody overtakes a waiter', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const locker = await startLocker();
    for (let round = 0; round < 50; round++) {
      mutex.lock();
      const taken = locker.call.take('lock', mutex);
      await waitersAre(1, mutex);
      mutex.unlock();
      expect(mutex.tryLock()).toBe(null);
      expect(await taken).toBe(true);
      await locker.call.unlock(mutex);
    }
  });

  test('M9 nobody overtakes a task', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    for (let round = 0; round < 50; round++) {
      const first = mutex.lock();
      const task = mutex.lockAsync();
      const later = mutex.lockAsync();
      first.unlock();
      const second = await task;
      let overtaken = false;
      void later.then(() => (overtaken = true));
      await Promise.resolve();
      expect(overtaken).toBe(false);
      second.unlock();
      (await later).unlock();
    }
  });
});

describe('Mutex, fifo: nobody overtakes a task of another thread', () => {
  test('M9 who only tries does not, as long as its lease lasts', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const locker = await startLocker();
    for (let round = 0; round < 10; round++) {
      mutex.lock();
      const taken = locker.call.take('lockAsync', mutex);
      await waitersAre(1, mutex);
      mutex.unlock();
      expect(mutex.tryLock()).toBe(null);
      expect(await taken).toBe(true);
      await locker.call.unlock(mutex);
      await sleep(15); // longer than a lease: the next one is a new one all the same
    }
  });
});

describe('Mutex, eventual: bounded overtaking', () => {
  test('M9 a waiter of less than 1 ms may be overtaken', () => {
    const mutex = new Mutex();
    let overtook = 0;
    for (let round = 0; round < 100; round++) {
      mutex.lock();
      const controller = new AbortController();
      const task = mutex.lockAsync({ signal: controller.signal });
      task.catch(() => {});
      mutex.unlock();
      const guard = mutex.tryLock();
      if (guard) overtook++;
      controller.abort();
      guard?.unlock();
      if (mutex.isOwnedByThisThread) mutex.unlock();
    }
    expect(overtook).toBeGreaterThan(0);
  });

  test('P5 a waiter older than 1 ms is next', async () => {
    const mutex = new Mutex();
    const locker = await startLocker();
    for (let round = 0; round < 20; round++) {
      mutex.lock();
      const taken = locker.call.take(round % 2 ? 'lock' : 'lockAsync', mutex);
      await waitersAre(1, mutex);
      await sleep(3);
      mutex.unlock();
      if (round % 2) expect(mutex.tryLock()).toBe(null);
      expect(await taken).toBe(true);
      await locker.call.unlock(mutex);
    }
  });
});

describe('Mutex, fifo: blocking waiters and tasks mixed', () => {
  test('X4 the blocking ones keep their order, and so do the tasks of each thread', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const visits = sharedWords();
    const lockers = await startLockers(5);
    const [tasks, moreTasks, ...blocking] = lockers;
    const places = { tasks: [], moreTasks: [], blocking: [] } as Record<string, Promise<number>[]>;
    mutex.lock();
    for (const [i, { call }] of blocking.entries()) {
      places['tasks']!.push(tasks!.call.visit('lockAsync', mutex, visits));
      places['moreTasks']!.push(moreTasks!.call.visit('lockAsync', mutex, visits));
      await Promise.all([tasks!.call.ping(), moreTasks!.call.ping()]);
      places['blocking']!.push(call.visit('lock', mutex, visits));
      await waitersAre(3 + i, mutex);
    }
    mutex.unlock();
    const all: number[] = [];
    for (const group of Object.values(places)) {
      const order = await Promise.all(group);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      all.push(...order);
    }
    expect(all.toSorted((a, b) => a - b)).toEqual(inOrder(9));
  });
});

describe('Mutex, fifo: the longest line', () => {
  test('P5 tickets wrap around, and the order holds', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const TICKET = 1;
    const words = new Int32Array(mutex.buffer, mutex.byteOffset);
    for (const start of [2 ** 31 - 3, -3]) {
      Atomics.store(words, TICKET, start);
      const visits = sharedWords();
      const lockers = await startLockers(5);
      mutex.lock();
      const places: Promise<number>[] = [];
      for (const { call } of lockers) {
        places.push(call.visit('lock', mutex, visits));
        await waitersAre(places.length, mutex);
      }
      mutex.unlock();
      expect(await Promise.all(places)).toEqual(inOrder(5));
    }
    await eventually(() => wordsOf(mutex)[0] === 0);
  });
});
