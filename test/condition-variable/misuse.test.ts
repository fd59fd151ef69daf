import {
  ConditionVariable,
  ConditionVariableAny,
  deferLock,
  Mutex,
  notifyAllAtThreadExit,
  Semaphore,
  UniqueLock,
} from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError } from '../support/errors.ts';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { waitersFor } from '../support/waiters.ts';
import { PLAIN, PREDICATED } from './forms.mjs';
import { CountingLock } from './locks.mjs';

expectNoRescues();

/** What a call, blocking or awaited, throws. */
async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

const never = (): boolean => {
  throw new Error('asked');
};

const bad = <T>(value: unknown): T => value as T;
const MS = 1000;
const notPermitted = syncError('operation_not_permitted');

describe.each([
  ['ConditionVariable', ConditionVariable],
  ['ConditionVariableAny', ConditionVariableAny],
])('%s: a lock that is not owned', (_, Condition) => {
  const unowned: Record<string, () => UniqueLock> = {
    'an empty lock': () => new UniqueLock(),
    'a deferred lock': () => new UniqueLock(new Mutex(), deferLock),
    'an unlocked lock': () => {
      const lock = new UniqueLock(new Mutex());
      lock.unlock();
      return lock;
    },
    'a lock whose mutex was unlocked': () => {
      const mutex = new Mutex();
      const lock = mutex.lock();
      mutex.unlock();
      return lock;
    },
    'a lock from an earlier hold': () => {
      const mutex = new Mutex();
      const lock = mutex.lock();
      mutex.unlock();
      mutex.lock();
      return lock;
    },
    'a lock that was moved from': () => {
      const lock = new UniqueLock(new Mutex());
      lock.move();
      return lock;
    },
    'a lock that was released': () => {
      const lock = new UniqueLock(new Mutex());
      lock.release();
      return lock;
    },
  };

  test.each(Object.entries(unowned))('%s: refused in every form', async (_, make) => {
    const condition = new Condition({ name: 'c' });
    const lock = make();
    const { mutex } = lock;
    const before = [wordsOf(condition), mutex && wordsOf(mutex)];
    for (const wait of Object.values(PLAIN)) {
      expect(await thrownBy(() => wait(condition, lock, MS))).toEqual(notPermitted);
    }
    for (const wait of Object.values(PREDICATED)) {
      expect(await thrownBy(() => wait(condition, lock, never, MS))).toEqual(notPermitted);
    }
    expect(await thrownBy(() => condition.waitFor(lock, 0))).toEqual(notPermitted);
    expect(() => condition.wait(lock)).toThrow(`${Condition.name} 'c'`);
    expect([wordsOf(condition), mutex && wordsOf(mutex)]).toEqual(before);
    expect(waitersFor(condition)).toBe(0);
  });
});

test('wait with a mutex: the message says what to do', () => {
  const message = 'got a mutex: wait with a lock of it, as its lock() returns';
  expect(() => new ConditionVariable().wait(bad(new Mutex()))).toThrow(message);
});

