/** One mutex, whichever way a thread came to it. */
import { Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { waitersAre } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

expectNoRescues();

const startLocker = () =>
  startWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);

describe('Mutex: places', () => {
  test('X7 two views of one memory are one mutex', () => {
    const buffer = new SharedArrayBuffer(256);
    const first = Mutex.at(buffer, 64);
    const again = Mutex.at(buffer, 64);
    const other = Mutex.at(buffer, 128);
    first.lock();
    expect(again.isOwnedByThisThread).toBe(true);
    expect(other.isLocked).toBe(false);
    again.unlock();
    expect(first.isLocked).toBe(false);
  });

  test('X7 a buffer that grows keeps its mutexes', async () => {
    const buffer = new SharedArrayBuffer(64, { maxByteLength: 4096 });
    const mutex = Mutex.at(buffer, 16);
    const locker = await startLocker();
    mutex.lock();
    buffer.grow(4096);
    const taken = locker.call.take('lock', mutex);
    await waitersAre(1, mutex);
    mutex.unlock();
    expect(await taken).toBe(true);
    expect(Mutex.at(buffer, 16).isLocked).toBe(true);
    expect(Mutex.at(buffer, 4000).isLocked).toBe(false);
    await locker.call.unlock(mutex);
  });

  test('X7 the same buffer received again is the same mutex', async () => {
    const buffer = new SharedArrayBuffer(64);
    const mutex = Mutex.at(buffer, 16);
    const [a, b] = [await startLocker(), await startLocker()];
    await a.call.lockAt(buffer, 16);
    expect(mutex.isLocked).toBe(true);
    expect(await b.call.visitFor(mutex, 0)).toBe(false);
    const taken = b.call.take('lock', mutex);
    await waitersAre(1, mutex);
    await a.call.unlock(mutex); // another view of the memory that it locked
    expect(await taken).toBe(true);
  });

  test('X9 1,000 mutexes in one buffer are 1,000 mutexes', async () => {
    const COUNT = 1000;
    const size = Mutex.BYTE_LENGTH;
    expect(size).toBe(16);
    const buffer = new SharedArrayBuffer(COUNT * size);
    const mutexes = Array.from({ length: COUNT }, (_, i) => Mutex.at(buffer, i * size));
    const locker = await startLocker();
    await locker.call.lockEverySecond(buffer);
    expect(mutexes.map((mutex) => mutex.tryLock() !== null)).toEqual(
      Array.from({ length: COUNT }, (_, i) => i % 2 === 1),
    );
    await locker.call.unlockEverySecond(buffer);
    for (const [i, mutex] of mutexes.entries()) if (i % 2) mutex.unlock();
    const free = wordsOf(new Mutex())[0];
    expect(mutexes.every((mutex) => wordsOf(mutex)[0] === free)).toBe(true);
  });

  test('X9 neighbours in one cache line are locked and waited for each by itself', async () => {
    const buffer = new SharedArrayBuffer(64);
    const hammers = await startWorkers<typeof import('./hammer.mjs')>(
      4,
      './hammer.mjs',
      import.meta.url,
    );
    const counts = Array.from({ length: 2 }, () => sharedWords());
    const mutexes = [Mutex.at(buffer, 0), Mutex.at(buffer, 16)];
    await Promise.all(
      hammers.map(({ call }, i) => call.increment(mutexes[i % 2]!, counts[i % 2]!, 2000)),
    );
    expect(counts.map((words) => words[0])).toEqual([4000, 4000]);
  });

  test('X10 a handle handed on through three generations of workers', async () => {
    const mutex = new Mutex({ name: 'heirloom' });
    const words = sharedWords();
    const worker = await startWorker<typeof import('./generations.mjs')>(
      './generations.mjs',
      import.meta.url,
    );
    const counted = worker.call.countUp({ mutex }, words, 500, 2);
    for (let i = 0; i < 500; i++) mutex.withLock(() => words[0]!++);
    await counted;
    expect(words[0]).toBe(4 * 500);
    expect(mutex.isLocked).toBe(false);
  });

  test('a global mutex is the same in every thread', async () => {
    const mutex = Mutex.global('mutex/place');
    const locker = await startLocker();
    mutex.lock();
    expect(await locker.call.isGlobalLocked('mutex/place')).toBe(true);
    mutex.unlock();
    expect(await locker.call.isGlobalLocked('mutex/place')).toBe(false);
  });
});
