/** The guards that acquiring returns, and what they own: one hold of one thread. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import { adoptLock, Mutex, share, UniqueLock } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError } from '../support/errors.ts';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually } from '../support/time.ts';
import { startWorker } from '../support/worker.ts';

expectNoRescues();

const notPermitted = syncError('operation_not_permitted');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describe('guard: one hold', () => {
  test('a guard left over owns no later hold', () => {
    const mutex = new Mutex();
    const first = mutex.lock();
    mutex.unlock();
    expect(first.ownsLock).toBe(false);
    const second = mutex.lock();
    expect(first.ownsLock).toBe(false);
    expect(second.ownsLock).toBe(true);
  });

  test('a guard left over never unlocks a later hold', () => {
    const mutex = new Mutex();
    const first = mutex.lock();
    mutex.unlock();
    const second = mutex.lock();
    const words = wordsOf(mutex);
    expect(() => first.unlock()).toThrow(notPermitted);
    first[Symbol.dispose]();
    expect(wordsOf(mutex)).toEqual(words);
    expect(second.ownsLock).toBe(true);
  });

  test('a guard left over never unlocks the hold of another task', async () => {
    const mutex = new Mutex();
    const first = await mutex.lockAsync();
    const pending = mutex.lockAsync();
    first.unlock();
    const second = await pending;
    first[Symbol.dispose]();
    expect(() => first.unlock()).toThrow(notPermitted);
    expect(second.ownsLock).toBe(true);
    expect(mutex.isOwnedByThisThread).toBe(true);
  });

  test('a guard left over does not own what another thread holds', async () => {
    const mutex = new Mutex();
    const guard = mutex.lock();
    mutex.unlock();
    const locker = await startWorker<typeof import('../mutex/locker.mjs')>(
      '../mutex/locker.mjs',
      import.meta.url,
    );
    await locker.call.lock(mutex);
    expect(guard.ownsLock).toBe(false);
    guard[Symbol.dispose]();
    expect(() => guard.unlock()).toThrow(notPermitted);
    expect(mutex.isLocked).toBe(true);
    await locker.call.unlock(mutex);
  });

  test('every form gives a guard of its own hold', async () => {
    const mutex = new Mutex();
    const guards: (UniqueLock | null)[] = [];
    const collect = (guard: UniqueLock | null): void => {
      expect(guard?.ownsLock).toBe(true);
      guards.push(guard);
      mutex.unlock();
    };
    collect(mutex.lock());
    collect(mutex.tryLock());
    collect(mutex.tryLockFor(1));
    collect(mutex.tryLockUntil(Date.now() + 1));
    collect(await mutex.lockAsync());
    collect(await mutex.tryLockForAsync(1));
    collect(await mutex.tryLockUntilAsync(Date.now() + 1));
    mutex.lock();
    expect(guards.map((guard) => guard?.ownsLock)).toEqual(Array(7).fill(false));
    mutex.unlock();
  });

  test('mutex.unlock() ends what the guard owns', () => {
    const mutex = new Mutex();
    const guard = mutex.lock();
    mutex.unlock();
    expect(() => guard.unlock()).toThrow(notPermitted);
    expect(mutex.isLocked).toBe(false);
  });

  test('two guards of one hold: the first to unlock ends it for both', () => {
    const mutex = new Mutex();
    const guard = mutex.lock();
    const adopted = new UniqueLock(mutex, adoptLock);
    expect(adopted.ownsLock).toBe(true);
    adopted.unlock();
    expect(guard.ownsLock).toBe(false);
    expect(() => guard.unlock()).toThrow(notPermitted);
  });

  test('adopting is refused when the hold has ended, also when the thread held it before', () => {
    const mutex = new Mutex();
    mutex.lock();
    mutex.unlock();
    expect(() => new UniqueLock(mutex, adoptLock)).toThrow(notPermitted);
  });
});

describe('guard: dispose and unlock', () => {
  test('dispose unlocks, and again does nothing', () => {
    const mutex = new Mutex();
    const guard = mutex.lock();
    guard[Symbol.dispose]();
    expect(mutex.isLocked).toBe(false);
    guard[Symbol.dispose]();
    mutex.lock();
    guard[Symbol.dispose]();
    expect(mutex.isLocked).toBe(true);
    mutex.unlock();
  });

  test('a second unlock is operation_not_permitted', () => {
    const mutex = new Mutex();
    const guard = mutex.lock();
    guard.unlock();
    const free = wordsOf(mutex);
    expect(() => guard.unlock()).toThrow(notPermitted);
    expect(wordsOf(mutex)).toEqual(free);
  });

  test('dispose after unlock, and after mutex.unlock(), does nothing', () => {
    const mutex = new Mutex();
    const guard = mutex.lock();
    guard.unlock();
    guard[Symbol.dispose]();
    const other = mutex.lock();
    mutex.unlock();
    other[Symbol.dispose]();
    expect(mutex.isLocked).toBe(false);
  });

  test('M10 an exception in `using` releases', () => {
    const mutex = new Mutex();
    const fail = (): void => {
      using _lock = mutex.lock();
      throw new Error('inside');
    };
    expect(fail).toThrow('inside');
    expect(mutex.isLocked).toBe(false);
  });

  test('M10 a dispose that locks again while an exception unwinds works', () => {
    const mutex = new Mutex();
    let locked = false;
    const fail = (): void => {
      using _later = {
        [Symbol.dispose]: () => {
          using lock = mutex.lock();
          locked = lock.ownsLock;
        },
      };
      using _lock = mutex.lock();
      throw new Error('inside');
    };
    expect(fail).toThrow('inside');
    expect(locked).toBe(true);
    expect(mutex.isLocked).toBe(false);
  });

  test('`using` with null, as tryLock gives it for a held mutex', () => {
    const mutex = new Mutex();
    mutex.lock();
    {
      using lock = mutex.tryLock();
      expect(lock).toBe(null);
    }
    expect(mutex.isOwnedByThisThread).toBe(true);
    mutex.unlock();
  });

  test('M19 a mutex that is locked when its objects are collected is locked still', async () => {
    const buffer = new SharedArrayBuffer(Mutex.BYTE_LENGTH);
    await lockAndForget(buffer);
    const mutex = Mutex.at(buffer);
    expect(mutex.isOwnedByThisThread).toBe(true);
    expect(mutex.tryLock()).toBe(null);
    mutex.unlock();
    const guard = mutex.lock();
    expect(guard.ownsLock).toBe(true);
    guard.unlock();
  });

  test('M19 and can be adopted still', async () => {
    const buffer = new SharedArrayBuffer(Mutex.BYTE_LENGTH);
    await lockAndForget(buffer);
    const mutex = Mutex.at(buffer);
    const guard = new UniqueLock(mutex, adoptLock);
    expect(guard.ownsLock).toBe(true);
    guard.unlock();
    expect(mutex.isLocked).toBe(false);
  });
});

/** Locks the mutex there, whose live object is collected then. */
async function lockAndForget(buffer: SharedArrayBuffer): Promise<void> {
  const forgotten = ((mutex: Mutex): WeakRef<Mutex> => {
    mutex.lock();
    return new WeakRef(mutex);
  })(Mutex.at(buffer));
  await eventually(() => {
    collect();
    return forgotten.deref() === undefined;
  });
}

