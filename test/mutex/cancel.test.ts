/** P2: a wait that is given up eats no wake-up and leaves nothing behind. */
import { getEventListeners, setMaxListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Mutex } from 'crossthread';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { timedOut } from '../support/errors.ts';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { elapsed, eventually, LONG, sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker } from '../support/worker.ts';

expectNoRescues();

const startLocker = () =>
  startWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);

const [FREE] = wordsOf(new Mutex());
const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

function expectAtRest(mutex: Mutex): void {
  expect(wordsOf(mutex)[0]).toBe(FREE);
  expect(waitersFor(mutex)).toBe(0);
}

type Wait = (mutex: Mutex, signal: AbortSignal) => Promise<unknown>;
const cancellable: [string, Wait][] = [
  ['lockAsync', (mutex, signal) => mutex.lockAsync({ signal })],
  ['tryLockForAsync', (mutex, signal) => mutex.tryLockForAsync(LONG, { signal })],
  ['tryLockUntilAsync', (mutex, signal) => mutex.tryLockUntilAsync(Date.now() + LONG, { signal })],
  ['withLockAsync', (mutex, signal) => mutex.withLockAsync(() => {}, { signal })],
];

describe.each(cancellable)('Mutex: %s with a signal', (_, wait) => {
  test('rejects with the very reason, and holds nothing', async () => {
    const mutex = new Mutex();
    const guard = mutex.lock();
    const reason = { very: 'reason' };
    const controller = new AbortController();
    const waiting = wait(mutex, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(guard.ownsLock).toBe(true);
    guard.unlock();
    expectAtRest(mutex);
  });

  test('an aborted signal rejects at once, on a free mutex too', async () => {
    const mutex = new Mutex();
    const signal = AbortSignal.abort();
    await expect(wait(mutex, signal)).rejects.toBe(signal.reason);
    expect(signal.reason).toMatchObject({ name: 'AbortError' });
    mutex.lock();
    await expect(wait(mutex, signal)).rejects.toBe(signal.reason);
    mutex.unlock();
    expectAtRest(mutex);
  });

  test('an abort after it was taken changes nothing, and there is no listener', async () => {
    const mutex = new Mutex();
    const controller = new AbortController();
    const guard = mutex.lock();
    const waiting = wait(mutex, controller.signal);
    expect(listenersOf(controller.signal)).toBe(1);
    guard.unlock();
    await waiting;
    expect(listenersOf(controller.signal)).toBe(0);
    controller.abort();
    if (mutex.isLocked) mutex.unlock();
    expectAtRest(mutex);
  });
});

describe('Mutex: an abort', () => {
  test('of many by one signal: all reject, others wait on', async () => {
    const mutex = new Mutex();
    const guard = mutex.lock();
    const controller = new AbortController();
    const { signal } = controller;
    setMaxListeners(0, signal);
    const others = [mutex.lockAsync()];
    const aborted = Array.from({ length: 100 }, () => mutex.lockAsync({ signal }));
    others.push(mutex.lockAsync());
    controller.abort(new Error('all of you'));
    for (const wait of aborted) await expect(wait).rejects.toThrow('all of you');
    guard.unlock();
    for (const wait of others) (await wait).unlock();
    expectAtRest(mutex);
  });

  test('X2 of a task that was chosen: the next task comes in', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    for (let round = 0; round < 100; round++) {
      const guard = mutex.lock();
      const controller = new AbortController();
      const chosen = mutex.lockAsync({ signal: controller.signal });
      const next = mutex.lockAsync();
      guard.unlock(); // chooses; the promise is settled later
      controller.abort(new Error('not me'));
      await expect(chosen).rejects.toThrow('not me');
      (await next).unlock();
    }
    expectAtRest(mutex);
  });

  test.each(['lock', 'lockAsync'])(
    'X2 of a task that was chosen: another thread comes in by %s, while this one is blocked',
    async (form) => {
      const mutex = new Mutex({ fairness: 'fifo' });
      const locker = await startLocker();
      const visits = sharedWords();
      for (let round = 0; round < 20; round++) {
        const guard = mutex.lock();
        const controller = new AbortController();
        const chosen = mutex.lockAsync({ signal: controller.signal });
        const rejected = expect(chosen).rejects.toThrow('not me');
        const visited = locker.call.visit(form, mutex, visits);
        await waitersAre(2, mutex);
        guard.unlock();
        controller.abort(new Error('not me'));
        Atomics.wait(visits, 0, round, LONG); // until it was inside
        expect(visits[0]).toBe(round + 1);
        await rejected;
        await visited;
      }
      expectAtRest(mutex);
    },
  );

  test('X2 racing with the unlock of another thread: nothing is lost', async () => {
    const mutex = new Mutex();
    const locker = await startLocker();
    for (let round = 0; round < 100; round++) {
      await locker.call.lock(mutex);
      const controller = new AbortController();
      const raced = mutex.lockAsync({ signal: controller.signal });
      const next = mutex.lockAsync();
      const unlocked = locker.call.unlock(mutex);
      if (round % 2) await Promise.resolve();
      else await new Promise(setImmediate);
      controller.abort(new Error('too late?'));
      await raced.then((guard) => guard.unlock()).catch(() => {});
      (await next).unlock();
      await unlocked;
    }
    expectAtRest(mutex);
  });
});

