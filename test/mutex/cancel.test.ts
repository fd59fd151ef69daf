/** P2: a wait that is given up eats no wake-up and leaves nothing behind. */
import { getEventListeners, setMaxListeners } from 'node:events';
import { Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually, LONG, sleep } from '../support/time.ts';
import { areAsleep, waitersAre, waitersFor } from '../support/waiters.ts';
import { borrowWorker } from '../support/worker.ts';

expectNoRescues();

const startLocker = () =>
  borrowWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);

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

  test('X2 of a task that was chosen: with nobody behind it the mutex is free at once', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const guard = mutex.lock();
    const controller = new AbortController();
    const chosen = mutex.lockAsync({ signal: controller.signal });
    guard.unlock();
    expect(mutex.isLocked).toBe(true); // kept for the task
    controller.abort(new Error('not me'));
    expectAtRest(mutex);
    await expect(chosen).rejects.toThrow('not me');
  });

  test('X2 of a task that was woken: another thread comes in, while this one is blocked', async () => {
    const mutex = new Mutex();
    const locker = await startLocker();
    const signals = sharedWords();
    const visits = sharedWords();
    for (let round = 0; round < 100; round++) {
      Atomics.store(signals, 0, 0);
      const visited = locker.call.visitAtSignal(mutex, signals, visits);
      await eventually(() => Atomics.load(signals, 0) === 1);
      const guard = mutex.lock();
      const controller = new AbortController();
      const woken = mutex.lockAsync({ signal: controller.signal });
      const rejected = expect(woken).rejects.toThrow('not me');
      Atomics.store(signals, 0, 2);
      while (!areAsleep(2, mutex)); // young enough to be woken only: the mutex is kept for nobody
      guard.unlock();
      controller.abort(new Error('not me'));
      Atomics.wait(visits, 0, round, LONG);
      expect(visits[0]).toBe(round + 1);
      await Promise.all([rejected, visited]);
    }
    expectAtRest(mutex);
  });

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

describe.each(['eventual', 'fifo'] as const)('Mutex, %s: a waiter that is late', (fairness) => {
  test.each(['blocking', 'async'] as const)(
    'P2 %s, while it is chosen: the one behind it comes in all the same',
    async (kind) => {
      const mutex = new Mutex({ fairness });
      const visits = sharedWords();
      const [late, behind] = await Promise.all([startLocker(), startLocker()]);
      for (let round = 0; round < 100; round++) {
        mutex.lock();
        const ms = 1 + Math.random();
        const first =
          kind === 'blocking' ? late.call.visitFor(mutex, ms) : late.call.visitForAsync(mutex, ms);
        const second = behind.call.visit(round % 2 ? 'lock' : 'lockAsync', mutex, visits);
        await sleep(Math.random() * 2);
        mutex.unlock();
        await Promise.all([first, second]);
      }
      expect(visits[0]).toBe(100);
      expectAtRest(mutex);
    },
  );
});
