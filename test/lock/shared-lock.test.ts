import {
  adoptLock,
  ConditionVariableAny,
  deferLock,
  SharedLock,
  SharedMutex,
  tryToLock,
} from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError, timedOut } from '../support/errors.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { LONG } from '../support/time.ts';
import { borrowWorker } from '../support/worker.ts';

expectNoRescues();

const notPermitted = syncError('operation_not_permitted');
const deadlock = syncError('resource_deadlock_would_occur');
const startUser = () =>
  borrowWorker<typeof import('../mutex/shared-user.mjs')>(
    '../mutex/shared-user.mjs',
    import.meta.url,
  );

describe('SharedLock', () => {
  test('how it starts', () => {
    const mutex = new SharedMutex();
    expect(new SharedLock().mutex).toBe(null);
    const locks = [
      new SharedLock(mutex),
      new SharedLock(mutex, tryToLock),
      new SharedLock(mutex, 5),
      new SharedLock(mutex, new Date(Date.now() + LONG)),
    ];
    expect(locks.map(({ ownsLock }) => ownsLock)).toEqual([true, true, true, true]);
    expect(locks.map((lock) => lock.mutex)).toEqual([mutex, mutex, mutex, mutex]);
    for (const lock of locks) lock[Symbol.dispose]();
    expect(mutex.isLocked).toBe(false);
    const deferred = new SharedLock(mutex, deferLock);
    expect(deferred.ownsLock).toBe(false);
    expect(() => new SharedLock(mutex, adoptLock)).toThrow(notPermitted);
    mutex.lockShared();
    using adopted = new SharedLock(mutex, adoptLock);
    expect(adopted.ownsLock).toBe(true);
  });

  test('while another thread writes', async () => {
    const mutex = new SharedMutex();
    const user = await startUser();
    await user.call.lock(mutex);
    for (const how of [tryToLock, 0, 2, new Date(0)] as const) {
      expect(new SharedLock(mutex, how as never).ownsLock).toBe(false);
    }
    const lock = new SharedLock(mutex, deferLock);
    expect(lock.tryLock()).toBe(false);
    expect(lock.tryLockFor(2)).toBe(false);
    expect(lock.tryLockUntil(Date.now() + 2)).toBe(false);
    await expect(lock.lockAsync({ timeout: 2 })).rejects.toThrow(timedOut);
    const locked = lock.lockAsync();
    await user.call.unlock(mutex);
    await locked;
    expect(lock.ownsLock).toBe(true);
    lock.unlock();
  });

  const calls: [string, (lock: SharedLock) => unknown][] = [
    ['lock', (lock) => lock.lock()],
    ['tryLock', (lock) => lock.tryLock()],
    ['tryLockFor', (lock) => lock.tryLockFor(5)],
    ['tryLockUntil', (lock) => lock.tryLockUntil(Date.now())],
    ['lockAsync', (lock) => lock.lockAsync()],
  ];

  test.each(calls)('%s: M32 deadlock when owned, not permitted when empty', async (_, call) => {
    const lock = new SharedLock(new SharedMutex());
    await expect((async () => call(lock))()).rejects.toThrow(deadlock);
    expect(lock.ownsLock).toBe(true);
    await expect((async () => call(new SharedLock()))()).rejects.toThrow(notPermitted);
  });

  test('M35 unlock of an empty or unlocked one is not permitted', () => {
    const mutex = new SharedMutex();
    expect(() => new SharedLock().unlock()).toThrow(notPermitted);
    expect(() => new SharedLock(mutex, deferLock).unlock()).toThrow(notPermitted);
    const lock = new SharedLock(mutex);
    mutex.unlockShared();
    expect(lock.ownsLock).toBe(false);
    expect(() => lock.unlock()).toThrow(notPermitted);
  });

  test('M34 release, swap, move', () => {
    const [a, b] = [new SharedMutex(), new SharedMutex()];
    const one = new SharedLock(a);
    const two = new SharedLock(b, deferLock);
    one.swap(two);
    expect([one.mutex, one.ownsLock, two.mutex, two.ownsLock]).toEqual([b, false, a, true]);
    const moved = two.move();
    expect([two.mutex, two.ownsLock, moved.mutex, moved.ownsLock]).toEqual([null, false, a, true]);
    expect(moved.release()).toBe(a);
    expect([moved.mutex, moved.ownsLock]).toEqual([null, false]);
    expect(a.isLocked).toBe(true);
    a.unlockShared();
  });

  test('a condition waits with it, and another reads meanwhile', async () => {
    const mutex = new SharedMutex();
    const condition = new ConditionVariableAny();
    const lock = new SharedLock(mutex);
    condition.waitFor(lock, 1);
    expect(lock.ownsLock).toBe(true);
    const waiting = condition.waitAsync(lock);
    expect(mutex.isLocked).toBe(false);
    condition.notifyOne();
    await waiting;
    expect(lock.ownsLock).toBe(true);
    lock.unlock();
  });

  test('disposed of while its lockAsync is under way: the share of another lock stays', async () => {
    const mutex = new SharedMutex();
    const lock = new SharedLock(mutex, deferLock);
    const wait = lock.lockAsync();
    lock[Symbol.dispose]();
    const other = mutex.lockShared();
    await expect(wait).rejects.toThrow(syncError('operation_canceled'));
    expect(other.ownsLock).toBe(true);
    other.unlock();
    expect(mutex.isLocked).toBe(false);
  });

  test('cannot be sent to another thread', () => {
    const lock = new SharedLock(new SharedMutex());
    expect(() => structuredClone(lock)).toThrow(
      expect.objectContaining({ name: 'DataCloneError' }),
    );
  });

  test('of a foreign mutex', async () => {
    const calls: string[] = [];
    const foreign = {
      lockShared: () => calls.push('lock'),
      tryLockShared: () => calls.push('try') > 9,
      unlockShared: () => void calls.push('unlock'),
    };
    const lock = new SharedLock(foreign);
    expect(lock.ownsLock).toBe(true);
    lock.unlock();
    expect(lock.tryLock()).toBe(false);
    expect(calls).toEqual(['lock', 'unlock', 'try']);
    expect(lock.mutex).toBe(foreign);
    await expect(lock.lockAsync()).rejects.toThrow(TypeError);
    expect(() => new SharedLock({} as never)).toThrow('must be shared lockable');
    expect(() => new SharedLock(null as never)).toThrow(TypeError);
  });
});
