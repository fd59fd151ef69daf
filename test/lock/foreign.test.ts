/** `UniqueLock` over lockables that are not of this library. */
import {
  adoptLock,
  deferLock,
  type Lockable,
  StopSource,
  tryToLock,
  UniqueLock,
} from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError } from '../support/errors.ts';

/** Writes down what is done to it. */
class Recorder {
  readonly calls: string[] = [];
  available = true;

  lock(): void {
    this.calls.push('lock');
  }

  tryLock(): boolean {
    this.calls.push('tryLock');
    return this.available;
  }

  unlock(): void {
    this.calls.push('unlock');
  }
}

class TimedRecorder extends Recorder {
  tryLockFor(ms: number): boolean {
    this.calls.push(`tryLockFor ${ms}`);
    return this.available;
  }

  tryLockUntil(t: Date | number): boolean {
    this.calls.push(`tryLockUntil ${Number(t)}`);
    return this.available;
  }

  async lockAsync(): Promise<void> {
    this.calls.push('lockAsync');
    await Promise.resolve();
  }
}

describe('UniqueLock: a foreign lockable', () => {
  test('is locked and unlocked once each', () => {
    const mutex = new Recorder();
    {
      using lock = new UniqueLock(mutex);
      expect(lock.ownsLock).toBe(true);
    }
    expect(mutex.calls).toEqual(['lock', 'unlock']);
  });

  test('is not told of a stop, which it would not heed: TypeError', () => {
    const mutex = new Recorder();
    const lock = new UniqueLock(mutex, deferLock);
    expect(() => lock.lock({ stop: new StopSource().token })).toThrow(TypeError);
    expect(mutex.calls).toEqual([]);
    lock.lock({});
    expect(mutex.calls).toEqual(['lock']);
  });

  test('with the tags', () => {
    const mutex = new Recorder();
    expect(new UniqueLock(mutex, deferLock).ownsLock).toBe(false);
    expect(new UniqueLock(mutex, adoptLock).ownsLock).toBe(true);
    expect(new UniqueLock(mutex, tryToLock).ownsLock).toBe(true);
    mutex.available = false;
    expect(new UniqueLock(mutex, tryToLock).ownsLock).toBe(false);
    expect(mutex.calls).toEqual(['tryLock', 'tryLock']);
  });

  test('the guard knows what it did: state is kept through unlock, lock, release, move', () => {
    const mutex = new Recorder();
    const lock = new UniqueLock(mutex);
    lock.unlock();
    expect(lock.ownsLock).toBe(false);
    expect(() => lock.unlock()).toThrow(syncError('operation_not_permitted'));
    lock.lock();
    expect(() => lock.lock()).toThrow(syncError('resource_deadlock_would_occur'));
    const moved = lock.move();
    expect(moved.ownsLock).toBe(true);
    expect(moved.release()).toBe(mutex);
    moved[Symbol.dispose]();
    expect(mutex.calls).toEqual(['lock', 'unlock', 'lock']);
  });

  test('timed and async forms are passed on', async () => {
    const mutex = new TimedRecorder();
    const lock = new UniqueLock(mutex, deferLock);
    expect(lock.tryLockFor(7)).toBe(true);
    lock.unlock();
    expect(lock.tryLockUntil(new Date(9))).toBe(true);
    lock.unlock();
    await lock.lockAsync();
    expect(lock.ownsLock).toBe(true);
    lock.unlock();
    expect(new UniqueLock(mutex, 5).ownsLock).toBe(true);
    expect(new UniqueLock(mutex, new Date(6)).ownsLock).toBe(true);
    expect(mutex.calls.filter((call) => call !== 'unlock')).toEqual([
      'tryLockFor 7',
      'tryLockUntil 9',
      'lockAsync',
      'tryLockFor 5',
      'tryLockUntil 6',
    ]);
  });

  test('forms that it lacks are a TypeError', async () => {
    const mutex = new Recorder();
    const lock = new UniqueLock<Lockable>(mutex, deferLock);
    expect(() => lock.tryLockFor(1)).toThrow(TypeError);
    expect(() => lock.tryLockUntil(1)).toThrow(TypeError);
    await expect(lock.lockAsync()).rejects.toThrow(TypeError);
    expect(() => new UniqueLock(mutex as never, 5)).toThrow(TypeError);
    expect(lock.ownsLock).toBe(false);
    expect(mutex.calls).toEqual([]);
  });

  test('M28 one that throws leaves the lock not owning', async () => {
    const broken = {
      lock: (): void => {
        throw new Error('broken');
      },
      tryLock: (): boolean => {
        throw new Error('broken');
      },
      lockAsync: () => Promise.reject(new Error('broken')),
      unlock: (): void => {},
    };
    expect(() => new UniqueLock(broken)).toThrow('broken');
    const lock = new UniqueLock(broken, deferLock);
    expect(() => lock.lock()).toThrow('broken');
    expect(() => lock.tryLock()).toThrow('broken');
    await expect(lock.lockAsync()).rejects.toThrow('broken');
    expect(lock.ownsLock).toBe(false);
  });

  test('an unlock that throws leaves the lock owning', () => {
    const mutex = new (class extends Recorder {
      override unlock(): void {
        throw new Error('stuck');
      }
    })();
    const lock = new UniqueLock(mutex);
    expect(() => lock.unlock()).toThrow('stuck');
    expect(lock.ownsLock).toBe(true);
  });

  test('M36 odd members do not confuse it', () => {
    const odd = Object.assign(new Recorder(), {
      mutex: 'odd',
      ownsLock: false,
      valueOf: () => NaN,
      toString: null,
      [Symbol.toPrimitive]: () => {
        throw new Error('compared');
      },
    });
    const lock = new UniqueLock(odd);
    expect(lock.ownsLock).toBe(true);
    expect(lock.mutex === odd).toBe(true);
    lock.unlock();
    expect(odd.calls).toEqual(['lock', 'unlock']);

    const viaProxy = new UniqueLock(new Proxy(new Recorder(), {}));
    expect(viaProxy.ownsLock).toBe(true);
    viaProxy.unlock();

    const bare = Object.create(null) as Recorder;
    Object.assign(bare, { lock: () => {}, tryLock: () => true, unlock: () => {} });
    expect(new UniqueLock(bare).ownsLock).toBe(true);
  });

  test('a truthy tryLock counts as taken', () => {
    const lockable = { lock: () => 0, tryLock: (): unknown => ({}), unlock: () => {} };
    const lock = new UniqueLock(lockable, tryToLock);
    expect(lock.ownsLock).toBe(true);
    lock.unlock();
    lockable.tryLock = () => 0;
    expect(lock.tryLock()).toBe(false);
    expect(lock.ownsLock).toBe(false);
  });
});
