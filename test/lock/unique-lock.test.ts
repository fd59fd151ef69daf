import { adoptLock, deferLock, Mutex, tryToLock, UniqueLock } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError, timedOut } from '../support/errors.ts';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { borrowWorker } from '../support/worker.ts';

expectNoRescues();

const notPermitted = syncError('operation_not_permitted');
const deadlock = syncError('resource_deadlock_would_occur');
const startLocker = () =>
  borrowWorker<typeof import('../mutex/locker.mjs')>('../mutex/locker.mjs', import.meta.url);

describe('UniqueLock: how it starts', () => {
  test('empty', () => {
    const lock = new UniqueLock();
    expect(lock.mutex).toBe(null);
    expect(lock.ownsLock).toBe(false);
    lock[Symbol.dispose]();
  });

  test('locked', () => {
    const mutex = new Mutex();
    const lock = new UniqueLock(mutex);
    expect(lock.mutex).toBe(mutex);
    expect(lock.ownsLock).toBe(true);
    expect(mutex.isOwnedByThisThread).toBe(true);
  });

  test('deferLock: not locked, also when the thread holds the mutex', () => {
    const mutex = new Mutex();
    expect(new UniqueLock(mutex, deferLock).ownsLock).toBe(false);
    expect(mutex.isLocked).toBe(false);
    mutex.lock();
    expect(new UniqueLock(mutex, deferLock).ownsLock).toBe(false);
    mutex.unlock();
  });

  test('tryToLock, ms and Date: owns it or not, and has the mutex in any case', async () => {
    const mutex = new Mutex();
    const locker = await startLocker();
    await locker.call.lock(mutex);
    for (const how of [tryToLock, 0, 3, new Date(0), new Date(Date.now() + 3)] as const) {
      const lock = new UniqueLock(mutex, how as never);
      expect(lock.ownsLock).toBe(false);
      expect(lock.mutex).toBe(mutex);
      lock[Symbol.dispose]();
    }
    await locker.call.unlock(mutex);
    for (const how of [tryToLock, 0, 3, new Date(0), new Date(Date.now() + 3)] as const) {
      using lock = new UniqueLock(mutex, how as never);
      expect(lock.ownsLock).toBe(true);
    }
    expect(mutex.isLocked).toBe(false);
  });

  test('adoptLock: takes over what the thread holds', () => {
    const mutex = new Mutex();
    mutex.lock();
    {
      using lock = new UniqueLock(mutex, adoptLock);
      expect(lock.ownsLock).toBe(true);
    }
    expect(mutex.isLocked).toBe(false);
  });

  test.each([null, 5, 'mutex', {}, { lock: () => {} }])('of %j: a TypeError', (mutex) => {
    expect(() => new UniqueLock(mutex as never)).toThrow(TypeError);
    expect(() => new UniqueLock(mutex as never, deferLock)).toThrow(TypeError);
  });

  test.each([null, 'now', {}, Symbol('how'), true])('as %s: a TypeError', (how) => {
    const mutex = new Mutex();
    expect(() => new UniqueLock(mutex, how as never)).toThrow(TypeError);
    expect(mutex.isLocked).toBe(false);
  });

  test('of an invalid Date: a RangeError', () => {
    const mutex = new Mutex();
    expect(() => new UniqueLock(mutex, new Date(NaN))).toThrow(RangeError);
    expect(mutex.isLocked).toBe(false);
  });
});

