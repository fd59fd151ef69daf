import {
  adoptLock,
  deferLock,
  Mutex,
  SharedMutex,
  StopSource,
  type SyncErrorCode,
  UniqueLock,
} from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError } from '../support/errors.ts';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { startWorker } from '../support/worker.ts';

expectNoRescues();

type Misuse = [what: string, code: SyncErrorCode, misuse: (mutex: Mutex) => unknown];

const DEADLOCK = 'resource_deadlock_would_occur';
const NOT_PERMITTED = 'operation_not_permitted';

const nothing = (): void => {};

const byTheOwner: Misuse[] = [
  ['M6 lock', DEADLOCK, (mutex) => mutex.lock()],
  ['M6 tryLockFor', DEADLOCK, (mutex) => mutex.tryLockFor(10)],
  ['M6 tryLockUntil', DEADLOCK, (mutex) => mutex.tryLockUntil(Date.now() + 1000)],
  ['M6 withLock', DEADLOCK, (mutex) => mutex.withLock(nothing)],
  ['M6 new UniqueLock', DEADLOCK, (mutex) => new UniqueLock(mutex)],
  ['M6 new UniqueLock, ms', DEADLOCK, (mutex) => new UniqueLock(mutex, 10)],
  ['M6 UniqueLock.lock of another', DEADLOCK, (mutex) => new UniqueLock(mutex, deferLock).lock()],
  ['recover', DEADLOCK, (mutex) => mutex.recover(nothing)],
  ['recoverAsync', NOT_PERMITTED, (mutex) => mutex.recoverAsync(nothing)],
];

const byNoOwner: Misuse[] = [
  ['M4 unlock', NOT_PERMITTED, (mutex) => mutex.unlock()],
  ['adoptLock', NOT_PERMITTED, (mutex) => new UniqueLock(mutex, adoptLock)],
  [
    'unlock of a deferred lock',
    NOT_PERMITTED,
    (mutex) => new UniqueLock(mutex, deferLock).unlock(),
  ],
  ['recover', NOT_PERMITTED, (mutex) => mutex.recover(nothing)],
  ['recoverAsync', NOT_PERMITTED, (mutex) => mutex.recoverAsync(nothing)],
];

/** The typed error, and not one word changed. Tickets do not count: they only order. */
async function expectMisuse(mutex: Mutex, [, code, misuse]: Misuse): Promise<void> {
  const [state, , ...rest] = wordsOf(mutex);
  await expect((async () => misuse(mutex))()).rejects.toThrow(syncError(code));
  const [stateAfter, , ...restAfter] = wordsOf(mutex);
  expect([stateAfter, ...restAfter]).toEqual([state, ...rest]);
}

describe('Mutex: misuse by its owner', () => {
  test.each(byTheOwner)('%s: %s', async (...misuse) => {
    const mutex = new Mutex();
    const guard = mutex.lock();
    await expectMisuse(mutex, misuse);
    expect(guard.ownsLock).toBe(true);
    guard.unlock();
    expect(mutex.tryLock()?.ownsLock).toBe(true); // usable as before
  });

  test.each(byTheOwner)('%s with a task waiting: %s', async (...misuse) => {
    const mutex = new Mutex();
    const guard = mutex.lock();
    const task = mutex.lockAsync();
    await expectMisuse(mutex, misuse);
    guard.unlock();
    (await task).unlock();
    expect(mutex.isLocked).toBe(false);
  });
});

describe('Mutex: misuse while nobody holds it', () => {
  test.each(byNoOwner)('%s: %s', async (...misuse) => {
    const mutex = new Mutex();
    await expectMisuse(mutex, misuse);
    mutex.lock();
    mutex.unlock();
    await expectMisuse(mutex, misuse);
  });

  test('M4 a second unlock: operation_not_permitted', () => {
    const mutex = new Mutex();
    mutex.lock();
    mutex.unlock();
    const free = wordsOf(mutex);
    expect(() => mutex.unlock()).toThrow(syncError(NOT_PERMITTED));
    expect(wordsOf(mutex)).toEqual(free);
  });
});

describe('Mutex: misuse while another thread holds it', () => {
  test('M4 each is refused, and the other thread holds on', async () => {
    const mutex = new Mutex();
    const locker = await startWorker<typeof import('./locker.mjs')>(
      './locker.mjs',
      import.meta.url,
    );
    await locker.call.lock(mutex);
    for (const misuse of byNoOwner) await expectMisuse(mutex, misuse);
    expect(mutex.isLocked).toBe(true);
    await locker.call.unlock(mutex);
    expect(mutex.isLocked).toBe(false);
  });

  test('the message says who holds it', async () => {
    const mutex = new Mutex({ name: 'till' });
    const locker = await startWorker<typeof import('./locker.mjs')>(
      './locker.mjs',
      import.meta.url,
    );
    await locker.call.lock(mutex);
    expect(() => mutex.unlock()).toThrow(
      `Mutex 'till': unlock() by agent 1, agent ${locker.agent}`,
    );
    await locker.call.unlock(mutex);
    expect(() => mutex.unlock()).toThrow(`Mutex 'till': unlock() by agent 1, nobody holds it`);
  });
});

