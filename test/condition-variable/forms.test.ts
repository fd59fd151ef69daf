import { ConditionVariable, CvStatus, Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { expectNoRescues } from '../support/rescues.ts';
import { sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { ENDLESS, ENDLESS_PREDICATED, LIMITED, LIMITED_PREDICATED } from './forms.mjs';
import { newRoom, startWaiter, startWaiters } from './room.ts';
import { VALUE } from './waiter.mjs';

expectNoRescues();

const DAY = 24 * 60 * 60 * 1000;
const UINT_SECONDS = (2 ** 32 - 1 + 2) * 1000; // UINT_MAX + 2 s
const U64 = 2 ** 64; // u64::MAX, as near as there is

describe('CvStatus', () => {
  test('timeout is falsy, noTimeout is truthy', () => {
    expect(CvStatus).toEqual({ timeout: 0, noTimeout: 1 });
  });
});

describe.each([
  ...Object.keys(ENDLESS).map((form) => [form, undefined] as const),
  ...Object.keys(LIMITED).map((form) => [form, CvStatus.noTimeout] as const),
])('ConditionVariable.%s', (form, notified) => {
  test('unlocks, waits for a notification, and holds the lock again', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    const woken = waiter.call.waitIn(form, room);
    await waitersAre(1, room.condition);
    room.mutex.tryLockFor(1000)!.unlock(); // it is free while it is waited for
    expect(room.condition.notifyOne()).toBe(1);
    expect(await woken).toEqual({ result: notified, ownsLock: true });
    expect(room.mutex.isLocked).toBe(false);
  });
});

describe.each([
  ...Object.keys(ENDLESS_PREDICATED).map((form) => [form, undefined] as const),
  ...Object.keys(LIMITED_PREDICATED).map((form) => [form, true] as const),
])('ConditionVariable.%s with a predicate', (form, satisfied) => {
  test('waits until it holds, and asks with the mutex held', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    const woken = waiter.call.waitForValueIn(form, room);
    await waitersAre(1, room.condition);
    expect(room.condition.notifyOne()).toBe(1); // in vain
    await waitersAre(1, room.condition);
    expect(room.condition.notifyAll()).toBe(1); // in vain
    await waitersAre(1, room.condition);
    Atomics.store(room.words, VALUE, 1);
    expect(room.condition.notifyOne()).toBe(1);
    expect(await woken).toEqual({
      result: satisfied,
      ownsLock: true,
      asked: 4,
      alwaysHeld: true,
    });
  });

  test('C7 does not wait when it holds from the start', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    Atomics.store(room.words, VALUE, 1);
    const expected = { result: satisfied, ownsLock: true, asked: 1, alwaysHeld: true };
    expect(await waiter.call.waitForValueIn(form, room)).toEqual(expected);
    if (satisfied) expect(await waiter.call.waitForValueIn(form, room, 0)).toEqual(expected);
  });
});

describe.each(Object.entries(LIMITED))('ConditionVariable.%s', (form, wait) => {
  test.each([1, 7, 40])('times out after %d ms, never earlier', async (ms) => {
    const { mutex, condition } = newRoom();
    const lock = mutex.lock();
    const start = performance.now();
    expect(await wait(condition, lock, ms)).toBe(CvStatus.timeout);
    const rounding = form.startsWith('waitUntil') ? 1 : 0; // Date.now() knows no fractions
    expect(performance.now() - start).toBeGreaterThanOrEqual(ms - rounding);
    expect(lock.ownsLock).toBe(true);
    expect(waitersFor(condition)).toBe(0);
  });

  test('C22 X8 zero, negative and past times are over at once', async () => {
    const { mutex, condition } = newRoom();
    const lock = mutex.lock();
    for (const ms of [0, -0, -10, -10_000, -1e300, -Infinity]) {
      expect(await wait(condition, lock, ms)).toBe(CvStatus.timeout);
      expect(lock.ownsLock).toBe(true);
      expect(waitersFor(condition)).toBe(0);
    }
  });

  test('C8 X8 huge times neither overflow nor end early', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    for (const ms of [DAY, 2 ** 31, UINT_SECONDS, 2 ** 53, U64, Infinity]) {
      const woken = waiter.call.waitIn(form, room, ms);
      await waitersAre(1, room.condition);
      const other = room.mutex.tryLockFor(1000)!;
      expect(room.condition.waitFor(other, 10)).toBe(CvStatus.timeout);
      other.unlock();
      expect(room.condition.notifyAll()).toBe(1);
      expect(await woken).toEqual({ result: CvStatus.noTimeout, ownsLock: true });
    }
  });
});