describe('guard: a mutex that is written anew while it is held', () => {
  test.each(['by this thread', 'by another thread'])(
    'M19 %s: unlocking it is an error, and the new one is free',
    async (holder) => {
      const buffer = new SharedArrayBuffer(Mutex.BYTE_LENGTH);
      const held = Mutex.at(buffer);
      const locker = await startWorker<typeof import('../mutex/locker.mjs')>(
        '../mutex/locker.mjs',
        import.meta.url,
      );
      const isHere = holder === 'by this thread';
      const guard = isHere ? held.lock() : null;
      if (!isHere) await locker.call.lock(held);
      const mutex = Mutex.init(buffer, 0);
      const words = wordsOf(mutex);
      if (isHere) expect(() => guard!.unlock()).toThrow(notPermitted);
      else await expect(locker.call.unlock(held)).rejects.toThrow(notPermitted);
      guard?.[Symbol.dispose]();
      expect(wordsOf(mutex)).toEqual(words);
      expect(mutex.tryLock()?.ownsLock).toBe(true);
      expect(await locker.call.visitFor(mutex, 0)).toBe(false);
      mutex.unlock();
      expect(await locker.call.visitFor(mutex, 0)).toBe(true);
    },
  );
});

describe('guard: it stays in its thread', () => {
  const guards: [string, (mutex: Mutex) => UniqueLock][] = [
    ['of lock()', (mutex) => mutex.lock()],
    ['made of a mutex', (mutex) => new UniqueLock(mutex)],
    ['that is empty', () => new UniqueLock()],
  ];

  test.each(guards)('a guard %s cannot be cloned', (_, make) => {
    const mutex = new Mutex();
    const guard = make(mutex);
    const refusal = expect.objectContaining({ name: 'DataCloneError' }) as Error;
    expect(() => structuredClone(guard)).toThrow(refusal);
    expect(() => structuredClone({ deep: [guard] })).toThrow(refusal);
    const { port1, port2 } = new MessageChannel();
    expect(() => port1.postMessage(guard)).toThrow(refusal);
    port1.close();
    port2.close();
    expect(() => share({ guard })).toThrow(TypeError);
    expect(guard.ownsLock).toBe(mutex.isLocked);
  });
});
