import { ConditionVariable, ConditionVariableAny, CvStatus, Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';
import { BuiltLock, CountingLock, passAsync } from './locks.mjs';

expectNoRescues();

type Locks = typeof import('./locks.mjs');
const MS = [-Infinity, -1, 0, 1e-9, 0.5, 3];

describe.each([
  ['ConditionVariable', ConditionVariable],
  ['ConditionVariableAny', ConditionVariableAny],
])('%s: any lock that can be owned', (_, Condition) => {
  test.each(MS)('C20 waiting for %d ms unlocks once and locks once', async (ms) => {
    const condition = new Condition();
    const lock = new CountingLock();
    const t = Date.now() + Math.max(-1e12, ms);
    const waits = [
      () => condition.waitFor(lock, ms),
      () => condition.waitUntil(lock, t),
      () => condition.waitFor(lock, ms, () => false),
      () => condition.waitUntil(lock, new Date(t), () => false),
      () => condition.waitForAsync(lock, ms),
      () => condition.waitUntilAsync(lock, t),
      () => condition.waitForAsync(lock, ms, () => false),
      () => condition.waitUntilAsync(lock, new Date(t), () => false),
    ];
    for (const [nth, wait] of waits.entries()) {
      expect(await wait()).toBeFalsy();
      expect(lock).toMatchObject({ locks: nth + 1, unlocks: nth + 1, ownsLock: true });
    }
  });

  test('C7 a predicate that holds from the start neither unlocks nor locks', async () => {
    const condition = new Condition();
    const lock = new CountingLock();
    const holds = (): boolean => true;
    condition.wait(lock, holds);
    await condition.waitAsync(lock, holds);
    for (const ms of [-1, 0, 1, Infinity]) {
      expect(condition.waitFor(lock, ms, holds)).toBe(true);
      expect(condition.waitUntil(lock, ms, holds)).toBe(true);
      expect(await condition.waitForAsync(lock, ms, holds)).toBe(true);
      expect(await condition.waitUntilAsync(lock, ms, holds)).toBe(true);
    }
    expect(lock).toMatchObject({ locks: 0, unlocks: 0, ownsLock: true });
  });

  test('a lock that fails to unlock has not waited', async () => {
    const condition = new Condition();
    const lock = new CountingLock();
    lock.failToUnlock = new Error('stuck');
    expect(() => condition.wait(lock)).toThrow('stuck');
    expect(() => condition.waitFor(lock, 1000)).toThrow('stuck');
    await expect(condition.waitAsync(lock)).rejects.toThrow('stuck');
    expect(waitersFor(condition)).toBe(0);
    expect(condition.notifyAll()).toBe(0);
    expect(lock).toMatchObject({ locks: 0, ownsLock: true });
  });

  test('a lock that fails to lock again ends the wait with its error', async () => {
    const condition = new Condition();
    const lock = new CountingLock();
    lock.failToLock = new Error('lost');
    expect(() => condition.waitFor(lock, 1)).toThrow('lost');
    expect(lock.ownsLock).toBe(false);
    lock.ownsLock = true;
    const woken = condition.waitAsync(lock);
    expect(condition.notifyOne()).toBe(1);
    await expect(woken).rejects.toThrow('lost');
    expect(waitersFor(condition)).toBe(0);
    expect(condition.notifyAll()).toBe(0);
  });
});

describe('ConditionVariableAny: a lock built of a mutex and a condition', () => {
  const build = () => ({
    parts: { mutex: new Mutex(), condition: new ConditionVariable(), words: sharedWords(3) },
    outer: new ConditionVariableAny(),
    box: sharedWords(),
  });

  test('excludes, and no wake-up is lost', async () => {
    const built = build();
    const times = 200;
    const workers = await startWorkers<Locks>(3, './locks.mjs', import.meta.url);
    const [a, b, c] = workers;
    const sums = await Promise.all([
      a!.call.pass(built, 'put', times),
      b!.call.pass(built, 'take', times),
      c!.call.passAsync(built, 'put', times),
      passAsync(built, 'take', times),
    ]);
    const sum = (times * (times + 1)) / 2;
    expect(sums[0]! + sums[2]!).toBe(0); // they put where nothing was
    expect(sums[1]! + sums[3]!).toBe(2 * sum);
    expect(waitersFor(built.outer)).toBe(0);
  });

  test('a notification that comes while its unlock() waits by itself is not lost', async () => {
    const built = build();
    const worker = await startWorker<Locks>('./locks.mjs', import.meta.url);
    const status = worker.call.waitLingering(built);
    await eventually(() => Atomics.load(built.parts.words, 1) === 1);
    await waitersAre(1, built.parts.condition);
    expect(built.outer.notifyOne()).toBe(1); // it is a waiter from before its unlock on
    expect(built.outer.notifyOne()).toBe(0);
    new BuiltLock(built.parts).letGo();
    expect(await status).toBe(CvStatus.noTimeout);
  });

  test('after its unlock() has waited by itself, a notification arrives', async () => {
    const built = build();
    const worker = await startWorker<Locks>('./locks.mjs', import.meta.url);
    const status = worker.call.waitLingering(built);
    await waitersAre(1, built.parts.condition);
    new BuiltLock(built.parts).letGo();
    await waitersAre(0, built.parts.condition);
    expect(built.outer.notifyOne()).toBe(1);
    expect(await status).toBe(CvStatus.noTimeout);
  });
});
