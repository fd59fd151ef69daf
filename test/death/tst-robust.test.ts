/**
 * P3 as glibc tests it: nptl/tst-robust1.c to tst-robust10.c, restated. There the next to lock holds the
 * mutex when it is told (EOWNERDEAD), and makes it consistent or not; here it holds nothing, and repairs by
 * `recover`. What is unlocked inconsistent is lost for ever there (ENOTRECOVERABLE); here whoever comes is
 * told again, until a repair succeeds. The PI versions, tst-robustpi1.c to 9, are the same programs with
 * another way of choosing who is next: `fairness: 'fifo'` stands for it.
 */
import { ConditionVariable, Mutex, RecursiveMutex, SharedMutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { isDeep } from '../explored/depth.ts';
import { ownerDied } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { eventually, LONG } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

type Robust = typeof import('./robust.mjs');
const start = () => startWorker<Robust>('./robust.mjs', import.meta.url);
const startAll = (n: number) => startWorkers<Robust>(n, './robust.mjs', import.meta.url);

const nothing = (): void => {};
const fail = (): never => {
  throw new Error('beyond repair');
};

/** Two of each class: threads die holding both. */
const newPairs = (): readonly Mutex[] =>
  [1, 2].flatMap(() => [
    new Mutex(),
    new Mutex({ fairness: 'fifo' }),
    new RecursiveMutex(),
    new SharedMutex(),
  ]);

describe('tst-robust1 to 6: the owner of two mutexes dies', () => {
  const forms = [
    ['1', '4', 'lock', (mutex: Mutex) => mutex.lock()],
    ['2', '5', 'timedlock', (mutex: Mutex) => mutex.tryLockFor(LONG)],
    ['3', '6', 'trylock', (mutex: Mutex) => mutex.tryLock()],
  ] as const;

  test.each(forms)('tst-robust%s and %s: %s once it is dead', async (_, __, ___, take) => {
    const consistent = newPairs();
    for (let round = 0; round < 2; round++) {
      const inconsistent = newPairs();
      const owner = await start();
      await owner.call.takeAll([...consistent, ...inconsistent]);
      await owner.terminate();
      for (const mutex of [...consistent, ...inconsistent]) {
        expect(() => take(mutex)).toThrow(ownerDied);
      }
      for (const mutex of consistent) {
        mutex.recover(nothing).unlock();
        take(mutex);
        mutex.unlock();
      }
      for (const mutex of inconsistent) {
        expect(() => mutex.recover(fail)).toThrow('beyond repair');
        expect(() => take(mutex)).toThrow(ownerDied);
      }
    }
  });

  test('tst-robust1, 2, 4 and 5: who waits when it dies', async () => {
    const mutexes = newPairs();
    const owner = await start();
    await owner.call.takeAll(mutexes);
    const waits = mutexes.flatMap((mutex) => [mutex.lockAsync(), mutex.tryLockForAsync(LONG)]);
    const told = waits.map((wait) => expect(wait).rejects.toThrow(ownerDied));
    await owner.terminate();
    await Promise.all(told);
    for (const mutex of mutexes) {
      await expect(mutex.recoverAsync(fail)).rejects.toThrow('beyond repair');
      await expect(mutex.lockAsync()).rejects.toThrow(ownerDied);
      (await mutex.recoverAsync(nothing)).unlock();
      (await mutex.lockAsync()).unlock();
    }
  });
});

const FAIRNESSES = ['eventual', 'fifo'] as const;

test.each(FAIRNESSES)(
  'tst-robust7, %s: each of five that are notified ends with the mutex in its hands',
  async (fairness) => {
    const mutex = new Mutex({ fairness });
    const condition = new ConditionVariable();
    const waiters = await startAll(5);
    const ends = waiters.map((waiter) => waiter.ended);
    const woken = waiters.map(({ call }) => call.awaitAndEnd(mutex, condition));
    await waitersAre(5, condition);
    mutex.withLock(nothing);
    expect(condition.notifyAll()).toBe(5);
    expect((await Promise.all(woken)).toSorted()).toEqual([
      'notified',
      ...Array.from({ length: 4 }, () => 'recovered'),
    ]);
    await Promise.all(ends);
    expect(() => mutex.lock()).toThrow(ownerDied);
  },
);

test.each(FAIRNESSES)(
  'tst-robust8, %s: all threads are killed at once, somewhere among a hundred mutexes',
  async (fairness) => {
    const size = Mutex.BYTE_LENGTH;
    for (let round = 0; round < (isDeep ? 5 : 2); round++) {
      const buffer = new SharedArrayBuffer(100 * size);
      const mutexes = Array.from({ length: 100 }, (_, i) =>
        Mutex.init(buffer, i * size, { fairness }),
      );
      const words = sharedWords(4);
      const threads = await startAll(3);
      for (const [nth, { call }] of threads.entries()) call.roam(buffer, nth, words).catch(nothing);
      await eventually(() => threads.every((_, nth) => Atomics.load(words, nth) > 100));
      await Promise.all(threads.map((thread) => thread.terminate()));
      for (const mutex of mutexes) {
        try {
          mutex.lock();
        } catch (error) {
          expect(error).toEqual(ownerDied);
          mutex.recover(nothing);
        }
        mutex.unlock();
        expect(waitersFor(mutex)).toBe(0);
      }
    }
  },
);

test.each(FAIRNESSES)(
  'tst-robust9, %s: three come at once, and each ends without unlocking',
  async (fairness) => {
    const mutex = new Mutex({ fairness });
    const threads = await startAll(3);
    const ends = threads.map((thread) => thread.ended);
    const taken = await Promise.all(threads.map(({ call }) => call.takeAndEnd(mutex)));
    expect(taken.toSorted()).toEqual(['recovered', 'recovered', 'taken']);
    await Promise.all(ends);
    expect(() => mutex.lock()).toThrow(ownerDied);
  },
);

test('tst-robust10: a timed lock ends in time while the owner lives', async () => {
  const other = await start();
  for (const mutex of newPairs()) {
    mutex.lock();
    expect(await other.call.timesOut(mutex)).toBe(true);
    mutex.unlock();
  }
});
