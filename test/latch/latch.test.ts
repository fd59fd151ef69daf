import { getEventListeners } from 'node:events';
import { Latch, TimeoutError } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError, timedOut } from '../support/errors.ts';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { elapsed, LONG, sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';
import { crossAsync, marchThroughAsync, WAITING } from './arriver.mjs';

expectNoRescues();

type Arriver = typeof import('./arriver.mjs');
const start = () => startWorker<Arriver>('./arriver.mjs', import.meta.url);
const startMany = (n: number) => startWorkers<Arriver>(n, './arriver.mjs', import.meta.url);

describe.each(Object.entries(WAITING))('Latch.%s', (form, wait) => {
  test('L1 waits until it is opened', async () => {
    const latch = new Latch(2);
    const waiter = await start();
    const passed = waiter.call.wait(form, latch);
    await waitersAre(1, latch);
    latch.countDown();
    await sleep(5);
    expect(waitersFor(latch)).toBe(1);
    latch.countDown();
    expect(await passed).toBe(/waitFor|waitUntil/.test(form) ? true : undefined);
    expect(wordsOf(latch)[0]).toBe(0);
  });

  test('L1 passes an open latch at once, as often as one likes', async () => {
    const latch = new Latch(1);
    latch.countDown();
    const open = wordsOf(latch);
    for (let i = 0; i < 3; i++) await wait(latch);
    expect(wordsOf(latch)).toEqual(open);
  });
});

describe('Latch: counting down', () => {
  test('L2 tryWait: only once it is open', () => {
    const latch = new Latch(3);
    for (const n of [1, 2]) {
      expect(latch.tryWait()).toBe(false);
      latch.countDown(n);
    }
    expect(latch.tryWait()).toBe(true);
    expect(new Latch(0).tryWait()).toBe(true);
  });

  test('L2 max: as many as can be counted', () => {
    expect(Latch.MAX).toBe(2 ** 30 - 1);
    const latch = new Latch(Latch.MAX);
    latch.countDown(Latch.MAX - 1);
    expect(latch.tryWait()).toBe(false);
    latch.countDown();
    expect(latch.tryWait()).toBe(true);
  });

  test('L3 below zero throws, and nothing is counted', async () => {
    const latch = new Latch(2);
    const tooMuch = syncError('invalid_argument');
    const before = wordsOf(latch);
    expect(() => latch.countDown(3)).toThrow(tooMuch);
    expect(() => latch.countDown(3)).toThrow('Latch: countDown(3) with 2 to come');
    expect(() => latch.arriveAndWait(3)).toThrow(tooMuch);
    await expect(latch.arriveAndWaitAsync(3)).rejects.toThrow(tooMuch);
    expect(wordsOf(latch)).toEqual(before);
    latch.countDown(2);
    expect(() => latch.countDown()).toThrow(tooMuch);
    expect(() => latch.arriveAndWait()).toThrow(tooMuch);
    expect(latch.tryWait()).toBe(true);
  });

  test('L3 also with waiters, who are not woken by it', async () => {
    const latch = new Latch(1);
    const waiter = await start();
    const passed = waiter.call.wait('wait', latch);
    await waitersAre(1, latch);
    const before = wordsOf(latch);
    expect(() => latch.countDown(2)).toThrow(syncError('invalid_argument'));
    expect(wordsOf(latch)).toEqual(before);
    expect(waitersFor(latch)).toBe(1);
    latch.countDown();
    await passed;
  });

  test('countDown(0) does nothing; arriveAndWait(0) only waits', async () => {
    const latch = new Latch(1);
    const before = wordsOf(latch);
    latch.countDown(0);
    expect(wordsOf(latch)).toEqual(before);
    const waiter = await start();
    const passed = waiter.call.arriveAndWait(latch, 0);
    await waitersAre(1, latch);
    latch.countDown();
    expect(await passed).toBe(true);
    latch.countDown(0);
    latch.arriveAndWait(0);
  });

  test('of racing arrivals exactly as many pass as were expected', async () => {
    const latch = new Latch(700);
    const arrivers = await startMany(3);
    const counted = await Promise.all(arrivers.map(({ call }) => call.countDownTooMuch(latch)));
    expect(counted.reduce((a, b) => a + b)).toBe(700);
    expect(latch.tryWait()).toBe(true);
  });
});

describe('Latch: many threads', () => {
  test('L1 arriveAndWait with many at once, countDown mixed in, blocked and awaiting', async () => {
    const [a, b, c] = await startMany(3);
    for (let round = 0; round < 20; round++) {
      const latch = new Latch(9);
      const passed = [
        a!.call.arriveAndWait(latch, 2),
        b!.call.arriveAndWaitAsync(latch),
        b!.call.arriveAndWaitAsync(latch, 2),
        c!.call.countDown(latch, 1).then(() => c!.call.arriveAndWait(latch)),
        latch.arriveAndWaitAsync().then(() => latch.tryWait()),
      ];
      await waitersAre(4, latch); // one stands for both tasks of b
      expect(latch.tryWait()).toBe(false);
      latch.countDown();
      expect(await Promise.all(passed)).toEqual([true, true, true, true, true]);
    }
  });

  test('L4 L6 nobody is ahead of a latch by more than the others are behind', async () => {
    const steps = 100;
    const latches = Array.from({ length: steps }, () => new Latch(4));
    const words = sharedWords(steps);
    const [a, b, c] = await startMany(3);
    const seen = await Promise.all([
      a!.call.marchThrough(latches, words),
      b!.call.marchThrough(latches, words),
      c!.call.marchThroughAsync(latches, words),
      marchThroughAsync(latches, words),
    ]);
    for (const each of seen) expect(each).toEqual(latches.map(() => 4));
  });

  test('L4 two groups cross, eight times at the same two places: nobody is released too soon', async () => {
    const buffer = new SharedArrayBuffer(2 * Latch.BYTE_LENGTH);
    const words = sharedWords();
    const arrivers = await startMany(3);
    const size = 8;
    for (let round = 0; round < 8; round++) {
      const all = Latch.init(buffer, 0, size);
      const released = Latch.init(buffer, Latch.BYTE_LENGTH, size);
      words[0] = 0;
      const crossings = [
        ...arrivers.map(({ call }) => call.cross(all, released, words)),
        ...Array.from({ length: size - 3 }, () => crossAsync(all, released, words)),
      ];
      expect(all.waitFor(LONG)).toBe(true);
      await waitersAre(4, released); // one stands for all tasks of a thread
      for (let i = 0; i < size; i++) {
        expect(Atomics.load(words, 0)).toBe(0);
        released.countDown();
      }
      await Promise.all(crossings);
      expect(words[0]).toBe(size);
    }
  });

  test('the main thread blocks until the threads it started are ready', async () => {
    const latch = new Latch(3);
    const arrivers = await startMany(3);
    for (const { call } of arrivers) void call.countDown(latch);
    expect(latch.waitFor(10_000)).toBe(true);
  });
});

describe('Latch: time that is up', () => {
  const expiring: [string, (latch: Latch, ms: number) => unknown][] = [
    ['waitFor', (latch, ms) => latch.waitFor(ms)],
    ['waitUntil', (latch, ms) => latch.waitUntil(Date.now() + Math.ceil(ms) + 1)],
  ];

  test.each(expiring)('%s: false, and never early', async (_, wait) => {
    const latch = new Latch(1);
    for (const ms of [1e-6, 1, 40]) {
      const took = await elapsed(async () => expect(await wait(latch, ms)).toBe(false));
      expect(took).toBeGreaterThanOrEqual(ms);
    }
    expect(waitersFor(latch)).toBe(0);
  });

  test('X8 zero, negative and past times only look', () => {
    const [closed, open] = [new Latch(1), new Latch(0)];
    const before = wordsOf(closed);
    for (const ms of [0, -0, -5, -1e300, -Infinity]) {
      expect(closed.waitFor(ms)).toBe(false);
      expect(closed.waitUntil(ms)).toBe(false);
      expect(open.waitFor(ms)).toBe(true);
      expect(open.waitUntil(ms)).toBe(true);
    }
    expect(closed.waitUntil(new Date(0))).toBe(false);
    expect(closed.waitUntil(performance.now() + 60_000)).toBe(false);
    expect(wordsOf(closed)).toEqual(before);
  });

  test('waitAsync: rejects with a TimeoutError, never early, and has still arrived', async () => {
    const latch = new Latch(2);
    for (const timeout of [0, 0.5, 30]) {
      const took = await elapsed(() =>
        expect(latch.waitAsync({ timeout })).rejects.toThrow(timedOut),
      );
      expect(took).toBeGreaterThanOrEqual(timeout);
    }
    const message = 'Latch: waited for 1 ms in vain';
    const arrived = latch.arriveAndWaitAsync(1, { timeout: 1 });
    await expect(arrived).rejects.toThrow(new TimeoutError(message));
    expect(waitersFor(latch)).toBe(0);
    latch.countDown();
    expect(latch.tryWait()).toBe(true);
  });
});

describe('Latch: aborting', () => {
  test('waitAsync: rejects with the reason, and leaves no listener', async () => {
    const latch = new Latch(1);
    const controller = new AbortController();
    const { signal } = controller;
    const waits = [latch.waitAsync({ signal }), latch.arriveAndWaitAsync(0, { signal })];
    const stays = latch.waitAsync();
    controller.abort('enough');
    for (const wait of waits) await expect(wait).rejects.toBe('enough');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    latch.countDown();
    await stays;
    await expect(latch.waitAsync({ signal })).rejects.toBe('enough');
  });

  test('arriveAndWaitAsync: a signal aborted before has not arrived', async () => {
    const latch = new Latch(1);
    const signal = AbortSignal.abort('before');
    await expect(latch.arriveAndWaitAsync(1, { signal })).rejects.toBe('before');
    expect(latch.tryWait()).toBe(false);
  });

  test('X2 an abort after it opened changes nothing', async () => {
    const latch = new Latch(1);
    const controller = new AbortController();
    const passed = latch.waitAsync({ signal: controller.signal });
    latch.countDown();
    await passed;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
  });
});
