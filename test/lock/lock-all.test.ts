import {
  adoptLock,
  deferLock,
  lock,
  lockAsync,
  LockGuard,
  Mutex,
  RecursiveMutex,
  ScopedLock,
  SharedLock,
  SharedMutex,
  tryLock,
  tryToLock,
  UniqueLock,
} from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError, timedOut } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

expectNoRescues();

type Taker = typeof import('./taker.mjs');
const start = () => startWorker<Taker>('./taker.mjs', import.meta.url);

const deadlock = syncError('resource_deadlock_would_occur');
const bad = <T>(value: unknown): T => value as T;

/** Notes what is done to it, and throws when asked to lock, if it is to. */
class Foreign {
  isLocked = false;
  readonly throws: boolean;

  constructor(throws = false) {
    this.throws = throws;
  }

  lock(): void {
    if (!this.tryLock()) throw new Error('would block');
  }

  tryLock(): boolean {
    if (this.throws) throw new Error('broken');
    if (this.isLocked) return false;
    return (this.isLocked = true);
  }

  unlock(): void {
    if (!this.isLocked) throw new Error('not locked');
    this.isLocked = false;
  }
}

describe('lock', () => {
  test('locks all, and leaves them locked', () => {
    const [a, b, c] = [new Mutex(), new SharedMutex(), new Foreign()];
    lock(c, b, a);
    expect([a.isOwnedByThisThread, b.isOwnedByThisThread, c.isLocked]).toEqual([true, true, true]);
    for (const each of [a, b, c]) each.unlock();
  });

  test('locks of mutexes', () => {
    const [a, b] = [new Mutex(), new SharedMutex()];
    const first = new UniqueLock(a, deferLock);
    const second = new SharedLock(b, deferLock);
    lock(second, first);
    expect([first.ownsLock, second.ownsLock]).toEqual([true, true]);
    expect(b.isOwnedByThisThread).toBe(false);
  });

  test.each(['hammer', 'hammerForeign'] as const)(
    '%s: threads that name them in opposite orders do not wait for each other',
    async (how) => {
      const [a, b] = [new Mutex(), new Mutex()];
      const words = sharedWords();
      const takers = await startWorkers<Taker>(2, './taker.mjs', import.meta.url);
      const times = 1500;
      await Promise.all([
        takers[0]!.call[how](a, b, words, times),
        takers[1]!.call[how](b, a, words, times),
      ]);
      expect(words[0]).toBe(2 * times);
      expect([a.isLocked, b.isLocked]).toEqual([false, false]);
    },
  );

  test('M28 M29 one that throws, at any place: the others are released', () => {
    for (let place = 0; place < 4; place++) {
      const mutexes = [new Mutex(), new Mutex()];
      const foreign = [new Foreign(), new Foreign()];
      const all = [...mutexes, ...foreign] as (Mutex | Foreign)[];
      all.splice(place, 0, new Foreign(true));
      const [first, second, ...more] = all;
      expect(() => lock(first!, second!, ...more)).toThrow('broken');
      expect(() => tryLock(first!, second!, ...more)).toThrow('broken');
      expect(all.map(({ isLocked }) => isLocked)).toEqual(all.map(() => false));
    }
  });

  test('M29 one that this thread holds, or that is named twice: a deadlock, and the others are free', () => {
    const [a, b] = [new Mutex(), new Mutex()];
    b.lock();
    expect(() => lock(a, b)).toThrow(deadlock);
    expect(() => lock(b, a)).toThrow(deadlock);
    expect([a.isLocked, b.isOwnedByThisThread]).toEqual([false, true]);
    b.unlock();
    expect(() => lock(a, a)).toThrow(deadlock);
    expect(a.isLocked).toBe(false);
  });

  test('what cannot be locked is refused, and nothing is locked', async () => {
    const mutex = new Mutex();
    for (const none of [{}, null, undefined, 1, { lock() {}, unlock() {} }]) {
      expect(() => lock(mutex, bad(none))).toThrow(TypeError);
      expect(() => tryLock(mutex, bad(none))).toThrow(TypeError);
      expect(() => new ScopedLock(mutex, bad(none))).toThrow(TypeError);
      await expect(lockAsync([mutex, bad(none)])).rejects.toThrow(TypeError);
    }
    await expect(lockAsync(bad(mutex))).rejects.toThrow('`lockables` must be an array');
    expect(() => lock(mutex, bad(1))).toThrow('lockables[1] must be lockable, got number');
    expect(mutex.isLocked).toBe(false);
  });
});

