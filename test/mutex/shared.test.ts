import { Latch, Mutex, SharedMutex, SharedTimedMutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { Agent } from '../../src/agent/agent.ts';
import type { Host } from '../../src/agent/host.ts';
import { createTable } from '../../src/agent/table.ts';
import { SharedTurnstile } from '../../src/mutex/shared-turnstile.ts';
import { ownerDied, syncError, timedOut } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually, LONG } from '../support/time.ts';
import { waitersAre } from '../support/waiters.ts';
import { borrowWorker, borrowWorkers } from '../support/worker.ts';
import { READ_FORMS } from './shared-user.mjs';

type User = typeof import('./shared-user.mjs');
const start = () => borrowWorker<User>('./shared-user.mjs', import.meta.url);
const startAll = (n: number) => borrowWorkers<User>(n, './shared-user.mjs', import.meta.url);

const deadlock = syncError('resource_deadlock_would_occur');
const notPermitted = syncError('operation_not_permitted');

describe('SharedMutex', () => {
  expectNoRescues();

  test('is a mutex of 48 bytes, also by its other name', () => {
    expect(SharedMutex.BYTE_LENGTH).toBe(48);
    expect(SharedTimedMutex).toBe(SharedMutex);
    const mutex = new SharedMutex({ name: 'm', packed: true });
    expect(mutex).toBeInstanceOf(Mutex);
    expect(mutex.buffer.byteLength).toBe(48);
    expect(mutex.withLock(() => mutex.isOwnedByThisThread)).toBe(true);
    expect(String(mutex.name)).toBe('m');
  });

  test('R1 one writer at a time, and no reader beside it', async () => {
    const mutex = new SharedMutex();
    const user = await start();
    mutex.lock();
    expect(mutex.isOwnedByThisThread).toBe(true);
    expect(await user.call.tries(mutex)).toEqual({ write: false, read: false });
    expect(await user.call.tryLockFor(mutex, 2)).toBe(false);
    expect(await user.call.tryLockSharedFor(mutex, 2)).toBe(false);
    mutex.unlock();
    expect(mutex.isLocked).toBe(false);
    expect(await user.call.tries(mutex)).toEqual({ write: true, read: true });
  });

  test('R1 many readers, and no writer beside them', async () => {
    const mutex = new SharedMutex();
    const user = await start();
    const guard = mutex.lockShared();
    expect(mutex.isLocked).toBe(true);
    expect(mutex.isOwnedByThisThread).toBe(false);
    expect(await user.call.tries(mutex)).toEqual({ write: false, read: true });
    await user.call.lockShared(mutex);
    guard.unlock();
    expect(mutex.tryLock()).toBe(null);
    expect(mutex.tryLockFor(2)).toBe(null);
    await user.call.unlockShared(mutex);
    expect(mutex.isLocked).toBe(false);
    mutex.lock();
  });

  test.each(READ_FORMS)('%s: reads, beside others, and not while one writes', async (form) => {
    const mutex = new SharedMutex();
    const [one, other, writer] = await startAll(3);
    expect(await one!.call.read(form, mutex)).toBe(true);
    expect(await other!.call.read(form, mutex)).toBe(true);
    expect(mutex.tryLock()).toBe(null);
    await one!.call.unlockShared(mutex);
    await other!.call.unlockShared(mutex);
    await writer!.call.lock(mutex);
    const reading = one!.call.read(form, mutex);
    if (form === 'tryLockShared') {
      expect(await reading).toBe(false);
    } else {
      await waitersAre(1, mutex);
      await writer!.call.unlock(mutex);
      expect(await reading).toBe(true);
    }
  });

  test('R3 four who try for a time to write and four to read, and all do once it is free', async () => {
    const mutex = new SharedMutex();
    const users = await startAll(8);
    const hold = mutex.lock();
    const entered = users.map(({ call }, i) => call.visitWithin(mutex, i % 2 === 0));
    await waitersAre(8, mutex);
    hold.unlock();
    expect(await Promise.all(entered)).toEqual(users.map(() => true));
    expect(mutex.isLocked).toBe(false);
  });

  test('R15 a thread reads as often as it likes', () => {
    const mutex = new SharedMutex();
    const often = 100_000;
    for (let i = 0; i < often; i++) mutex.lockShared();
    for (let i = 1; i < often; i++) mutex.unlockShared();
    expect(mutex.tryLock()).toBe(null);
    mutex.unlockShared();
    expect(mutex.tryLock()).not.toBe(null);
    expect(() => mutex.unlockShared()).toThrow(notPermitted);
  });

  test('R5 readers are inside together', async () => {
    const mutex = new SharedMutex();
    const latch = new Latch(3);
    const users = await startAll(3);
    const met = await Promise.all(users.map(({ call }) => call.meetReading(mutex, latch)));
    expect(met).toEqual([true, true, true]);
    expect(mutex.isLocked).toBe(false);
  });

  test.each([
    [1, 2],
    [2, 3],
    [3, 10],
    [3, 100],
  ])('R4 %i threads hammer it, one in %i visits writes', async (threads, writeEvery) => {
    const TIMES = 2000;
    const mutex = new SharedMutex();
    const words = sharedWords(4);
    const users = await startAll(threads);
    const wrong = await Promise.all(
      users.map(({ call }) => call.hammer(mutex, words, TIMES, writeEvery)),
    );
    expect(wrong).toEqual(users.map(() => 0));
    expect(words[2]).toBe((threads * TIMES) / writeEvery + (TIMES % writeEvery ? threads / 3 : 0));
    expect(mutex.isLocked).toBe(false);
  });

  test('R10 a writer that becomes a reader lets no writer in between', async () => {
    const mutex = new SharedMutex();
    const words = sharedWords(4);
    const users = await startAll(3);
    const wrong = await Promise.all(
      users.map(({ call }) => call.downgradeAndLook(mutex, words, 300)),
    );
    expect(wrong).toEqual([0, 0, 0]);
    expect(words[2]).toBe(900);
  });

  test('downgrade lets those in at once who wait to read', async () => {
    const mutex = new SharedMutex();
    const user = await start();
    const guard = mutex.lock();
    const reading = user.call.lockShared(mutex);
    await waitersAre(1, mutex);
    mutex.downgrade();
    expect(guard.ownsLock).toBe(false);
    await reading;
    expect(mutex.tryLock()).toBe(null);
    mutex.unlockShared();
    await user.call.unlockShared(mutex);
    expect(mutex.tryLock()).not.toBe(null);
  });

  test('R14 who comes to read stands behind a writer that waits', async () => {
    const mutex = new SharedMutex();
    const words = sharedWords(4);
    const [writer, reader] = await startAll(2);
    mutex.lockShared();
    const wrote = writer!.call.write(mutex, words);
    await waitersAre(1, mutex);
    expect(await reader!.call.tries(mutex)).toEqual({ write: false, read: false });
    const read = reader!.call.readInTurn(mutex, words);
    await waitersAre(2, mutex);
    mutex.unlockShared();
    expect([await wrote, await read]).toEqual([0, 1]);
  });

  test('R14 a writer that gives up lets those in who stand behind it', async () => {
    const mutex = new SharedMutex();
    const words = sharedWords(4);
    const [writer, reader] = await startAll(2);
    mutex.lockShared();
    const gaveUp = writer!.call.tryLockFor(mutex, 100);
    await waitersAre(1, mutex);
    const read = reader!.call.readInTurn(mutex, words);
    expect(await gaveUp).toBe(false);
    expect(await read).toBe(0);
    mutex.unlockShared();
  });

  test('who reads may read again while a writer waits, but by no awaited form', async () => {
    const mutex = new SharedMutex();
    const writer = await start();
    const outer = mutex.lockShared();
    const wrote = writer.call.write(mutex, sharedWords(4));
    await waitersAre(1, mutex);
    const inner = mutex.lockShared();
    expect(mutex.tryLockShared()?.unlock()).toBe(undefined);
    expect(await mutex.tryLockSharedForAsync(5)).toBe(null); // a task stands in line
    outer.unlock();
    expect([outer.ownsLock, inner.ownsLock]).toEqual([false, true]);
    expect(mutex.isLocked).toBe(true);
    inner.unlock();
    await wrote;
  });

  test('a word that is free beside readers is not near for who is to write', () => {
    const host = { cores: 2, isOlder: () => false, nextLook: () => undefined } as unknown as Host;
    const table = createTable();
    const words = sharedWords(12);
    const [reader, writer] = [1, 2].map(
      (id) => new SharedTurnstile(new Agent(table, id, host), words, 77, 'a mutex'),
    );
    expect(writer!.spins()).toBe(true);
    expect(reader!.tryShare()).toBe(true);
    expect(writer!.spins()).toBe(false);
    reader!.leaveShared();
    expect(writer!.spins()).toBe(true);
  });

  test('tasks of one thread: readers together, a writer alone, in the order they came', async () => {
    const mutex = new SharedMutex();
    const order: string[] = [];
    const first = await mutex.lockAsync();
    const read = async (name: string): Promise<void> => {
      using _guard = await mutex.lockSharedAsync();
      order.push(`${name} in`);
      await new Promise(setImmediate);
      order.push(`${name} out`);
    };
    const write = async (): Promise<void> => {
      using _guard = await mutex.lockAsync();
      order.push('w in');
      await new Promise(setImmediate);
      order.push('w out');
    };
    const all = [read('a'), read('b'), write(), read('c')];
    first.unlock();
    await Promise.all(all);
    expect(order).toEqual(['a in', 'b in', 'a out', 'b out', 'w in', 'w out', 'c in', 'c out']);
    expect(mutex.isLocked).toBe(false);
  });

  test('cancelled waits leave nothing, and let those behind them in', async () => {
    const mutex = new SharedMutex();
    mutex.lockShared();
    const controller = new AbortController();
    const writing = mutex.lockAsync({ signal: controller.signal });
    const reading = mutex.lockSharedAsync();
    controller.abort('no more');
    await expect(writing).rejects.toBe('no more');
    (await reading).unlock();
    mutex.unlockShared();
    mutex.lock();
    await expect(mutex.lockSharedAsync({ timeout: 1 })).rejects.toThrow(timedOut);
    expect(await mutex.tryLockSharedForAsync(1)).toBe(null);
    mutex.unlock();
    expect(mutex.isLocked).toBe(false);
  });

  test('what the owner knows is kept while it reads, though nobody refers to the object', () => {
    const buffer = new SharedArrayBuffer(SharedMutex.BYTE_LENGTH);
    SharedMutex.at(buffer).lockShared();
    SharedMutex.at(buffer).lockShared();
    SharedMutex.at(buffer).unlockShared();
    expect(SharedMutex.at(buffer).isLocked).toBe(true);
    SharedMutex.at(buffer).unlockShared();
    expect(SharedMutex.at(buffer).isLocked).toBe(false);
  });
});