describe('ConditionVariable: bad arguments are refused, and nothing changes', () => {
  const { signal } = new AbortController();
  type Use = (condition: ConditionVariable, lock: CountingLock) => unknown;
  const rows: [string, ErrorConstructor, Use][] = [
    ['wait without a lock', TypeError, (c) => c.wait(bad(undefined))],
    ['wait with null', TypeError, (c) => c.wait(bad(null))],
    ['wait with a number', TypeError, (c) => c.wait(bad(1))],
    ['waitFor without a lock', TypeError, (c) => c.waitFor(bad(undefined), 1)],
    ['waitAsync without a lock', TypeError, (c) => c.waitAsync(bad(undefined))],
    ['waitForAsync without a lock', TypeError, (c) => c.waitForAsync(bad({}), 1)],
    ['wait with a mutex', TypeError, (c) => c.wait(bad(new Mutex()))],
    [
      'wait with a lock that does not tell',
      TypeError,
      (c) => c.wait(bad({ lock() {}, unlock() {} })),
    ],
    [
      'wait: pred async',
      TypeError,
      (c, l) =>
        c.wait(
          l,
          bad(async () => true),
        ),
    ],
    [
      'waitFor: pred async',
      TypeError,
      (c, l) =>
        c.waitFor(
          l,
          1,
          bad(async () => true),
        ),
    ],
    [
      'waitAsync: pred async',
      TypeError,
      (c, l) =>
        c.waitAsync(
          l,
          bad(async () => true),
        ),
    ],
    ['wait: pred no function', TypeError, (c, l) => c.wait(l, bad(true))],
    ['wait: pred null', TypeError, (c, l) => c.wait(l, bad(null))],
    ['waitFor: pred no function', TypeError, (c, l) => c.waitFor(l, 1, bad({}))],
    ['waitUntil: pred no function', TypeError, (c, l) => c.waitUntil(l, 1, bad(0))],
    ['waitAsync: pred no function', TypeError, (c, l) => c.waitAsync(l, bad('x'))],
    ['waitForAsync: pred no function', TypeError, (c, l) => c.waitForAsync(l, 1, bad(1))],
    ['waitUntilAsync: pred no function', TypeError, (c, l) => c.waitUntilAsync(l, 1, bad(1))],
    ['X8 waitFor(NaN)', RangeError, (c, l) => c.waitFor(l, NaN)],
    ['X8 waitFor(NaN, pred)', RangeError, (c, l) => c.waitFor(l, NaN, never)],
    ['X8 waitForAsync(NaN)', RangeError, (c, l) => c.waitForAsync(l, NaN)],
    ['waitFor(string)', TypeError, (c, l) => c.waitFor(l, bad('10'))],
    ['waitFor(undefined)', TypeError, (c, l) => c.waitFor(l, bad(undefined))],
    ['waitFor(bigint)', TypeError, (c, l) => c.waitFor(l, bad(10n))],
    ['waitForAsync(Date)', TypeError, (c, l) => c.waitForAsync(l, bad(new Date()))],
    ['waitUntil(NaN)', RangeError, (c, l) => c.waitUntil(l, NaN)],
    ['waitUntil(an invalid Date)', RangeError, (c, l) => c.waitUntil(l, new Date(NaN))],
    ['waitUntil(string)', TypeError, (c, l) => c.waitUntil(l, bad('2030-01-01'))],
    ['waitUntilAsync(NaN)', RangeError, (c, l) => c.waitUntilAsync(l, NaN)],
    ['waitUntilAsync(null)', TypeError, (c, l) => c.waitUntilAsync(l, bad(null))],
    ['waitAsync: options null', TypeError, (c, l) => c.waitAsync(l, never, bad(null))],
    ['waitAsync: options a number', TypeError, (c, l) => c.waitAsync(l, undefined, bad(5))],
    ['waitAsync: signal', TypeError, (c, l) => c.waitAsync(l, undefined, { signal: bad({}) })],
    ['waitAsync: timeout', TypeError, (c, l) => c.waitAsync(l, never, bad({ timeout: 5 }))],
    [
      'waitForAsync: keepAlive',
      TypeError,
      (c, l) => c.waitForAsync(l, 9, never, { signal, keepAlive: bad(1) }),
    ],
    [
      'waitUntilAsync: signal',
      TypeError,
      (c, l) => c.waitUntilAsync(l, 9, never, { signal: bad('stop') }),
    ],
  ];

  test.each(rows)('%s', async (_, type, use) => {
    const condition = new ConditionVariable();
    const before = wordsOf(condition);
    const lock = new CountingLock();
    const error = await thrownBy(() => use(condition, lock));
    expect(error).toBeInstanceOf(type);
    expect(lock).toMatchObject({ locks: 0, unlocks: 0, ownsLock: true });
    expect(wordsOf(condition)).toEqual(before);
  });

  test('the asynchronous forms reject, and do not throw', () => {
    const condition = new ConditionVariable();
    const rejected = [
      condition.waitAsync(bad(undefined)),
      condition.waitForAsync(new CountingLock(), NaN),
      condition.waitUntilAsync(new CountingLock(), bad('x')),
    ];
    return Promise.all(rejected.map((each) => expect(each).rejects.toThrow()));
  });

  test.each([null, 5, 'options'])('new ConditionVariable(%j): TypeError', (options) => {
    expect(() => new ConditionVariable(bad(options))).toThrow(TypeError);
    const buffer = new SharedArrayBuffer(16);
    expect(() => ConditionVariable.init(buffer, 0, bad(options))).toThrow(TypeError);
    expect([...new Int32Array(buffer)]).toEqual([0, 0, 0, 0]);
    expect(() => ConditionVariable.global('bad options', bad(options))).toThrow(TypeError);
  });
});

