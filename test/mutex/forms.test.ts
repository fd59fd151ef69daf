import { deferLock, Mutex, TimedMutex, UniqueLock } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { timedOut } from '../support/errors.ts';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { elapsed } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { borrowWorker } from '../support/worker.ts';
import { ALL, TRYING, WAITING } from './forms.mjs';

expectNoRescues();

const startLocker = () =>
  borrowWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);

describe.each(Object.entries(ALL))('Mutex: %s', (form, take) => {
  test('takes a free mutex', async () => {
    const mutex = new Mutex();
    const fresh = wordsOf(mutex);
    const guard = await take(mutex);
    expect(guard?.ownsLock).toBe(true);
    expect(mutex.isLocked).toBe(true);
    expect(mutex.isOwnedByThisThread).toBe(true);
    guard?.unlock();
    expect(guard?.ownsLock).toBe(false);
    expect(mutex.isLocked).toBe(false);
    expect(mutex.isOwnedByThisThread).toBe(false);
    expect(wordsOf(mutex)).toEqual(fresh);
  });
});

describe.each(Object.keys(WAITING))('Mutex: %s', (form) => {
  test('M16 waits for another thread, and gets it when that unlocks', async () => {
    const mutex = new Mutex();
    const locker = await startLocker();
    mutex.lock();
    const taken = locker.call.take(form, mutex);
    await waitersAre(1, mutex);
    mutex.unlock();
    expect(await taken).toBe(true);
    expect(mutex.isLocked).toBe(true);
    expect(mutex.isOwnedByThisThread).toBe(false);
    await locker.call.unlock(mutex);
    expect(mutex.isLocked).toBe(false);
    expect(waitersFor(mutex)).toBe(0);
  });
});

describe('Mutex: trying', () => {
  test.each(Object.entries(TRYING))('M2 %s: not on a held mutex, and at once', async (_, take) => {
    const mutex = new Mutex();
    const locker = await startLocker();
    await locker.call.lock(mutex);
    const held = wordsOf(mutex);
    expect((await take(mutex))?.ownsLock ?? false).toBe(false);
    expect(wordsOf(mutex)).toEqual(held);
    await locker.call.unlock(mutex);
    expect((await take(mutex))?.ownsLock).toBe(true);
  });

  test('M7 tryLock: null for the owner, who holds it still', () => {
    const mutex = new Mutex();
    mutex.lock();
    const held = wordsOf(mutex);
    expect(mutex.tryLock()).toBe(null);
    expect(mutex.tryLockFor(0)).toBe(null);
    expect(wordsOf(mutex)).toEqual(held);
    mutex.unlock();
    expect(mutex.tryLock()).not.toBe(null);
  });
});

describe('Mutex: timed forms', () => {
  const DAY = 24 * 60 * 60 * 1000;
  const FIRST_DATE = -8.64e15;

  test.each([DAY, Number.MAX_SAFE_INTEGER, 2 ** 53, 1e300, Infinity])(
    'M14 X8 a free mutex is taken at once with %d ms to go',
    async (ms) => {
      const mutex = new Mutex();
      mutex.tryLockFor(ms)!.unlock();
      mutex.tryLockUntil(ms)?.unlock();
      (await mutex.tryLockForAsync(ms))!.unlock();
      (await mutex.lockAsync({ timeout: ms })).unlock();
      expect(mutex.isLocked).toBe(false);
    },
  );

  test.each([2 ** 31, 2 ** 53, 1e300, Infinity])(
    'X8 a held mutex is waited for with %d ms to go',
    async (ms) => {
      const mutex = new Mutex();
      const [locker, waiter] = await Promise.all([startLocker(), startLocker()]);
      await locker.call.lock(mutex);
      const waits = [
        waiter.call.visitFor(mutex, ms),
        mutex.tryLockForAsync(ms).then((guard) => guard?.unlock()),
        mutex.lockAsync({ timeout: ms }).then((guard) => guard.unlock()),
      ];
      await waitersAre(2, mutex); // one stands for both tasks
      await locker.call.unlock(mutex);
      await Promise.all(waits);
      expect(mutex.isLocked).toBe(false);
    },
  );

  // Whole milliseconds, and those of now have begun already.
  const at = (ms: number): number => Date.now() + Math.ceil(ms) + 1;
  const expiring: Record<string, (mutex: Mutex, ms: number) => unknown> = {
    tryLockFor: (mutex, ms) => mutex.tryLockFor(ms),
    tryLockUntil: (mutex, ms) => mutex.tryLockUntil(new Date(at(ms))),
    tryLockForAsync: (mutex, ms) => mutex.tryLockForAsync(ms),
    tryLockUntilAsync: (mutex, ms) => mutex.tryLockUntilAsync(at(ms)),
  };

  test.each(Object.entries(expiring))('M14 %s: null, and never early', async (_, take) => {
    const mutex = new Mutex();
    const locker = await startLocker();
    await locker.call.lock(mutex);
    for (const ms of [0.1, 1, 7.5, 50]) {
      let result: unknown;
      const took = await elapsed(async () => {
        result = await take(mutex, ms);
      });
      expect(result).toBe(null);
      expect(took).toBeGreaterThanOrEqual(ms);
    }
    expect(mutex.isOwnedByThisThread).toBe(false);
    expect(waitersFor(mutex)).toBe(0);
    await locker.call.unlock(mutex);
  });

  test('lockAsync: rejects with a TimeoutError, and never early', async () => {
    const mutex = new Mutex({ name: 'till' });
    const locker = await startLocker();
    await locker.call.lock(mutex);
    for (const timeout of [0.1, 1, 50]) {
      const took = await elapsed(() =>
        expect(mutex.lockAsync({ timeout })).rejects.toThrow(timedOut),
      );
      expect(took).toBeGreaterThanOrEqual(timeout);
    }
    await expect(mutex.lockAsync({ timeout: 3 })).rejects.toThrow(/Mutex 'till'.*3 ms/);
    await locker.call.unlock(mutex);
    expect(mutex.tryLock()).not.toBe(null);
  });

  test.each([0, -0, -10, -10_000, -Infinity])('M15 X8 %d ms: no wait, no throw', async (ms) => {
    const mutex = new Mutex();
    const locker = await startLocker();
    await locker.call.lock(mutex);
    expect(mutex.tryLockFor(ms)).toBe(null);
    expect(await mutex.tryLockForAsync(ms)).toBe(null);
    await expect(mutex.lockAsync({ timeout: ms })).rejects.toThrow(timedOut);
    for (const t of [Date.now() + ms, ms]) {
      expect(mutex.tryLockUntil(t)).toBe(null); // now, in the past, before the epoch
      expect(await mutex.tryLockUntilAsync(t)).toBe(null);
    }
    await locker.call.unlock(mutex);
  });

  test('M15 until a Date that is past, or before the epoch: no wait, no throw', async () => {
    const mutex = new Mutex();
    const locker = await startLocker();
    await locker.call.lock(mutex);
    const lock = new UniqueLock(mutex, deferLock);
    const held = wordsOf(mutex);
    const now = Date.now();
    for (const ms of [now, now - 10, now - 10_000, 0, -10, -10_000, FIRST_DATE]) {
      const t = new Date(ms);
      expect(mutex.tryLockUntil(t)).toBe(null);
      expect(await mutex.tryLockUntilAsync(t)).toBe(null);
      expect(lock.tryLockUntil(t)).toBe(false);
    }
    expect(wordsOf(mutex)).toEqual(held);
    await locker.call.unlock(mutex);
    expect(lock.tryLockUntil(new Date(FIRST_DATE))).toBe(true); // free, it needs no time
  });
});

