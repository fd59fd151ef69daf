/** P2: waits that are over leave nothing behind. */
import { getEventListeners, setMaxListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { LONG, sleep } from '../support/time.ts';
import { waitersFor } from '../support/waiters.ts';
import { startWorker } from '../support/worker.ts';

expectNoRescues();

const startLocker = () =>
  startWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);

const [FREE] = wordsOf(new Mutex());
const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

function expectAtRest(mutex: Mutex): void {
  expect(wordsOf(mutex)[0]).toBe(FREE);
  expect(waitersFor(mutex)).toBe(0);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describe('Mutex: given up 10,000 times', () => {
  const WAITS = 10_000;
  const EACH = 100; // waits with one signal: Node looks at all listeners whenever it adds one

  function controllers(n: number): AbortController[] {
    const made = Array.from({ length: n }, () => new AbortController());
    for (const { signal } of made) setMaxListeners(0, signal);
    return made;
  }

  async function heapGrowth(fn: () => Promise<void>): Promise<number> {
    const measure = async (): Promise<number> => {
      await sleep(10);
      collect();
      return process.memoryUsage().heapUsed;
    };
    await fn(); // once for the compiler
    const before = await measure();
    await fn();
    return (await measure()) - before;
  }

  const SANE = 1_000_000; // bytes

  test('P2 aborts leave no listener, no heap, no bit', async () => {
    const mutex = new Mutex();
    const { signal } = new AbortController();
    const locker = await startLocker();
    await locker.call.lock(mutex);
    const growth = await heapGrowth(async () => {
      for (const controller of controllers(WAITS / EACH)) {
        const both = AbortSignal.any([signal, controller.signal]);
        setMaxListeners(0, both);
        const waits = Array.from({ length: EACH }, () => mutex.lockAsync({ signal: both }));
        controller.abort();
        await Promise.allSettled(waits);
        expect(listenersOf(both)).toBe(0);
      }
    });
    expect(growth).toBeLessThan(SANE);
    expect(listenersOf(signal)).toBe(0);
    expect(waitersFor(mutex)).toBe(0);
    await locker.call.unlock(mutex);
    expectAtRest(mutex);
  });

  test('P2 one after the other, each with a listener of its own on one signal', async () => {
    const mutex = new Mutex();
    mutex.lock();
    const lasting = new AbortController();
    const growth = await heapGrowth(async () => {
      for (let i = 0; i < WAITS; i++) {
        const wait = mutex.lockAsync({ signal: lasting.signal, timeout: LONG });
        mutex.unlock();
        (await wait).unlock();
        mutex.lock();
      }
    });
    mutex.unlock();
    expect(growth).toBeLessThan(SANE);
    expect(listenersOf(lasting.signal)).toBe(0);
    expectAtRest(mutex);
  });

  test('P2 timeouts leave no timer, no heap, no bit', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const mutex = new Mutex();
    mutex.lock();
    const before = timers();
    const growth = await heapGrowth(async () => {
      const waits = Array.from({ length: WAITS }, (_, i) =>
        i % 2 ? mutex.tryLockForAsync(1) : mutex.lockAsync({ timeout: 1 }),
      );
      await Promise.allSettled(waits);
    });
    expect(growth).toBeLessThan(SANE);
    expect(timers()).toBeLessThanOrEqual(before);
    mutex.unlock();
    expectAtRest(mutex);
  });

  test('P2 aborts on as many mutexes leave no waiter', async () => {
    const buffer = new SharedArrayBuffer(WAITS * Mutex.BYTE_LENGTH);
    const mutexes = Array.from({ length: WAITS }, (_, i) =>
      Mutex.at(buffer, i * Mutex.BYTE_LENGTH),
    );
    for (const mutex of mutexes) mutex.lock();
    const growth = await heapGrowth(async () => {
      const all = controllers(WAITS / EACH);
      const waits = mutexes.map((mutex, i) =>
        mutex.lockAsync({ signal: all[Math.floor(i / EACH)]!.signal }),
      );
      for (const controller of all) controller.abort();
      await Promise.allSettled(waits);
      for (const { signal } of all) expect(listenersOf(signal)).toBe(0);
    });
    expect(growth).toBeLessThan(SANE);
    expect(mutexes.reduce((waiters, mutex) => waiters + waitersFor(mutex), 0)).toBe(0);
    for (const mutex of mutexes) mutex.unlock();
    expect(mutexes.every((mutex) => wordsOf(mutex)[0] === FREE)).toBe(true);
  });
});
