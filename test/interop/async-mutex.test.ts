/** The adapters, where they are more than what the suite of `async-mutex` says: it passes, run elsewhere. */
import {
  E_ALREADY_LOCKED,
  E_CANCELED,
  E_TIMEOUT,
  type MutexInterface,
  type SemaphoreInterface,
  tryAcquire,
  withTimeout,
} from 'async-mutex';
import * as peer from 'async-mutex';
import { attach, Mutex, RecursiveMutex, Semaphore, share, SharedMutex } from 'crossthread';
import { AsyncMutexAdapter, AsyncSemaphoreAdapter } from 'crossthread/async-mutex';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { runProcess } from '../support/child.ts';
import { ownerDied, syncError } from '../support/errors.ts';
import { eventually } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

type Fixture = typeof import('./worker.mjs');

const start = () => startWorker<Fixture>('./worker.mjs', import.meta.url);

/** Until all that this thread can do by itself is done: no timer, no engine's wait. */
const settled = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));

/** What a promise has come to by now. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = 'pending';
  promise.then(
    () => (state = 'resolved'),
    () => (state = 'rejected'),
  );
  await settled();
  return state;
}

/** Acquires, and notes it under `name`; holds for a turn of the event loop. */
function note(order: string[], name: string, acquired: Promise<unknown>): Promise<void> {
  return acquired.then(async (ticket) => {
    order.push(name);
    await settled();
    const release = (Array.isArray(ticket) ? ticket[1] : ticket) as () => void;
    release();
  });
}