describe('tryLock', () => {
  test('M30 -1, or which it was; those before it are released', async () => {
    const all = [new Mutex(), new Mutex(), new Mutex()] as const;
    expect(tryLock(...all)).toBe(-1);
    for (const each of all) each.unlock();
    const taker = await start();
    for (const [i, held] of all.entries()) {
      await taker.call.hold(held);
      expect(tryLock(...all)).toBe(i);
      expect(all.map(({ isLocked }) => isLocked)).toEqual(all.map((each) => each === held));
      await taker.call.letGo(held);
    }
  });
});

describe('lockAsync', () => {
  test('waits, and a cancelled one holds nothing', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    const taker = await start();
    await taker.call.hold(b);
    await expect(lockAsync([a, b], { timeout: 5 })).rejects.toThrow(timedOut);
    await expect(lockAsync([b, a], { signal: AbortSignal.timeout(5) })).rejects.toThrow(
      expect.objectContaining({ name: 'TimeoutError' }),
    );
    expect([a.isLocked, waitersFor(b)]).toEqual([false, 0]);
    const locked = lockAsync([b, a]);
    await waitersAre(1, b);
    await taker.call.letGo(b);
    await locked;
    expect([a.isOwnedByThisThread, b.isOwnedByThisThread]).toEqual([true, true]);
  });

  test('foreign ones are tried again and again, until the time is up', async () => {
    const mutex = new Mutex();
    const foreign = Object.assign(new Foreign(), { lockAsync: () => Promise.resolve() });
    foreign.lock();
    await expect(lockAsync([foreign, mutex], { timeout: 5 })).rejects.toThrow(timedOut);
    const { signal } = Object.assign(new AbortController(), {});
    await expect(
      lockAsync([foreign, mutex], { signal: AbortSignal.abort('no more') }),
    ).rejects.toBe('no more');
    expect(mutex.isLocked).toBe(false);
    const locked = lockAsync([foreign, mutex], { signal, keepAlive: false });
    setTimeout(() => foreign.unlock(), 5);
    await locked;
    expect([foreign.isLocked, mutex.isLocked]).toEqual([true, true]);
  });

  test('M29 one that is named twice: a deadlock if it is not recursive, and the others are free', async () => {
    const [a, b, r] = [new Mutex(), new Mutex(), new RecursiveMutex()];
    const deadlock = syncError('resource_deadlock_would_occur');
    await expect(lockAsync([a, b, a])).rejects.toThrow(deadlock);
    await expect(ScopedLock.lockAsync([b, b])).rejects.toThrow(deadlock);
    const later = [new UniqueLock(a, deferLock), new UniqueLock(a, deferLock)];
    await expect(lockAsync(later)).rejects.toThrow(deadlock);
    expect([a.isLocked, b.isLocked]).toEqual([false, false]);
    await lockAsync([r, a, r]);
    expect(r.depth).toBe(2);
  });

  test('a list that changes meanwhile: the lock has what it has locked', async () => {
    const mutexes = [new Mutex(), new Mutex()];
    const [a, b] = mutexes as [Mutex, Mutex];
    const locked = ScopedLock.lockAsync(mutexes);
    mutexes.length = 0;
    const both = await locked;
    expect([a.isLocked, b.isLocked]).toEqual([true, true]);
    both[Symbol.dispose]();
    expect([a.isLocked, b.isLocked]).toEqual([false, false]);
  });

  test('what locks one of them once more meanwhile keeps its hold', async () => {
    const [r, b] = [new RecursiveMutex(), new Mutex()];
    b.lock();
    const controller = new AbortController();
    const given = lockAsync([r, b], controller);
    await new Promise(setImmediate);
    const first = r.lock();
    controller.abort('given up');
    await expect(given).rejects.toBe('given up');
    expect([first.ownsLock, r.depth]).toEqual([true, 1]);
    first.unlock();

    const locked = ScopedLock.lockAsync([r, b]);
    await new Promise(setImmediate);
    const second = r.lock();
    b.unlock();
    const both = await locked;
    second.unlock();
    expect(r.depth).toBe(1);
    both[Symbol.dispose]();
    expect([r.isLocked, b.isLocked]).toEqual([false, false]);
  });

  test('tasks of one thread take turns', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    let inside = 0;
    const task = async (mutexes: Mutex[]): Promise<void> => {
      using _both = await ScopedLock.lockAsync(mutexes);
      expect(++inside).toBe(1);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, (_, i) => task(i % 2 ? [a, b] : [b, a])));
    expect([a.isLocked, b.isLocked]).toEqual([false, false]);
  });
});