test.each([UINT_SECONDS, U64])('C8 %d ms are not over after 600', async (ms) => {
  const room = newRoom();
  const forms = Object.keys(LIMITED);
  const waiters = await startWaiters(forms.length);
  const waits = waiters.map(({ call }, nth) => call.waitIn(forms[nth]!, room, ms));
  await waitersAre(forms.length, room.condition);
  await sleep(600); // more than two slices of a sleep
  expect(room.condition.notifyAll()).toBe(forms.length);
  const notified = { result: CvStatus.noTimeout, ownsLock: true };
  expect(await Promise.all(waits)).toEqual(forms.map(() => notified));
});

describe.each(Object.entries(LIMITED_PREDICATED))(
  'ConditionVariable.%s with a predicate',
  (_, wait) => {
    test.each([0, -1, 30])(
      'C22 after %d ms it returns what the predicate says at the end',
      async (ms) => {
        const { mutex, condition } = newRoom();
        const lock = mutex.lock();
        let asked = 0;
        expect(await wait(condition, lock, () => ++asked > 9, ms)).toBe(false);
        expect(asked).toBe(2); // before the wait, and when time was up
        asked = 0;
        expect(await wait(condition, lock, () => ++asked === 2, ms)).toBe(true);
        expect(lock.ownsLock).toBe(true);
      },
    );
  },
);

describe('ConditionVariable: absolute times', () => {
  test('performance.now() is no wall-clock time, but long past', () => {
    const { mutex, condition } = newRoom();
    const lock = mutex.lock();
    expect(condition.waitUntil(lock, performance.now() + 60_000)).toBe(CvStatus.timeout);
  });

  test.each([new Date(0), new Date(-8.64e15), -1, -Infinity])('C22 %s is past', async (t) => {
    const { mutex, condition } = newRoom();
    const lock = mutex.lock();
    expect(condition.waitUntil(lock, t)).toBe(CvStatus.timeout);
    expect(condition.waitUntil(lock, t, () => false)).toBe(false);
    expect(await condition.waitUntilAsync(lock, t)).toBe(CvStatus.timeout);
    expect(await condition.waitUntilAsync(lock, t, () => false)).toBe(false);
    expect(lock.ownsLock).toBe(true);
  });
});

describe('ConditionVariable: options', () => {
  test('a name and the size', () => {
    const named = new ConditionVariable({ name: 'ready' });
    expect(named.name).toBe('ready');
    expect(new ConditionVariable().name).toBe(undefined);
    expect(named.buffer.byteLength).toBe(64);
    const packed = new ConditionVariable({ packed: true });
    expect(packed.buffer.byteLength).toBe(ConditionVariable.BYTE_LENGTH);
    expect(ConditionVariable.BYTE_LENGTH).toBe(16);
  });

  test('a packed one works as well', async () => {
    const mutex = new Mutex({ packed: true });
    const room = { ...newRoom(new ConditionVariable({ packed: true })), mutex };
    const waiter = await startWaiter();
    const woken = waiter.call.wait(room);
    await waitersAre(1, room.condition);
    expect(room.condition.notifyAll()).toBe(1);
    expect((await woken).status).toBe(CvStatus.noTimeout);
  });
});