describe('Mutex: functions of the wrong kind', () => {
  test('withLock: an async function is a TypeError, and the mutex is free', () => {
    const mutex = new Mutex();
    // @ts-expect-error the mutex would be unlocked while it runs
    expect(() => mutex.withLock(async () => 1)).toThrow(TypeError);
    // @ts-expect-error the same
    expect(() => mutex.withLock(() => Promise.resolve(1))).toThrow(/withLockAsync/);
    expect(mutex.isLocked).toBe(false);
  });

  const calls: [string, (mutex: Mutex, fn: never) => unknown][] = [
    ['withLock', (mutex, fn) => mutex.withLock(fn)],
    ['withLockAsync', (mutex, fn) => mutex.withLockAsync(fn)],
    ['recover', (mutex, fn) => mutex.recover(fn)],
    ['recoverAsync', (mutex, fn) => mutex.recoverAsync(fn)],
  ];
  test.each(calls)('%s: not a function', async (_, call) => {
    const mutex = new Mutex();
    const free = wordsOf(mutex);
    for (const wrong of [undefined, null, 1, 'fn', {}]) {
      await expect((async () => call(mutex, wrong as never))()).rejects.toThrow(TypeError);
    }
    expect(wordsOf(mutex)).toEqual(free);
  });
});

describe('Mutex: arguments wrong by themselves', () => {
  const durations: [string, (mutex: Mutex, ms: number) => unknown][] = [
    ['tryLockFor', (mutex, ms) => mutex.tryLockFor(ms)],
    ['tryLockForAsync', (mutex, ms) => mutex.tryLockForAsync(ms)],
    ['lockAsync', (mutex, timeout) => mutex.lockAsync({ timeout })],
    ['withLockAsync', (mutex, timeout) => mutex.withLockAsync(nothing, { timeout })],
    ['new UniqueLock', (mutex, ms) => new UniqueLock(mutex, ms)],
    ['UniqueLock.tryLockFor', (mutex, ms) => new UniqueLock(mutex, deferLock).tryLockFor(ms)],
  ];
  const times: [string, (mutex: Mutex, t: number) => unknown][] = [
    ['tryLockUntil', (mutex, t) => mutex.tryLockUntil(t)],
    ['tryLockUntilAsync', (mutex, t) => mutex.tryLockUntilAsync(t)],
    ['UniqueLock.tryLockUntil', (mutex, t) => new UniqueLock(mutex, deferLock).tryLockUntil(t)],
  ];

  // Wrong arguments throw first: on a free mutex too, and also for its owner.
  async function expectRefused(call: (mutex: Mutex) => unknown, error: Newable): Promise<void> {
    for (const mutex of [new Mutex(), locked()]) {
      const words = wordsOf(mutex);
      await expect((async () => call(mutex))()).rejects.toThrow(error);
      expect(wordsOf(mutex)).toEqual(words);
    }
  }
  type Newable = typeof TypeError | typeof RangeError;

  function locked(): Mutex {
    const mutex = new Mutex();
    mutex.lock();
    return mutex;
  }

  test.each([...durations, ...times])('X8 %s: NaN is a RangeError', (_, call) =>
    expectRefused((mutex) => call(mutex, NaN), RangeError),
  );

  test.each([...durations, ...times])('%s: no number is a TypeError', async (_, call) => {
    for (const wrong of ['5', null, {}, 5n, true]) {
      await expectRefused((mutex) => call(mutex, wrong as never), TypeError);
    }
  });

  test.each(times)('%s: an invalid Date is a RangeError', (_, call) =>
    expectRefused((mutex) => call(mutex, new Date(NaN) as never), RangeError),
  );

  const optioned: [string, (mutex: Mutex, options: never) => unknown][] = [
    ['lockAsync', (mutex, options) => mutex.lockAsync(options)],
    ['tryLockForAsync', (mutex, options) => mutex.tryLockForAsync(5, options)],
    ['tryLockUntilAsync', (mutex, options) => mutex.tryLockUntilAsync(Date.now() + 9, options)],
    ['withLockAsync', (mutex, options) => mutex.withLockAsync(nothing, options)],
    ['recoverAsync', (mutex, options) => mutex.recoverAsync(nothing, options)],
  ];
  test('what does not end a wait of that kind is a TypeError, and not overlooked', async () => {
    const { token: stop } = new StopSource();
    for (const wrong of [{ timeout: 5 }, { signal: stop }]) {
      await expectRefused((mutex) => mutex.lock(wrong as never), TypeError);
    }
    await expectRefused((mutex) => mutex.lockAsync({ stop } as never), TypeError);
    const overTimed = { timeout: 5 } as never; // whose time is an argument
    await expectRefused((mutex) => mutex.tryLockForAsync(5, overTimed), TypeError);
    await expectRefused((mutex) => mutex.tryLockUntilAsync(Date.now() + 9, overTimed), TypeError);
    await expect(new SharedMutex().tryLockSharedForAsync(5, overTimed)).rejects.toThrow(TypeError);
    expect(() => new Mutex().lock({ timeout: 5 } as never)).toThrow(
      '`timeout` does not end this wait: the time is an argument of the timed form',
    );
  });

  const wrongOptions = [
    null,
    5,
    'fast',
    { signal: null },
    { signal: {} },
    { signal: { aborted: false } },
    { signal: new AbortController() },
    { keepAlive: 1 },
    { keepAlive: null },
  ];
  test.each(optioned)('%s: options of the wrong kind are a TypeError', async (_, call) => {
    for (const wrong of wrongOptions) {
      await expectRefused((mutex) => call(mutex, wrong as never), TypeError);
    }
  });

  test.each([null, 5, { fairness: 'fair' }, { fairness: 1 }, { fairness: null }])(
    'new Mutex(%j): a TypeError',
    (options) => {
      expect(() => new Mutex(options as never)).toThrow(TypeError);
      const words = new SharedArrayBuffer(Mutex.BYTE_LENGTH);
      expect(() => Mutex.init(words, 0, options as never)).toThrow(TypeError);
      expect(() => Mutex.global('misuse', options as never)).toThrow(TypeError);
    },
  );
});
