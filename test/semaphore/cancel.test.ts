import { getEventListeners } from 'node:events';
import { type Permit, Semaphore } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { isDeep } from '../explored/depth.ts';
import { timedOut } from '../support/errors.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { elapsed, eventually } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { acquireInTriesAsync } from './user.mjs';
import { countOf, startUser, startUsers } from './users.ts';

expectNoRescues();

describe('Semaphore: time that is up', () => {
  const expiring: [string, (s: Semaphore, ms: number) => unknown][] = [
    ['tryAcquireFor', (s, ms) => s.tryAcquireFor(ms)],
    ['tryAcquireFor, many', (s, ms) => s.tryAcquireFor(ms, 3)],
    ['tryAcquireForAsync', (s, ms) => s.tryAcquireForAsync(ms)],
    ['tryAcquireForAsync, many', (s, ms) => s.tryAcquireForAsync(ms, 3)],
  ];

  const until: (typeof expiring)[number] = [
    'tryAcquireUntil',
    (s, ms) => s.tryAcquireUntil(Date.now() + Math.ceil(ms) + 1), // that of now has begun already
  ];

  test.each([...expiring, until])(
    'P5 %s: null, never early, and all is as before',
    async (_, acquire) => {
      const semaphore = new Semaphore(0);
      for (const ms of [1e-6, 1e-3, 1, 7.5, 100]) {
        const took = await elapsed(async () => expect(await acquire(semaphore, ms)).toBe(null));
        expect(took).toBeGreaterThanOrEqual(ms);
      }
      expect(waitersFor(semaphore)).toBe(0);
      expect(countOf(semaphore)).toBe(0);
    },
  );

  test.each(expiring)(
    'P11 X8 %s: zero, negative and past times do not wait',
    async (_, acquire) => {
      const semaphore = new Semaphore(0);
      for (const ms of [0, -0, -1, -1e300, -Infinity]) {
        expect(await acquire(semaphore, ms)).toBe(null);
      }
      expect(waitersFor(semaphore)).toBe(0);
      expect(countOf(semaphore)).toBe(0);
    },
  );

  test('P11 tryAcquireUntil: a time that is past or near', () => {
    const semaphore = new Semaphore(0);
    for (const t of [new Date(0), -1, -Infinity, Date.now(), performance.now() + 60_000]) {
      expect(semaphore.tryAcquireUntil(t)).toBe(null);
    }
    const t = Date.now() + 30;
    expect(semaphore.tryAcquireUntil(new Date(t))).toBe(null);
    expect(Date.now()).toBeGreaterThanOrEqual(t);
    expect(countOf(semaphore)).toBe(0);
  });

  test('X8 huge times neither overflow nor end early', async () => {
    const semaphore = new Semaphore(0);
    const user = await startUser();
    for (const ms of [2 ** 31, 2 ** 53, 1e300, Infinity]) {
      const waits = [
        user.call.tryAcquireFor(semaphore, ms),
        semaphore.tryAcquireForAsync(ms),
        semaphore.acquireAsync(1, { timeout: ms }),
      ];
      await waitersAre(2, semaphore);
      semaphore.release(3);
      for (const permit of await Promise.all(waits)) expect(permit).not.toBe(null);
    }
    expect(countOf(semaphore)).toBe(0);
  });

  test('acquireAsync: rejects with a TimeoutError, never early', async () => {
    const semaphore = new Semaphore(0, { name: 'slots' });
    for (const timeout of [0, -1, 0.5, 40]) {
      const took = await elapsed(() =>
        expect(semaphore.acquireAsync(1, { timeout })).rejects.toThrow(timedOut),
      );
      expect(took).toBeGreaterThanOrEqual(timeout);
    }
    const late = semaphore.acquireAsync(2, { timeout: 3 });
    await expect(late).rejects.toThrow(/Semaphore 'slots'.*3 ms/);
    expect(countOf(semaphore)).toBe(0);
  });

  test('P2 timed acquirers, and a permit for each at a time: in the end all are used up', async () => {
    const semaphore = new Semaphore(0);
    const users = await startUsers(4);
    const [tasks, ...blocked] = users.map(({ call }) => call);
    const quota = isDeep ? 1000 : 300;
    const sated = [
      ...blocked.map((call) => call.acquireInTries(semaphore, quota)),
      ...Array.from({ length: 8 }, () => tasks!.acquireInTriesAsync(semaphore, quota)),
      ...Array.from({ length: 5 }, () => acquireInTriesAsync(semaphore, quota)),
    ];
    for (let round = 0; round < quota; round++) {
      semaphore.release(sated.length);
      await eventually(() => semaphore.value < sated.length); // scarce
    }
    await Promise.all(sated);
    expect(countOf(semaphore)).toBe(0);
    expect(waitersFor(semaphore)).toBe(0);
  });
});