describe('Mutex: given up 10,000 times', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const WAITS = 10_000;
  const EACH = 100; // waits with one signal: Node looks at all listeners whenever it adds one

  function controllers(n: number): AbortController[] {
    const made = Array.from({ length: n }, () => new AbortController());
    for (const { signal } of made) setMaxListeners(0, signal);
    return made;
  }

  async function heapGrowth(fn: () => Promise<void>): Promise<number> {
    const measure = async (): Promise<number> => {
      await sleep(10);
      collect();
      return process.memoryUsage().heapUsed;
    };
    await fn(); // once for the compiler
    const before = await measure();
    await fn();
    return (await measure()) - before;
  }

  const SANE = 1_000_000; // bytes

  test('P2 aborts leave no listener, no heap, no bit', async () => {
    const mutex = new Mutex();
    const { signal } = new AbortController();
    const locker = await startLocker();
    await locker.call.lock(mutex);
    const growth = await heapGrowth(async () => {
      for (const controller of controllers(WAITS / EACH)) {
        const both = AbortSignal.any([signal, controller.signal]);
        setMaxListeners(0, both);
        const waits = Array.from({ length: EACH }, () => mutex.lockAsync({ signal: both }));
        controller.abort();
        await Promise.allSettled(waits);
        expect(listenersOf(both)).toBe(0);
      }
    });
    expect(growth).toBeLessThan(SANE);
    expect(listenersOf(signal)).toBe(0);
    expect(waitersFor(mutex)).toBe(0);
    await locker.call.unlock(mutex);
    expectAtRest(mutex);
  });

  test('P2 one after the other, each with a listener of its own on one signal', async () => {
    const mutex = new Mutex();
    mutex.lock();
    const lasting = new AbortController();
    const growth = await heapGrowth(async () => {
      for (let i = 0; i < WAITS; i++) {
        const wait = mutex.lockAsync({ signal: lasting.signal, timeout: LONG });
        mutex.unlock();
        (await wait).unlock();
        mutex.lock();
      }
    });
    mutex.unlock();
    expect(growth).toBeLessThan(SANE);
    expect(listenersOf(lasting.signal)).toBe(0);
    expectAtRest(mutex);
  });

  test('P2 timeouts leave no timer, no heap, no bit', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const mutex = new Mutex();
    mutex.lock();
    const before = timers();
    const growth = await heapGrowth(async () => {
      const waits = Array.from({ length: WAITS }, (_, i) =>
        i % 2 ? mutex.tryLockForAsync(1) : mutex.lockAsync({ timeout: 1 }),
      );
      await Promise.allSettled(waits);
    });
    expect(growth).toBeLessThan(SANE);
    expect(timers()).toBeLessThanOrEqual(before);
    mutex.unlock();
    expectAtRest(mutex);
  });

  test('P2 aborts on as many mutexes leave no waiter', async () => {
    const buffer = new SharedArrayBuffer(WAITS * Mutex.BYTE_LENGTH);
    const mutexes = Array.from({ length: WAITS }, (_, i) =>
      Mutex.at(buffer, i * Mutex.BYTE_LENGTH),
    );
    for (const mutex of mutexes) mutex.lock();
    const growth = await heapGrowth(async () => {
      const all = controllers(WAITS / EACH);
      const waits = mutexes.map((mutex, i) =>
        mutex.lockAsync({ signal: all[Math.floor(i / EACH)]!.signal }),
      );
      for (const controller of all) controller.abort();
      await Promise.allSettled(waits);
      for (const { signal } of all) expect(listenersOf(signal)).toBe(0);
    });
    expect(growth).toBeLessThan(SANE);
    expect(mutexes.reduce((waiters, mutex) => waiters + waitersFor(mutex), 0)).toBe(0);
    for (const mutex of mutexes) mutex.unlock();
    expect(mutexes.every((mutex) => wordsOf(mutex)[0] === FREE)).toBe(true);
  });
});

describe('Mutex: fake timers', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('neither stop nor advance a wait', async () => {
    const mutex = new Mutex();
    const locker = await startLocker();
    await locker.call.lock(mutex);
    vi.useFakeTimers();
    const took = await elapsed(async () => {
      const waits = [
        mutex.tryLockForAsync(60),
        mutex.tryLockUntilAsync(new Date(Date.now() + 60)),
        mutex.lockAsync({ timeout: 60 }).catch((error: unknown) => error),
      ];
      vi.advanceTimersByTime(LONG);
      expect(await Promise.all(waits)).toEqual([null, null, timedOut]);
    });
    expect(took).toBeGreaterThanOrEqual(60);
    expect(await elapsed(() => mutex.tryLockFor(20))).toBeGreaterThanOrEqual(20);
    const waiting = mutex.lockAsync();
    await locker.call.unlock(mutex);
    (await waiting).unlock();
    vi.useRealTimers();
    await eventually(() => waitersFor(mutex) === 0);
  });
});