describe('Mutex: with a function', () => {
  test('withLock: holds while it runs, and returns what it returns', () => {
    const mutex = new Mutex();
    expect(mutex.withLock(() => mutex.isOwnedByThisThread)).toBe(true);
    expect(mutex.isLocked).toBe(false);
  });

  test('M10 withLock: an exception unlocks', () => {
    const mutex = new Mutex();
    const fail = (): void => {
      throw new Error('inside');
    };
    expect(() => mutex.withLock(fail)).toThrow('inside');
    expect(mutex.isLocked).toBe(false);
  });

  test('withLock: leaves alone what `fn` has unlocked, and a hold it has begun', async () => {
    const mutex = new Mutex();
    const fail = (): never => {
      mutex.unlock();
      throw new Error('inside');
    };
    expect(() => mutex.withLock(fail)).toThrow('inside');
    await expect(mutex.withLockAsync(fail)).rejects.toThrow('inside');
    const again = (): void => {
      mutex.unlock();
      mutex.lock();
    };
    mutex.withLock(again);
    expect(mutex.isOwnedByThisThread).toBe(true);
    mutex.unlock();
    await mutex.withLockAsync(again);
    expect(mutex.isOwnedByThisThread).toBe(true);
    mutex.unlock();
  });

  test('withLock: waits for another thread', async () => {
    const mutex = new Mutex();
    const locker = await startLocker();
    const held = locker.call.hold(mutex, 50);
    await locker.call.ping();
    expect(mutex.withLock(() => mutex.isOwnedByThisThread)).toBe(true);
    await held;
  });

  test('withLockAsync: holds until the promise is settled', async () => {
    const mutex = new Mutex();
    const result = await mutex.withLockAsync(async () => {
      await Promise.resolve();
      return mutex.isOwnedByThisThread;
    });
    expect(result).toBe(true);
    expect(mutex.isLocked).toBe(false);
    expect(await mutex.withLockAsync(() => 1)).toBe(1);
  });

  test('withLockAsync: a rejection unlocks', async () => {
    const mutex = new Mutex();
    const failing = mutex.withLockAsync(() => Promise.reject(new Error('inside')));
    await expect(failing).rejects.toThrow('inside');
    expect(mutex.isLocked).toBe(false);
  });

  test('withLockAsync: passes the options on, and does not run when it cannot lock', async () => {
    const mutex = new Mutex();
    mutex.lock();
    let ran = false;
    const run = (): void => void (ran = true);
    await expect(mutex.withLockAsync(run, { timeout: 1 })).rejects.toThrow(timedOut);
    const signal = AbortSignal.abort(new Error('no more'));
    await expect(mutex.withLockAsync(run, { signal })).rejects.toThrow('no more');
    expect(ran).toBe(false);
    mutex.unlock();
  });

  test('withLockAsync: two tasks of one thread exclude each other', async () => {
    const mutex = new Mutex();
    let inside = 0;
    const task = async (): Promise<void> => {
      expect(++inside).toBe(1);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => mutex.withLockAsync(task)));
    expect(mutex.isLocked).toBe(false);
  });
});

describe('Mutex: names', () => {
  test('TimedMutex is Mutex', () => expect(TimedMutex).toBe(Mutex));

  test('a guard knows its mutex', () => {
    const mutex = new Mutex();
    const guard: UniqueLock = mutex.lock();
    expect(guard.mutex).toBe(mutex);
    guard.unlock();
  });
});
