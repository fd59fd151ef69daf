/** Many threads at one mutex: never two inside, and everybody comes through. */
import { Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { borrowWorker, borrowWorkers } from '../support/worker.ts';
import { ASYNC, BLOCKING, WAITING } from './forms.mjs';

expectNoRescues();

const startHammers = (n: number) =>
  borrowWorkers<typeof import('./hammer.mjs')>(n, './hammer.mjs', import.meta.url);

const startLocker = () =>
  borrowWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);

const ENDS = { deep: 200, nightly: 1000 }[process.env['CROSSTHREAD_DEPTH'] ?? ''] ?? 10; // threads
const [FREE] = wordsOf(new Mutex());

function expectAtRest(mutex: Mutex): void {
  expect(wordsOf(mutex)[0]).toBe(FREE);
  expect(waitersFor(mutex)).toBe(0);
}

describe.each(['eventual', 'fifo'] as const)('Mutex, %s: exclusion', (fairness) => {
  test('M1 6 workers x 1000 increments sum exactly', async () => {
    const mutex = new Mutex({ fairness });
    const words = sharedWords();
    const hammers = await startHammers(6);
    await Promise.all(hammers.map(({ call }) => call.increment(mutex, words, 1000)));
    expect(words[0]).toBe(6000);
    expectAtRest(mutex);
  });

  test('M1 6 workers x 1000 increments by async forms sum exactly', async () => {
    const mutex = new Mutex({ fairness });
    const words = sharedWords();
    const hammers = await startHammers(6);
    const forms = Object.keys(ASYNC);
    await Promise.all(hammers.map(({ call }) => call.incrementBy(forms, mutex, words, 1000)));
    expect(words[0]).toBe(6000);
    expectAtRest(mutex);
  });

  test('M1 P1 blocking and async forms at once sum exactly', async () => {
    const mutex = new Mutex({ fairness });
    const words = sharedWords();
    const hammers = await startHammers(6);
    const lists = [Object.keys(BLOCKING), Object.keys(ASYNC), Object.keys(WAITING)];
    await Promise.all(
      hammers.map(({ call }, i) => call.incrementBy(lists[i % 3]!, mutex, words, 1000)),
    );
    expect(words[0]).toBe(6000);
    expectAtRest(mutex);
  });

  test('M26 waits that are given up, mixed with others, lose no wake-up', async () => {
    const mutex = new Mutex({ fairness });
    const words = sharedWords();
    const hammers = await startHammers(5);
    const [patient, ...impatient] = hammers;
    const inside = await Promise.all([
      patient!.call.increment(mutex, words, 1000).then(() => 1000),
      ...impatient.map(({ call }) => call.impatient(mutex, words, 400)),
    ]);
    expect(words[0]).toBe(inside.reduce((sum, n) => sum + n));
    expectAtRest(mutex);
  });

  test('P1 many tasks of many threads: each comes to its turn', async () => {
    const mutex = new Mutex({ fairness });
    const words = sharedWords();
    const hammers = await startHammers(3);
    const tasks = hammers.flatMap(({ call }) =>
      Array.from({ length: 20 }, () => call.incrementBy(['lockAsync'], mutex, words, 20)),
    );
    await Promise.all(tasks);
    expect(words[0]).toBe(3 * 20 * 20);
    expectAtRest(mutex);
  });
});

describe('Mutex: threads that come and go', () => {
  test('M20 unlock never touches a waiter that has given up', async () => {
    const mutex = new Mutex();
    const [hammer] = await startHammers(1);
    for (let round = 0; round < ENDS / 4; round++) {
      const words = sharedWords();
      const locker = await startLocker();
      mutex.lock();
      const gaveUp = locker.call.visitFor(mutex, 5);
      const counts = hammer!.call.increment(mutex, words, 10);
      expect(await gaveUp).toBe(false);
      await locker.terminate();
      mutex.unlock();
      await counts;
      expect(words[0]).toBe(10);
      expectAtRest(mutex);
    }
  });

  test('M20 a thread locks, unlocks and ends, while the other unlocks: nobody writes later', async () => {
    const place = sharedWords(Mutex.BYTE_LENGTH / 4);
    const words = sharedWords();
    const times = 50;
    for (let round = 1; round <= ENDS; round++) {
      const mutex = Mutex.init(place.buffer, 0);
      const [hammer] = await startHammers(1);
      const { ended, call } = hammer!;
      mutex.lock();
      call.incrementThenExit(mutex, words, times).catch(() => {});
      await waitersAre(1, mutex);
      mutex.unlock();
      for (let i = 0; i < times; i++) mutex.withLock(() => words[0]!++);
      await ended;
      expect(words[0]).toBe(round * 2 * times);
      expectAtRest(mutex);
      place.fill(-1);
      await new Promise(setImmediate);
      expect([...place]).toEqual([-1, -1, -1, -1]);
    }
  });

  test('M20 who locks it last discards it, while the unlock before may not have returned', async () => {
    const place = sharedWords(Mutex.BYTE_LENGTH / 4);
    const words = sharedWords();
    const [hammer] = await startHammers(1);
    const hasLeft = (mutex: Mutex, round: number) => mutex.withLock(() => words[0] === round);
    for (let round = 1; round <= 1000; round++) {
      const mutex = Mutex.init(place.buffer, 0);
      mutex.lock();
      const counted = hammer!.call.increment(mutex, words, 1);
      if (round % 2 === 0) await waitersAre(1, mutex);
      mutex.unlock();
      if (round % 2 === 0) for (let i = 0; i < 1e6 && !hasLeft(mutex, round); i++);
      else await counted;
      place.fill(-1);
      await counted;
      expect([...place]).toEqual([-1, -1, -1, -1]);
      expect(words[0]).toBe(round);
    }
  });

  test('a thread that ends with nothing held leaves nothing behind', async () => {
    const mutex = new Mutex();
    const hammers = await startHammers(2);
    const words = sharedWords();
    await Promise.all(hammers.map(({ call }) => call.increment(mutex, words, 100)));
    await Promise.all(hammers.map((hammer) => hammer.terminate()));
    await sleep(50);
    expectAtRest(mutex);
    mutex.lock();
    mutex.unlock();
  });
});
