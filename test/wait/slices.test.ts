import { threadId } from 'node:worker_threads';
import {
  ConditionVariable,
  CvStatus,
  inspect,
  Latch,
  Mutex,
  Semaphore,
  type SharedObject,
} from 'crossthread';
import { describe, expect, test, vi } from 'vitest';
import { PARK, RESTING, slotOf } from '../../src/agent/table.ts';
import type { Words } from '../../src/memory/words.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker } from '../support/worker.ts';

const start = () => startWorker<typeof import('./slicer.mjs')>('./slicer.mjs', import.meta.url);

describe('a wake-up that comes while the sleeper deals with the end of a slice', () => {
  expectNoRescues();

  test('is a wake-up like any: Semaphore', async () => {
    const slicer = await start();
    expect(await slicer.call.acquire(new Semaphore(0))).toBe(0);
  });

  test('is a wake-up like any: Latch', async () => {
    const slicer = await start();
    expect(await slicer.call.passLatch(new Latch(1))).toBe(0);
  });

  test('is a wake-up like any: ConditionVariable', async () => {
    const slicer = await start();
    expect(await slicer.call.waitFor(new Mutex(), new ConditionVariable())).toBe(0);
  });

  test('and then the deadline passes: a condition says that it was notified', async () => {
    const slicer = await start();
    const status = slicer.call.waitForTooLong(new Mutex(), new ConditionVariable());
    expect(await status).toBe(CvStatus.noTimeout);
  });

  test('and then the deadline passes: a semaphore gives the permit or keeps it', async () => {
    const slicer = await start();
    const semaphore = new Semaphore(0);
    const taken = await slicer.call.acquireForTooLong(semaphore);
    expect(semaphore.value).toBe(taken ? 0 : 1);
    expect(waitersFor(semaphore)).toBe(0);
  });
});

describe('a wake-up that is lost', () => {
  const addSecretly = (semaphore: Semaphore): void => {
    Atomics.add(new Int32Array(semaphore.buffer, semaphore.byteOffset), 0, 1);
  };

  const isAsleep = (object: SharedObject, agent: number): boolean => {
    const { table } = (object as unknown as { crossthread: { table: Words } }).crossthread;
    return Atomics.load(table, slotOf(table, agent) + RESTING) !== 0;
  };

  test('is seen by a slice, and counted as a rescue: a blocked thread', async () => {
    const before = inspect().rescues;
    const semaphore = new Semaphore(0);
    const slicer = await start();
    const acquired = slicer.call.block(semaphore);
    await waitersAre(1, semaphore);
    await eventually(() => isAsleep(semaphore, slicer.agent));
    addSecretly(semaphore);
    expect(await acquired).toBe(true);
    expect(inspect().rescues).toBe(before + 1);
  });

  test('and then the deadline passes: a condition says that it was notified', async () => {
    const slicer = await start();
    const status = slicer.call.waitForTooLongUnpoked(new Mutex(), new ConditionVariable());
    expect(await status).toBe(CvStatus.noTimeout);
  });

  test('is seen by a slice, and counted as a rescue: a task', async () => {
    const before = inspect().rescues;
    const semaphore = new Semaphore(0);
    const acquired = semaphore.acquireAsync();
    addSecretly(semaphore);
    expect((await acquired).count).toBe(1);
    expect(inspect().rescues).toBe(before + 1);
  });

  test('since who poked died before the notify, is the last one: a task', async () => {
    const semaphore = new Semaphore(0);
    const slicer = await start();
    const first = semaphore.acquireAsync();
    const { table } = (semaphore as unknown as { crossthread: { table: Words } }).crossthread;
    Atomics.store(table, slotOf(table, threadId + 1) + PARK, 1); // the half of a poke
    await slicer.call.release(semaphore);
    await first;
    const before = inspect().rescues;
    for (let round = 0; round < 3; round++) {
      const acquired = semaphore.acquireAsync();
      await slicer.call.release(semaphore);
      await acquired;
    }
    expect(inspect().rescues).toBe(before);
  });
});

describe('time that a test stops', () => {
  expectNoRescues();

  test('fake timers neither stop a wait nor hurry it', async () => {
    vi.useFakeTimers();
    try {
      const semaphore = new Semaphore(0);
      const start = process.hrtime.bigint();
      const waits = [
        semaphore.tryAcquireForAsync(50),
        new Latch(1).waitAsync({ timeout: 50 }).catch(() => null),
        new ConditionVariable().waitForAsync(new Mutex().lock(), 50),
      ];
      vi.setSystemTime(Date.now() + 1e9);
      vi.advanceTimersByTime(60_000);
      expect(semaphore.tryAcquireFor(5)).toBe(null);
      expect(await Promise.all(waits)).toEqual([null, null, 0]);
      expect(process.hrtime.bigint() - start).toBeGreaterThanOrEqual(50_000_000n);
    } finally {
      vi.useRealTimers();
    }
  });
});