describe('UniqueLock: lock and unlock', () => {
  test('in turn, as often as wanted', async () => {
    const mutex = new Mutex();
    const lock = new UniqueLock(mutex, deferLock);
    const takes: (() => boolean | void | Promise<void>)[] = [
      () => lock.lock(),
      () => lock.tryLock(),
      () => lock.tryLockFor(5),
      () => lock.tryLockUntil(Date.now() + 5),
      () => lock.tryLockUntil(new Date()),
      () => lock.lockAsync(),
    ];
    for (const take of takes) {
      expect((await take()) ?? true).toBe(true);
      expect(lock.ownsLock).toBe(true);
      expect(mutex.isOwnedByThisThread).toBe(true);
      lock.unlock();
      expect(lock.ownsLock).toBe(false);
      expect(mutex.isLocked).toBe(false);
      expect(lock.mutex).toBe(mutex);
    }
  });

  test('the trying forms: false when another thread holds it', async () => {
    const mutex = new Mutex();
    const locker = await startLocker();
    await locker.call.lock(mutex);
    const lock = new UniqueLock(mutex, deferLock);
    expect(lock.tryLock()).toBe(false);
    expect(lock.tryLockFor(2)).toBe(false);
    expect(lock.tryLockUntil(Date.now() + 2)).toBe(false);
    await expect(lock.lockAsync({ timeout: 2 })).rejects.toThrow(timedOut);
    const signal = AbortSignal.abort('no more');
    await expect(lock.lockAsync({ signal })).rejects.toBe('no more');
    expect(lock.ownsLock).toBe(false);
    await locker.call.unlock(mutex);
    expect(lock.tryLock()).toBe(true);
  });

  const calls: [string, (lock: UniqueLock) => unknown][] = [
    ['lock', (lock) => lock.lock()],
    ['tryLock', (lock) => lock.tryLock()],
    ['tryLockFor', (lock) => lock.tryLockFor(5)],
    ['tryLockFor(0)', (lock) => lock.tryLockFor(0)],
    ['tryLockUntil', (lock) => lock.tryLockUntil(Date.now())],
    ['lockAsync', (lock) => lock.lockAsync()],
  ];

  test.each(calls)('M32 %s: owning it is resource_deadlock_would_occur', async (_, call) => {
    const mutex = new Mutex();
    const lock = new UniqueLock(mutex);
    const words = wordsOf(mutex);
    await expect((async () => call(lock))()).rejects.toThrow(deadlock);
    expect(wordsOf(mutex)).toEqual(words);
    expect(lock.ownsLock).toBe(true);
  });

  test.each(calls)('M32 %s: having no mutex is operation_not_permitted', async (_, call) => {
    const released = new UniqueLock(new Mutex());
    released.release();
    const moved = new UniqueLock(new Mutex());
    moved.move();
    for (const lock of [new UniqueLock(), released, moved]) {
      await expect((async () => call(lock))()).rejects.toThrow(notPermitted);
    }
  });

  test('M35 unlock without owning: operation_not_permitted', () => {
    const mutex = new Mutex();
    const empty = new UniqueLock();
    const deferred = new UniqueLock(mutex, deferLock);
    expect(() => empty.unlock()).toThrow(notPermitted);
    expect(() => deferred.unlock()).toThrow(notPermitted);
    mutex.lock(); // held by the thread, but not by this lock
    expect(() => deferred.unlock()).toThrow(notPermitted);
    expect(mutex.isLocked).toBe(true);
    mutex.unlock();
  });

  test('two tasks with one lock each: they take turns', async () => {
    const mutex = new Mutex();
    const order: string[] = [];
    const task = async (name: string): Promise<void> => {
      using lock = new UniqueLock(mutex, deferLock);
      await lock.lockAsync();
      order.push(`${name} in`);
      await new Promise(setImmediate);
      order.push(`${name} out`);
    };
    await Promise.all([task('a'), task('b')]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
  });
});

describe('UniqueLock: while its lockAsync is under way', () => {
  const busy = syncError('device_or_resource_busy');
  const start = () => {
    const mutex = new Mutex();
    mutex.lock();
    const lock = new UniqueLock(mutex, deferLock);
    return { mutex, lock, locked: lock.lockAsync() };
  };

  const calls: [string, (lock: UniqueLock) => unknown][] = [
    ['lock', (lock) => lock.lock()],
    ['tryLock', (lock) => lock.tryLock()],
    ['tryLockFor', (lock) => lock.tryLockFor(1)],
    ['lockAsync', (lock) => lock.lockAsync()],
  ];

  test.each(calls)(
    '%s: resource_deadlock_would_occur, and the first one goes on',
    async (_, call) => {
      const { mutex, lock, locked } = start();
      await expect((async () => call(lock))()).rejects.toThrow(deadlock);
      mutex.unlock();
      await locked;
      expect(lock.ownsLock).toBe(true);
      lock.unlock();
      expect(mutex.isLocked).toBe(false);
    },
  );

  const moves: [string, (lock: UniqueLock) => unknown][] = [
    ['release', (lock) => lock.release()],
    ['move', (lock) => lock.move()],
    ['swap', (lock) => lock.swap(new UniqueLock())],
    ['swap with it', (lock) => new UniqueLock(new Mutex()).swap(lock)],
  ];

  test.each(moves)('%s: device_or_resource_busy, and no hold is lost', async (_, move) => {
    const { mutex, lock, locked } = start();
    expect(() => move(lock)).toThrow(busy);
    expect(() => lock.unlock()).toThrow(notPermitted);
    mutex.unlock();
    await locked;
    expect([lock.mutex, lock.ownsLock]).toEqual([mutex, true]);
  });

  test('disposed of: operation_canceled, and the mutex is given back', async () => {
    const { mutex, lock, locked } = start();
    lock[Symbol.dispose]();
    const again = lock.lockAsync();
    mutex.unlock();
    await expect(locked).rejects.toThrow(syncError('operation_canceled'));
    await again;
    expect(lock.ownsLock).toBe(true);
    lock.unlock();
    expect(mutex.isLocked).toBe(false);
  });

  test('disposed of: what it gives back is its own hold, and none that has begun since', async () => {
    const mutex = new Mutex();
    const lock = new UniqueLock(mutex, deferLock);
    const wait = lock.lockAsync();
    lock[Symbol.dispose]();
    mutex.unlock();
    const guard = mutex.lock();
    await expect(wait).rejects.toThrow(syncError('operation_canceled'));
    expect(guard.ownsLock).toBe(true);
    guard.unlock();
  });

  test('a wait that fails leaves it as it was', async () => {
    const { mutex, lock, locked } = start();
    lock[Symbol.dispose]();
    await expect(lock.lockAsync({ timeout: 1 })).rejects.toThrow(timedOut);
    mutex.unlock();
    await expect(locked).rejects.toThrow(syncError('operation_canceled'));
    expect(lock.tryLock()).toBe(true);
  });
});

test('a lock of a lock ends with the inner one', () => {
  const mutex = new Mutex();
  const inner = new UniqueLock(mutex, deferLock);
  const outer = new UniqueLock(inner);
  expect(outer.ownsLock).toBe(true);
  inner.unlock();
  expect(outer.ownsLock).toBe(false);
  mutex.lock();
  outer[Symbol.dispose]();
  expect(mutex.isLocked).toBe(true);
});

describe('UniqueLock: release, swap, move', () => {
  test('M34 release: gives the mutex up without unlocking', () => {
    const mutex = new Mutex();
    const lock = new UniqueLock(mutex);
    expect(lock.release()).toBe(mutex);
    expect(lock.mutex).toBe(null);
    expect(lock.ownsLock).toBe(false);
    lock[Symbol.dispose]();
    expect(mutex.isOwnedByThisThread).toBe(true);
    mutex.unlock();
    expect(lock.release()).toBe(null);
    expect(new UniqueLock(mutex, deferLock).release()).toBe(mutex);
  });

  test('M34 swap: exchanges mutex and ownership', () => {
    const [a, b] = [new Mutex(), new Mutex()];
    const owning = new UniqueLock(a);
    const deferred = new UniqueLock(b, deferLock);
    owning.swap(deferred);
    expect([owning.mutex, owning.ownsLock]).toEqual([b, false]);
    expect([deferred.mutex, deferred.ownsLock]).toEqual([a, true]);
    const empty = new UniqueLock();
    empty.swap(deferred);
    expect([empty.mutex, empty.ownsLock]).toEqual([a, true]);
    expect([deferred.mutex, deferred.ownsLock]).toEqual([null, false]);
    empty.unlock();
    expect(a.isLocked).toBe(false);
  });

  test('M33 swap with itself keeps the lock', () => {
    const mutex = new Mutex();
    const lock = new UniqueLock(mutex);
    lock.swap(lock);
    expect(lock.ownsLock).toBe(true);
    lock.unlock();
  });

  test('move: a new lock takes over, and this one is empty', () => {
    const mutex = new Mutex();
    const lock = new UniqueLock(mutex);
    const moved = lock.move();
    expect([lock.mutex, lock.ownsLock]).toEqual([null, false]);
    expect([moved.mutex, moved.ownsLock]).toEqual([mutex, true]);
    lock[Symbol.dispose]();
    expect(mutex.isLocked).toBe(true);
    moved[Symbol.dispose]();
    expect(mutex.isLocked).toBe(false);
  });

  test('M33 move back into the same variable keeps the lock', () => {
    const mutex = new Mutex();
    let lock: UniqueLock = new UniqueLock(mutex);
    lock = lock.move();
    expect(lock.ownsLock).toBe(true);
    lock.unlock();
  });
});