test('a foreign one that cannot be unlocked: the others are released all the same', () => {
  const [a, foreign] = [new Mutex(), new Foreign()];
  const both = new ScopedLock(a, foreign);
  foreign.unlock(); // which the lock cannot know
  expect(() => both[Symbol.dispose]()).toThrow('not locked');
  expect(a.isLocked).toBe(false);
  const thief = new Foreign();
  thief.tryLock = () => {
    foreign.unlock();
    return false;
  };
  expect(() => lock(a, foreign, thief)).toThrow('not locked');
  expect(a.isLocked).toBe(false);
});

describe('ScopedLock, LockGuard', () => {
  test('none, one, many; adopted', () => {
    new ScopedLock()[Symbol.dispose]();
    const [a, b] = [new Mutex(), new Foreign()];
    const one = new ScopedLock(a);
    expect(a.isOwnedByThisThread).toBe(true);
    one[Symbol.dispose]();
    one[Symbol.dispose]();
    lock(a, b);
    {
      using _both = new ScopedLock(adoptLock, a, b);
      expect([a.isLocked, b.isLocked]).toEqual([true, true]);
    }
    expect([a.isLocked, b.isLocked]).toEqual([false, false]);
    expect(() => new ScopedLock(adoptLock, a)).toThrow(syncError('operation_not_permitted'));
  });

  test('a recursive mutex twice, and each hold adopted: all are ended', () => {
    const mutex = new RecursiveMutex();
    new ScopedLock(mutex, mutex)[Symbol.dispose]();
    expect(mutex.depth).toBe(0);
    lock(mutex, mutex);
    const guards = [new UniqueLock(mutex, adoptLock), new UniqueLock(mutex, adoptLock)];
    for (const guard of guards) guard.unlock();
    expect(mutex.isLocked).toBe(false);
    const shared = new SharedMutex();
    shared.lockShared();
    shared.lockShared();
    const readers = [new SharedLock(shared, adoptLock), new SharedLock(shared, adoptLock)];
    for (const reader of readers) reader.unlock();
    expect(shared.isLocked).toBe(false);
  });

  test('a hold that has ended is not ended again', () => {
    const mutex = new Mutex();
    const scoped = new ScopedLock(mutex);
    mutex.unlock();
    mutex.lock();
    scoped[Symbol.dispose]();
    expect(mutex.isOwnedByThisThread).toBe(true);
    mutex.unlock();
  });

  test('LockGuard holds one', () => {
    const mutex = new Mutex();
    {
      using _guard = new LockGuard(mutex);
      expect(mutex.isOwnedByThisThread).toBe(true);
      expect(() => new LockGuard(mutex)).toThrow(deadlock);
    }
    expect(mutex.isLocked).toBe(false);
    mutex.lock();
    new LockGuard(mutex, adoptLock)[Symbol.dispose]();
    expect(mutex.isLocked).toBe(false);
    expect(() => new LockGuard(mutex, adoptLock)).toThrow(syncError('operation_not_permitted'));
    expect(() => new LockGuard(mutex, bad(deferLock))).toThrow(TypeError);
    expect(() => new LockGuard(bad<Mutex>({}))).toThrow(TypeError);
  });

  test('of no mutex at all: refused, since nothing would be guarded', () => {
    expect(() => new LockGuard(bad<Mutex>(undefined))).toThrow(TypeError);
    for (const how of [deferLock, tryToLock, adoptLock] as const) {
      expect(() => new UniqueLock(bad<Mutex>(undefined), how)).toThrow(TypeError);
      expect(() => new SharedLock(bad<SharedMutex>(undefined), how)).toThrow(TypeError);
    }
  });

  test.each([
    ['ScopedLock', () => new ScopedLock(new Mutex())],
    ['LockGuard', () => new LockGuard(new Mutex())],
  ])('%s cannot be sent to another thread', (_, make) => {
    expect(() => structuredClone(make())).toThrow(
      expect.objectContaining({ name: 'DataCloneError' }),
    );
  });
});