test('what a predicate returns is true or false', async () => {
  const condition = new ConditionVariable();
  const lock = new Mutex().lock();
  const loose = <T>(value: T) => bad<() => boolean>(() => value);
  expect(condition.waitFor(lock, 1, loose('yes'))).toBe(true);
  expect(condition.waitFor(lock, 1, loose(0))).toBe(false);
  expect(await condition.waitForAsync(lock, 1, loose(undefined))).toBe(false);
});

describe('ConditionVariable: predicates that throw', () => {
  const boom = new Error('boom');

  test.each(Object.entries(PREDICATED))('%s: the lock is held', async (_, wait) => {
    const condition = new ConditionVariable();
    const mutex = new Mutex();
    const lock = mutex.lock();
    const first = (): boolean => {
      throw boom;
    };
    expect(await thrownBy(() => wait(condition, lock, first, MS))).toBe(boom);
    expect(lock.ownsLock).toBe(true);
    expect(mutex.isOwnedByThisThread).toBe(true);
    expect(waitersFor(condition)).toBe(0);
  });

  test('waitForAsync: also after a notification, which is used up', async () => {
    const condition = new ConditionVariable();
    const mutex = new Mutex();
    const lock = mutex.lock();
    let asked = 0;
    const second = (): boolean => {
      if (++asked === 2) throw boom;
      return false;
    };
    const woken = condition.waitForAsync(lock, 10_000, second);
    expect(condition.notifyOne()).toBe(1);
    await expect(woken).rejects.toBe(boom);
    expect(lock.ownsLock).toBe(true);
    expect(condition.notifyAll()).toBe(0);
  });

  test('waitFor: also when time is up', () => {
    const condition = new ConditionVariable();
    const lock = new Mutex().lock();
    let asked = 0;
    const second = (): boolean => {
      if (++asked === 2) throw boom;
      return false;
    };
    expect(() => condition.waitFor(lock, 2, second)).toThrow(boom);
    expect(lock.ownsLock).toBe(true);
  });
});

describe('notifyAllAtThreadExit: misuse', () => {
  test('a lock that is not owned is refused, and keeps its mutex', () => {
    const mutex = new Mutex();
    const lock = new UniqueLock(mutex, deferLock);
    expect(() => notifyAllAtThreadExit(new ConditionVariable(), lock)).toThrow(notPermitted);
    expect(() => notifyAllAtThreadExit(new ConditionVariable(), new UniqueLock())).toThrow(
      notPermitted,
    );
    expect(lock.mutex).toBe(mutex);
    expect(mutex.isLocked).toBe(false);
  });

  test('what is no condition is refused at once, and the lock stays', () => {
    const lock = new Mutex().lock();
    expect(() => notifyAllAtThreadExit(bad(undefined), lock)).toThrow(TypeError);
    for (const none of [{}, null, new Mutex(), new Semaphore(1).acquire()]) {
      expect(() => notifyAllAtThreadExit(new ConditionVariable(), bad(none))).toThrow(TypeError);
    }
    expect(lock.ownsLock).toBe(true);
  });
});