describe('Semaphore: aborting', () => {
  type Cancellable = (s: Semaphore, signal: AbortSignal) => Promise<Permit | null>;
  const cancellable: [string, Cancellable][] = [
    ['acquireAsync', (s, signal) => s.acquireAsync(1, { signal })],
    ['acquireAsync, timed', (s, signal) => s.acquireAsync(1, { signal, timeout: 10_000 })],
    ['tryAcquireForAsync', (s, signal) => s.tryAcquireForAsync(10_000, 1, { signal })],
    ['tryAcquireForAsync, for ever', (s, signal) => s.tryAcquireForAsync(Infinity, 1, { signal })],
  ];

  test.each(cancellable)('%s: rejects with the reason, takes nothing', async (_, acquire) => {
    const semaphore = new Semaphore(0);
    const controller = new AbortController();
    const acquired = acquire(semaphore, controller.signal);
    await waitersAre(1, semaphore);
    const reason = { why: 'enough' };
    controller.abort(reason);
    expect(waitersFor(semaphore)).toBe(0); // it has left at once
    await expect(acquired).rejects.toBe(reason);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    semaphore.release();
    expect(countOf(semaphore)).toBe(1);
  });

  test.each(cancellable)('%s: a signal aborted before takes nothing', async (_, acquire) => {
    const semaphore = new Semaphore(1);
    await expect(acquire(semaphore, AbortSignal.abort('before'))).rejects.toBe('before');
    expect(countOf(semaphore)).toBe(1);
  });

  test.each(cancellable)('X2 %s: an abort after it changes nothing', async (_, acquire) => {
    const semaphore = new Semaphore(0);
    const controller = new AbortController();
    const acquired = acquire(semaphore, controller.signal);
    await waitersAre(1, semaphore);
    semaphore.release();
    const permit = await acquired;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    expect(semaphore.value).toBe(0);
    permit!.release();
    expect(semaphore.value).toBe(1);
  });

  test('X2 a permit on its way to the aborted goes to the next', async () => {
    const semaphore = new Semaphore(0);
    const user = await startUser();
    const controller = new AbortController();
    const head = semaphore.acquireAsync(1, { signal: controller.signal });
    const behind = user.call.acquire(semaphore);
    await waitersAre(2, semaphore);
    const aborted = expect(head).rejects.toBe('enough');
    semaphore.release(); // the head is to be served, but its loop has not run
    controller.abort('enough');
    await aborted;
    expect(await behind).toBe(1);
    expect(countOf(semaphore)).toBe(0);
  });

  test.each(['acquireAsync', 'tryAcquireForAsync'] as const)(
    '%s: the options may be whatever has a signal, as an AbortController has',
    async (form) => {
      const semaphore = new Semaphore(0);
      const controller = new AbortController();
      const acquired =
        form === 'acquireAsync'
          ? semaphore.acquireAsync(1, controller)
          : semaphore.tryAcquireForAsync(300, 1, controller);
      controller.abort('enough');
      expect(await acquired.catch((reason: unknown) => reason)).toBe('enough');
    },
  );

  test('5,000 aborted waits leave nothing', async () => {
    const semaphore = new Semaphore(0);
    const controller = new AbortController();
    const { signal } = controller;
    const waits = Array.from({ length: 5000 }, () => semaphore.acquireAsync(1, { signal }));
    const all = Promise.allSettled(waits);
    expect(waitersFor(semaphore)).toBe(1); // one stands for all
    controller.abort();
    await all;
    expect(waitersFor(semaphore)).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    semaphore.release();
    expect(countOf(semaphore)).toBe(1);
  });
});