describe('as in async-mutex, within one thread', () => {
  const mutexes: [string, () => MutexInterface][] = [
    ['async-mutex', () => new peer.Mutex()],
    ['crossthread', () => new AsyncMutexAdapter()],
    ['crossthread, decorated', () => withTimeout(new AsyncMutexAdapter(), 60_000)],
  ];
  const semaphores: [string, (value: number) => SemaphoreInterface][] = [
    ['async-mutex', (value) => new peer.Semaphore(value)],
    ['crossthread', (value) => new AsyncSemaphoreAdapter(value)],
    ['crossthread, decorated', (v) => withTimeout(new AsyncSemaphoreAdapter(v), 60_000)],
  ];

  test.each(mutexes)('%s: priority, and among equals who came first', async (_, make) => {
    const mutex = make();
    const order: string[] = [];
    const release = await mutex.acquire();
    const all = [
      note(order, 'low', mutex.acquire(-1)),
      note(order, 'first', mutex.acquire()),
      note(order, 'second', mutex.acquire()),
      note(order, 'high', mutex.acquire(0.5)),
      note(order, 'higher', mutex.acquire(Infinity)),
      note(order, 'third', mutex.acquire(0)),
    ];
    release();
    expect(mutex.isLocked()).toBe(true); // there is no moment in between
    await Promise.all(all);
    expect(order).toEqual(['higher', 'high', 'first', 'second', 'third', 'low']);
    expect(mutex.isLocked()).toBe(false);
  });

  test.each(semaphores)('%s: weights, and who could have less skips the line', async (_, make) => {
    const semaphore = make(3);
    const order: string[] = [];
    const [value, release] = await semaphore.acquire(2);
    expect(value).toBe(3);
    const heavy = note(order, '3', semaphore.acquire(3));
    const behind = note(order, '1', semaphore.acquire(1));
    expect(semaphore.getValue()).toBe(1); // which nobody takes before the heavy one
    await note(order, '1, high', semaphore.acquire(1, 1));
    release();
    await Promise.all([heavy, behind]);
    expect(order).toEqual(['1, high', '3', '1']);
    expect(semaphore.getValue()).toBe(3);
  });

  test.each([...mutexes, ...semaphores])(
    '%s: who waits for a release hears of it, though the next request is made at once',
    async (_, make) => {
      const lock = make(1) as MutexInterface & SemaphoreInterface;
      const acquire = async (): Promise<() => void> => {
        const ticket: unknown = await lock.acquire();
        return (Array.isArray(ticket) ? ticket[1] : ticket) as () => void;
      };
      const release = await acquire();
      const told = lock.waitForUnlock();
      expect(await stateOf(told)).toBe('pending');
      release();
      const next = acquire();
      expect(await stateOf(told)).toBe('resolved');
      const toldAgain = (await next, lock.waitForUnlock());
      lock.release();
      const last = acquire();
      expect(await stateOf(toldAgain)).toBe('resolved');
      (await last)();
      expect(lock.isLocked()).toBe(false);
    },
  );

  test.each(semaphores)('%s: values, at once and later', async (_, make) => {
    const semaphore = make(-2);
    const acquired = semaphore.acquire().then(([value]) => value);
    const values = [semaphore.getValue()];
    const look = async () => {
      values.push(semaphore.getValue());
      for (let i = 0; i < 20; i++) {
        await Promise.resolve();
        values.push(semaphore.getValue());
      }
    };
    semaphore.release();
    await look();
    semaphore.release(4);
    await look();
    semaphore.setValue(1);
    await look();
    semaphore.setValue(-1);
    await look();
    semaphore.setValue(5);
    await look();
    const seen = values.filter((value, i) => value !== values[i - 1]);
    expect(seen).toEqual([-2, -1, 2, 1, -1, 5]);
    expect(await acquired).toBe(3);
    expect(semaphore.isLocked()).toBe(false);
  });

  test.each(semaphores)('%s: waitForUnlock is no request', async (_, make) => {
    const semaphore = make(1);
    await semaphore.waitForUnlock();
    expect(semaphore.getValue()).toBe(1);
    const [, release] = await semaphore.acquire();
    const waits = [
      semaphore.waitForUnlock(2),
      semaphore.waitForUnlock(1),
      semaphore.waitForUnlock(1, 1),
    ];
    const states = waits.map(stateOf);
    semaphore.acquire(2).catch(() => {});
    release();
    expect(await Promise.all(states)).toEqual(['pending', 'pending', 'resolved']);
    semaphore.cancel();
    semaphore.setValue(2);
    await Promise.all(waits); // nothing of it is left
  });

  test.each(semaphores)('%s: setValue before those that wait', async (_, make) => {
    const semaphore = make(3);
    const heavy = semaphore.acquire(5);
    semaphore.setValue(1);
    expect(semaphore.getValue()).toBe(1);
    semaphore.release(4);
    const [value, release] = await heavy;
    expect([value, semaphore.getValue()]).toEqual([5, 0]);
    release();
    release();
    expect(semaphore.getValue()).toBe(5);
  });

  test.each(mutexes)(
    '%s: cancel rejects with E_CANCELED itself, and leaves nothing',
    async (_, make) => {
      const mutex = make();
      const release = await mutex.acquire();
      const waiting = [mutex.acquire(), mutex.runExclusive(() => {}, 7)];
      const errors = waiting.map((each) => each.catch((error: unknown) => error));
      mutex.cancel();
      for (const error of await Promise.all(errors)) expect(error).toBe(E_CANCELED);
      release();
      expect(mutex.isLocked()).toBe(false);
      expect(await stateOf(mutex.acquire())).toBe('resolved');
    },
  );

  test('a second release, while the mutex is on its way to the next, does nothing', async () => {
    const mutex = new AsyncMutexAdapter();
    await mutex.acquire();
    const next = mutex.acquire();
    mutex.release();
    mutex.release();
    (await next)();
    expect(mutex.isLocked()).toBe(false);
  });

  test('setValue to and from the least and the greatest value that there may be', () => {
    const semaphore = new AsyncSemaphoreAdapter(new Semaphore(4, { max: 4 }));
    const values = [-4, 4, -3, -1, 2, -4, 0].map((value) => {
      semaphore.setValue(value);
      return [semaphore.getValue(), value];
    });
    for (const [found, value] of values) expect(found).toBe(value);
  });

  test('a releaser is of its own hold', async () => {
    const mutex = new AsyncMutexAdapter();
    const first = await mutex.acquire();
    mutex.release();
    const second = await mutex.acquire();
    const told = mutex.waitForUnlock();
    first();
    expect(mutex.isLocked()).toBe(true);
    expect(await stateOf(told)).toBe('pending'); // nothing was released
    second();
    expect(mutex.isLocked()).toBe(false);
    await told;
  });

  test('adapters of one object are one in a thread, each with its error', async () => {
    const [mine, yours] = [new Error('mine'), new Error('yours')];
    const shared = new Mutex();
    const a = new AsyncMutexAdapter(shared, mine);
    const b = new AsyncMutexAdapter(shared, yours);
    const order: string[] = [];
    const release = await a.acquire();
    const notes = [note(order, 'low', a.acquire()), note(order, 'high', b.acquire(1))];
    release();
    await Promise.all(notes);
    expect(order).toEqual(['high', 'low']);
    await b.acquire();
    const ends = [a.acquire(), b.acquire()].map((each) => each.catch((error: unknown) => error));
    a.cancel();
    expect(await Promise.all(ends)).toEqual([mine, yours]);
    expect(a.mutex).toBe(shared);
  });

  test('who blocks and who awaits use the same object', async () => {
    const mutex = new AsyncMutexAdapter();
    mutex.mutex.lock();
    const acquired = mutex.acquire();
    expect(mutex.isLocked()).toBe(true);
    mutex.mutex.unlock();
    (await acquired)();
    const semaphore = new AsyncSemaphoreAdapter(2);
    using permit = semaphore.semaphore.acquire(2);
    expect([permit.count, semaphore.isLocked()]).toEqual([2, true]);
  });
});

