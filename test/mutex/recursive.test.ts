import {
  adoptLock,
  ConditionVariableAny,
  Mutex,
  RecursiveMutex,
  RecursiveTimedMutex,
  UniqueLock,
} from 'crossthread';
import { describe, expect, test } from 'vitest';
import { ownerDied, syncError } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { LONG } from '../support/time.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

type User = typeof import('./recursive-user.mjs');
const start = () => startWorker<User>('./recursive-user.mjs', import.meta.url);

const notPermitted = syncError('operation_not_permitted');

describe('RecursiveMutex', () => {
  expectNoRescues();

  test('is a mutex, also by its other name', () => {
    expect(RecursiveTimedMutex).toBe(RecursiveMutex);
    expect(new RecursiveMutex()).toBeInstanceOf(Mutex);
    expect(RecursiveMutex.global('r')).toBe(RecursiveMutex.global('r'));
    const { buffer } = RecursiveMutex.init(new SharedArrayBuffer(16), 0, { name: 'r' });
    expect(() => Mutex.at(buffer)).toThrow(TypeError);
    expect(RecursiveMutex.at(buffer).name).toBe('r');
  });

  test('M17 counts: others come in after the last unlock', async () => {
    const mutex = new RecursiveMutex();
    const user = await start();
    mutex.lock();
    expect(mutex.tryLock()).not.toBe(null);
    expect(mutex.tryLockFor(0)).not.toBe(null);
    expect(mutex.tryLockFor(LONG)).not.toBe(null);
    expect(mutex.tryLockUntil(0)).not.toBe(null);
    for (let depth = 5; depth > 0; depth--) {
      expect(mutex.depth).toBe(depth);
      expect(await user.call.tryLock(mutex)).toBe(false);
      mutex.unlock();
    }
    expect(mutex.depth).toBe(0);
    expect(mutex.isLocked).toBe(false);
    expect(await user.call.tryLock(mutex)).toBe(true);
  });

  test('unlock by who does not hold it: operation_not_permitted', async () => {
    const mutex = new RecursiveMutex();
    expect(() => mutex.unlock()).toThrow(notPermitted);
    const user = await start();
    await user.call.lock(mutex);
    expect(await user.call.lock(mutex)).toBe(2);
    expect(() => mutex.unlock()).toThrow(notPermitted);
    expect(mutex.depth).toBe(0);
    expect(mutex.tryLock()).toBe(null);
    expect(await user.call.unlock(mutex)).toBe(1);
    expect(await user.call.unlock(mutex)).toBe(0);
    await expect(user.call.unlock(mutex)).rejects.toThrow(notPermitted);
  });

  test('each guard ends its own hold, in any order', () => {
    const mutex = new RecursiveMutex();
    const outer = mutex.lock();
    const inner = mutex.lock();
    outer.unlock();
    expect([outer.ownsLock, inner.ownsLock, mutex.depth]).toEqual([false, true, 1]);
    outer[Symbol.dispose]();
    expect(() => outer.unlock()).toThrow(notPermitted);
    const third = mutex.lock();
    inner.unlock();
    expect([third.ownsLock, mutex.depth]).toEqual([true, 1]);
    third.unlock();
    expect(mutex.isLocked).toBe(false);
  });

  test('withLock in withLock, and adoptLock', () => {
    const mutex = new RecursiveMutex();
    expect(mutex.withLock(() => mutex.withLock(() => mutex.depth))).toBe(2);
    expect(mutex.isLocked).toBe(false);
    mutex.lock();
    using lock = new UniqueLock(mutex, adoptLock);
    expect(lock.ownsLock).toBe(true);
  });

  test('a condition gives one hold up and takes it again', () => {
    const mutex = new RecursiveMutex();
    const lock = mutex.lock();
    new ConditionVariableAny().waitFor(lock, 1);
    expect([lock.ownsLock, mutex.depth]).toEqual([true, 1]);
    lock.unlock();
  });

  test('three threads, two deep, lose no count', async () => {
    const mutex = new RecursiveMutex();
    const words = sharedWords();
    const users = await startWorkers<User>(3, './recursive-user.mjs', import.meta.url);
    await Promise.all(users.map(({ call }) => call.increment(mutex, words, 2000, 2)));
    expect(words[0]).toBe(6000);
  });

  test('tasks of one thread exclude each other, and recur by showing what they own', async () => {
    const mutex = new RecursiveMutex();
    const order: string[] = [];
    const task = async (name: string): Promise<void> => {
      using outer = await mutex.lockAsync();
      order.push(`${name} in`);
      using _inner = await mutex.lockAsync({ reenter: outer });
      expect(mutex.depth).toBe(2);
      await new Promise(setImmediate);
      order.push(`${name} out`);
    };
    await Promise.all([task('a'), task('b')]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(mutex.isLocked).toBe(false);
  });

  test('reenter with what does not own it', async () => {
    const mutex = new RecursiveMutex();
    const guard = mutex.lock();
    guard.unlock();
    await expect(mutex.lockAsync({ reenter: guard })).rejects.toThrow(notPermitted);
    const other = new RecursiveMutex().lock();
    await expect(mutex.lockAsync({ reenter: other })).rejects.toThrow(notPermitted);
    await expect(mutex.lockAsync({ reenter: {} as never })).rejects.toThrow(TypeError);
    expect(mutex.isLocked).toBe(false);
  });

  test('reenter with a signal that is aborted, or with options of the wrong kind', async () => {
    const mutex = new RecursiveMutex();
    const reenter = mutex.lock();
    const signal = AbortSignal.abort('too late');
    await expect(mutex.lockAsync({ reenter, signal })).rejects.toBe('too late');
    await expect(mutex.lockAsync({ reenter, timeout: NaN })).rejects.toThrow(RangeError);
    expect(mutex.depth).toBe(1);
    reenter.unlock();
  });

  test('what the owner knows is kept while it holds, though nobody refers to the object', () => {
    const buffer = new SharedArrayBuffer(RecursiveMutex.BYTE_LENGTH);
    RecursiveMutex.at(buffer).lock();
    RecursiveMutex.at(buffer).lock();
    RecursiveMutex.at(buffer).unlock();
    expect(RecursiveMutex.at(buffer).depth).toBe(1);
    RecursiveMutex.at(buffer).unlock();
    expect(RecursiveMutex.at(buffer).isLocked).toBe(false);
  });
});

describe('RecursiveMutex: deaths', () => {
  test('an owner that dies two deep is reported, and a repair may lock again', async () => {
    const mutex = new RecursiveMutex();
    const user = await start();
    await user.call.lock(mutex);
    await user.call.lock(mutex);
    await user.terminate();
    expect(() => mutex.lock()).toThrow(ownerDied);
    expect(() =>
      mutex.recover(() => {
        throw new Error('not today');
      }),
    ).toThrow('not today');
    const guard = mutex.recover(() => mutex.withLock(() => expect(mutex.depth).toBe(2)));
    expect(mutex.depth).toBe(1);
    guard.unlock();
    expect(mutex.isLocked).toBe(false);
  });

  test('M18 who has the place of a dead owner is not taken for it', async () => {
    const mutex = new RecursiveMutex();
    const user = await start();
    await user.call.lock(mutex);
    await user.terminate();
    const next = await start();
    await expect(next.call.lock(mutex)).rejects.toThrow(ownerDied);
    await expect(next.call.unlock(mutex)).rejects.toThrow(notPermitted);
    mutex.recover(() => {}).unlock();
    expect(await next.call.lock(mutex)).toBe(1);
    const last = await start();
    expect(await last.call.tryLock(mutex)).toBe(false);
    expect(await next.call.unlock(mutex)).toBe(0);
  });
});