describe('SharedMutex: misuse', () => {
  expectNoRescues();

  type Row = [string, Error, (mutex: SharedMutex) => unknown];
  const reading: Row[] = [
    ['lock', deadlock, (mutex) => mutex.lock()],
    ['tryLockFor', deadlock, (mutex) => mutex.tryLockFor(LONG)],
    ['withLock', deadlock, (mutex) => mutex.withLock(() => {})],
    ['unlock', notPermitted, (mutex) => mutex.unlock()],
    ['downgrade', notPermitted, (mutex) => mutex.downgrade()],
    ['recover', notPermitted, (mutex) => mutex.recover(() => {})],
  ];
  test.each(reading)('%s in a thread that reads', (_, error, call) => {
    const mutex = new SharedMutex();
    const guard = mutex.lockShared();
    expect(() => call(mutex)).toThrow(error);
    expect(mutex.tryLock()).toBe(null);
    expect(guard.ownsLock).toBe(true);
    guard.unlock();
    expect(mutex.isLocked).toBe(false);
  });

  const writing: Row[] = [
    ['lock', deadlock, (mutex) => mutex.lock()],
    ['lockShared', deadlock, (mutex) => mutex.lockShared()],
    ['tryLockSharedFor', deadlock, (mutex) => mutex.tryLockSharedFor(LONG)],
    ['unlockShared', notPermitted, (mutex) => mutex.unlockShared()],
  ];
  test.each(writing)('%s in the thread that writes', (_, error, call) => {
    const mutex = new SharedMutex();
    mutex.lock();
    expect(() => call(mutex)).toThrow(error);
    expect(mutex.tryLockShared()).toBe(null);
    expect(mutex.isOwnedByThisThread).toBe(true);
    mutex.unlock();
    expect(mutex.isLocked).toBe(false);
  });

  test('unlockShared, unlock and downgrade where nobody holds it', () => {
    const mutex = new SharedMutex();
    expect(() => mutex.unlockShared()).toThrow(notPermitted);
    expect(() => mutex.unlock()).toThrow(notPermitted);
    expect(() => mutex.downgrade()).toThrow(notPermitted);
    expect(mutex.isLocked).toBe(false);
  });
});