describe('the decorators', () => {
  test('withTimeout: who gave up gives back what it gets', async () => {
    const mutex = new AsyncMutexAdapter();
    const release = await mutex.acquire();
    await expect(withTimeout(mutex, 1).acquire()).rejects.toBe(E_TIMEOUT);
    await expect(withTimeout(mutex, 1).waitForUnlock()).rejects.toBe(E_TIMEOUT);
    release();
    await settled();
    expect(mutex.isLocked()).toBe(false);
    expect(waitersFor(mutex.mutex)).toBe(0);
  });

  test('tryAcquire', async () => {
    const semaphore = tryAcquire(new AsyncSemaphoreAdapter(1));
    const [, release] = await semaphore.acquire();
    await expect(semaphore.acquire()).rejects.toBe(E_ALREADY_LOCKED);
    release();
    expect(await semaphore.runExclusive((value) => value)).toBe(1);
  });
});

describe('fake timers', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('nothing depends on them within a thread', async () => {
    vi.useFakeTimers({
      toFake: [
        'setTimeout',
        'setInterval',
        'setImmediate',
        'queueMicrotask',
        'Date',
        'performance',
      ],
    });
    const mutex = new AsyncMutexAdapter();
    const release = await mutex.acquire();
    const next = mutex.acquire(1);
    const unlocked = mutex.waitForUnlock();
    release();
    (await next)();
    await unlocked;
    const semaphore = new AsyncSemaphoreAdapter(-1);
    const acquired = semaphore.acquire(2);
    semaphore.release(3);
    expect((await acquired)[0]).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a wake-up from another thread comes all the same', async () => {
    const mutex = new AsyncMutexAdapter();
    const { call } = await start();
    await call.hold(mutex);
    vi.useFakeTimers();
    const acquired = mutex.acquire();
    await call.letGo();
    (await acquired)();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('misuse: an error at once, and nothing is changed', () => {
  const semaphore = new AsyncSemaphoreAdapter(new Semaphore(2, { max: 4 }));
  const mutex = new AsyncMutexAdapter();

  test.each<[string, () => unknown, unknown]>([
    ['acquire(0)', () => semaphore.acquire(0), RangeError],
    ['acquire(-1)', () => semaphore.acquire(-1), RangeError],
    ['acquire(NaN)', () => semaphore.acquire(NaN), RangeError],
    ['acquire(0.5)', () => semaphore.acquire(0.5), RangeError],
    ['acquire of more than there can be', () => semaphore.acquire(5), RangeError],
    ["acquire('1')", () => semaphore.acquire('1' as never), TypeError],
    ['acquire(1, NaN)', () => semaphore.acquire(1, NaN), RangeError],
    ['waitForUnlock(-1)', () => semaphore.waitForUnlock(-1), RangeError],
    ['waitForUnlock(1, NaN)', () => semaphore.waitForUnlock(1, NaN), RangeError],
    ['release(-1)', () => semaphore.release(-1), RangeError],
    ['release(NaN)', () => semaphore.release(NaN), RangeError],
    ['release past what there may be', () => semaphore.release(3), syncError('value_too_large')],
    ['setValue(NaN)', () => semaphore.setValue(NaN), RangeError],
    ['setValue(1.5)', () => semaphore.setValue(1.5), RangeError],
    ['setValue past what there may be', () => semaphore.setValue(5), RangeError],
    ['new Semaphore(NaN)', () => new AsyncSemaphoreAdapter(NaN), RangeError],
    ['new Semaphore(-1.5)', () => new AsyncSemaphoreAdapter(-1.5), RangeError],
    ['new Semaphore(mutex)', () => new AsyncSemaphoreAdapter(new Mutex() as never), TypeError],
    ['mutex.acquire(NaN)', () => mutex.acquire(NaN), RangeError],
    ["mutex.acquire('1')", () => mutex.acquire('1' as never), TypeError],
    ['mutex.waitForUnlock(NaN)', () => mutex.waitForUnlock(NaN), RangeError],
    // @ts-expect-error two tasks would be in at once
    ['of a recursive mutex', () => new AsyncMutexAdapter(new RecursiveMutex()), TypeError],
    // @ts-expect-error readers are nothing that async-mutex knows
    ['of a shared mutex', () => new AsyncMutexAdapter(new SharedMutex()), TypeError],
    ['of a handle', () => new AsyncMutexAdapter(share(new Mutex()) as never), TypeError],
    [
      'of a handle, once more',
      () => new AsyncSemaphoreAdapter(share(semaphore) as never),
      TypeError,
    ],
    ['an error that is none', () => new AsyncSemaphoreAdapter(1, 'busy' as never), TypeError],
    ['a releaser is sent', () => share(() => {}), TypeError],
  ])('%s', (_, call, error) => {
    expect(call).toThrow(error as Error);
    expect([semaphore.getValue(), mutex.isLocked()]).toEqual([2, false]);
  });

  test('runExclusive without a function', async () => {
    await expect(mutex.runExclusive(7 as never)).rejects.toThrow(TypeError);
    await expect(semaphore.runExclusive(7 as never)).rejects.toThrow(TypeError);
    await expect(semaphore.runExclusive(() => {}, -1)).rejects.toThrow(RangeError);
    expect([semaphore.getValue(), mutex.isLocked()]).toEqual([2, false]);
  });

  test('release without acquire: nothing for a mutex, one more for a semaphore', () => {
    mutex.release();
    expect(mutex.isLocked()).toBe(false);
    semaphore.release();
    expect(semaphore.getValue()).toBe(3);
  });
});

describe('across threads', () => {
  test('two threads and this one exclude each other, also their tasks', async () => {
    const mutex = new AsyncMutexAdapter();
    const sum = new Int32Array(new SharedArrayBuffer(4));
    const { add } = await import('./worker.mjs');
    const workers = await startWorkers<Fixture>(2, './worker.mjs', import.meta.url);
    await Promise.all([
      add(mutex, sum, 50),
      ...workers.map(({ call }) => call.add(mutex, sum, 50)),
    ]);
    expect(sum[0]).toBe(3 * 3 * 50);
    expect(mutex.isLocked()).toBe(false);
  });

  test('the lock of another thread: seen, waited for, not released from here', async () => {
    const mutex = new AsyncMutexAdapter();
    const { call } = await start();
    await call.hold(mutex);
    expect(mutex.isLocked()).toBe(true);
    expect(() => mutex.release()).toThrow(syncError('operation_not_permitted'));
    const order: string[] = [];
    const all = [
      note(order, 'low', mutex.acquire(-1)),
      note(order, 'high', mutex.acquire(1)),
      mutex.waitForUnlock(2).then(() => order.push('unlocked')),
    ];
    expect(await stateOf(Promise.race(all))).toBe('pending');
    await call.letGo();
    await Promise.all(all);
    expect(order).toEqual(['unlocked', 'high', 'low']);
    expect(await call.isLocked(mutex)).toBe(false);
  });

  test('cancel ends the requests of its own thread, blocked or not elsewhere', async () => {
    const mutex = new AsyncMutexAdapter(new Error('mine'));
    const { call } = await start();
    const release = await mutex.acquire();
    const theirs = call.endOfAcquire(mutex);
    await waitersAre(1, mutex.mutex);
    const ours = mutex.acquire();
    mutex.cancel();
    await expect(ours).rejects.toThrow('mine');
    expect(await stateOf(theirs)).toBe('pending');
    await call.cancel(mutex);
    expect(await theirs).toBe('E_CANCELED'); // the error of ours has stayed here
    release();
    expect(mutex.isLocked()).toBe(false);
  });

  test('permits: counted by all, first come first served', async () => {
    const semaphore = new AsyncSemaphoreAdapter(new Semaphore(3));
    const { call } = await start();
    expect(await call.take(semaphore, 2)).toBe(3);
    expect(semaphore.getValue()).toBe(1);
    const heavy = semaphore.acquire(3);
    await waitersAre(1, semaphore.semaphore);
    const theirs = call.take(semaphore, 1);
    expect(await stateOf(theirs)).toBe('pending'); // there is one, but the heavy request was first
    await call.letGo();
    const [value, release] = await heavy;
    expect(value).toBe(3);
    release();
    expect(await theirs).toBe(3);
    await call.letGo();
    expect(semaphore.getValue()).toBe(3);
  });

  test('less than nothing: others see nothing, and wait for it all the same', async () => {
    const semaphore = new AsyncSemaphoreAdapter(-2);
    const { call } = await start();
    const theirs = call.take(semaphore, 1);
    expect(await call.release(semaphore, 1)).toBeLessThanOrEqual(1);
    expect(semaphore.getValue()).toBe(-1);
    expect(await stateOf(theirs)).toBe('pending');
    semaphore.release(2);
    expect(await theirs).toBe(1);
    expect(semaphore.getValue()).toBe(0);
  });

  test('a mutex whose holder dies: all that wait are told, and it can be repaired', async () => {
    const mutex = new AsyncMutexAdapter();
    const worker = await start();
    void worker.call.dieHolding(mutex.mutex).catch(() => {});
    await eventually(() => mutex.isLocked());
    const waiting = [mutex.acquire(), mutex.runExclusive(() => {}, 3), mutex.waitForUnlock()];
    const ends = Promise.all(waiting.map((each) => expect(each).rejects.toThrow(ownerDied)));
    await worker.terminate();
    await ends;
    await expect(mutex.waitForUnlock()).rejects.toThrow(ownerDied);
    await expect(mutex.acquire()).rejects.toThrow(ownerDied);
    mutex.mutex.recover(() => {}).unlock();
    expect(await mutex.runExclusive(() => 'repaired')).toBe('repaired');
  });

  test('a handle becomes an adapter of the same object', async () => {
    const mutex = new AsyncMutexAdapter();
    const semaphore = new AsyncSemaphoreAdapter(new Semaphore(1, { name: 'slots' }));
    const received = attach<{ mutex: AsyncMutexAdapter; semaphore: AsyncSemaphoreAdapter }>(
      structuredClone({ mutex, semaphore }),
    );
    expect(received.mutex).toBeInstanceOf(AsyncMutexAdapter);
    expect(received.mutex.mutex).toBe(mutex.mutex);
    expect(attach(share(semaphore)).semaphore).toBe(semaphore.semaphore);
    expect(String(semaphore.semaphore.name)).toBe('slots');
    expect(JSON.stringify(mutex)).toBe('"[AsyncMutexAdapter]"');
  });
});

describe('a process with nothing else to do', () => {
  test.concurrent.each([
    ['a lock in a lock', 'DeadlockError,DeadlockError,DeadlockError'],
    ['cancelled, with nobody left to wait', 'Error'],
    ['less than nothing', '-2'],
  ])('%s', async (story, printed) => {
    expect(await runProcess('./process.mjs', import.meta.url, story)).toEqual({
      code: 0,
      signal: null,
      stdout: `${printed}\n`,
      stderr: '',
    });
  });
});
