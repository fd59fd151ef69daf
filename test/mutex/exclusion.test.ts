/** Many threads at one mutex: never two inside, and everybody comes through. */
import { Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { sleep } from '../support/time.ts';
import { waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';
import { ASYNC, BLOCKING, WAITING } from './forms.mjs';

expectNoRescues();

const startHammers = (n: number) =>
  startWorkers<typeof import('./hammer.mjs')>(n, './hammer.mjs', import.meta.url);

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
  test('M20 unlock never touches a waiter that is gone', async () => {
    const mutex = new Mutex();
    for (let round = 0; round < 5; round++) {
      const words = sharedWords();
      const [hammer] = await startHammers(1);
      const locker = await startWorker<typeof import('./locker.mjs')>(
        './locker.mjs',
        import.meta.url,
      );
      mutex.lock();
      const gaveUp = locker.call.visitFor(mutex, 5);
      const counts = hammer!.call.increment(mutex, words, 10);
      expect(await gaveUp).toBe(false);
      await locker.terminate();
      mutex.unlock();
      await counts;
      await hammer!.terminate();
      expect(words[0]).toBe(10);
      expectAtRest(mutex);
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