describe('SharedMutex: deaths', () => {
  test('a reader that dies is a reader no more', async () => {
    const mutex = new SharedMutex();
    const user = await start();
    await user.call.lockShared(mutex);
    expect(mutex.tryLock()).toBe(null);
    await user.terminate();
    mutex.lock();
    mutex.unlock();
    expect(mutex.isLocked).toBe(false);
  });

  test('also for who is blocked behind a writer whose event loop stands still', async () => {
    const mutex = new SharedMutex();
    const words = sharedWords(2);
    const [reader, writer] = await Promise.all([start(), start()]);
    await reader.call.lockShared(mutex);
    const locked = writer.call.lockAsyncThenBlock(mutex, words);
    await eventually(() => Atomics.load(words, 0) === 1);
    const ended = reader.terminate();
    expect(mutex.tryLockFor(LONG)?.ownsLock).toBe(true);
    mutex.unlock();
    Atomics.store(words, 1, 1);
    Atomics.notify(words, 1);
    await Promise.all([locked, ended]);
    expect(mutex.isLocked).toBe(false);
  });

  test('nor is the thread that has its slot afterwards, until it reads itself', async () => {
    const mutex = new SharedMutex();
    const dying = await start();
    await dying.call.lockShared(mutex);
    await dying.terminate();
    const next = await start(); // in the same slot, unless another has just come free
    expect(await next.call.tries(mutex)).toEqual({ write: true, read: true });
    mutex.lock();
    mutex.unlock();
    await next.call.lockShared(mutex);
    expect(mutex.tryLock()).toBe(null);
    await next.call.unlockShared(mutex);
    expect(mutex.isLocked).toBe(false);
  });

  test('a writer that dies is reported to readers and writers, until one repairs', async () => {
    const mutex = new SharedMutex();
    const user = await start();
    await user.call.lock(mutex);
    await user.terminate();
    expect(() => mutex.lockShared()).toThrow(ownerDied);
    expect(() => mutex.tryLockShared()).toThrow(ownerDied);
    expect(() => mutex.lock()).toThrow(ownerDied);
    await expect(mutex.lockSharedAsync()).rejects.toThrow(ownerDied);
    mutex.recover(() => {}).unlock();
    mutex.lockShared();
    mutex.unlockShared();
  });

  test('a writer that dies while it waits for readers never wrote', async () => {
    const mutex = new SharedMutex();
    const user = await start();
    mutex.lockShared();
    void user.call.lock(mutex).catch(() => {});
    await waitersAre(1, mutex);
    await user.terminate();
    const other = await start();
    await other.call.lockShared(mutex);
    mutex.unlockShared();
    await other.call.unlockShared(mutex);
    mutex.lock();
  });
});
