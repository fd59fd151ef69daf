import { type Permit, Semaphore } from 'crossthread';
import { describe, expect, test, vi } from 'vitest';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually, LONG, sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { acquireAsync } from './user.mjs';
import { countOf, startUser, startUsers } from './users.ts';

expectNoRescues();

describe('P10 X4 first come, first served', () => {
  test('blocked threads and tasks alike', async () => {
    const semaphore = new Semaphore(0);
    const [a, b, c] = await startUsers(3);
    const begin = [
      () => a!.call.acquire(semaphore),
      () => b!.call.acquireAsync(semaphore),
      () => acquireAsync(semaphore),
      () => c!.call.acquire(semaphore),
    ];
    const served: number[] = [];
    const waits: Promise<unknown>[] = [];
    for (const [nth, start] of begin.entries()) {
      waits.push(start().then(() => served.push(nth)));
      await waitersAre(nth + 1, semaphore);
    }
    for (const [nth, wait] of waits.entries()) {
      semaphore.release();
      await wait;
      expect(served).toEqual([0, 1, 2, 3].slice(0, nth + 1));
      expect(semaphore.value).toBe(0);
    }
    expect(countOf(semaphore)).toBe(0);
  });

  test('the tasks of one thread', async () => {
    const semaphore = new Semaphore(0);
    const served: number[] = [];
    const waits = [0, 1, 2, 3, 4].map(async (nth) => {
      await semaphore.acquireAsync(1 + (nth % 2));
      served.push(nth);
    });
    semaphore.release(1);
    semaphore.release(5);
    await sleep(5);
    expect(served).toEqual([0, 1, 2, 3]);
    semaphore.release();
    await Promise.all(waits);
    expect(served).toEqual([0, 1, 2, 3, 4]);
    expect(countOf(semaphore)).toBe(0);
  });

  test('one release serves all whom it suffices for', async () => {
    const semaphore = new Semaphore(0);
    const users = await startUsers(3);
    const waits: Promise<unknown>[] = [
      users[0]!.call.acquire(semaphore),
      users[1]!.call.acquireAsync(semaphore),
      users[1]!.call.acquireAsync(semaphore, 2),
      users[2]!.call.acquire(semaphore, 2),
      acquireAsync(semaphore, 3),
    ];
    await waitersAre(4, semaphore); // one stands for both tasks
    semaphore.release(9);
    await Promise.all(waits);
    expect(countOf(semaphore)).toBe(0);
  });

  test.each(['acquire', 'acquireAsync'] as const)(
    '%s(5) behind singles waits for them, and singles behind it for it',
    async (form) => {
      const semaphore = new Semaphore(0);
      const [a, b, c] = await startUsers(3);
      const served: string[] = [];
      const note = (name: string) => () => served.push(name);
      const first = a!.call.acquire(semaphore).then(note('first'));
      await waitersAre(1, semaphore);
      const five = b!.call[form](semaphore, 5).then(note('five'));
      await waitersAre(2, semaphore);
      const last = c!.call.acquire(semaphore).then(note('last'));
      await waitersAre(3, semaphore);
      const task = acquireAsync(semaphore).then(note('task'));
      await waitersAre(4, semaphore);

      semaphore.release(5); // one for the first; four are not enough
      await first;
      await sleep(20);
      expect(served).toEqual(['first']);
      expect(semaphore.value).toBe(4);
      expect(semaphore.tryAcquire()).toBe(null); // a newcomer is no better
      expect(semaphore.tryAcquireFor(0)).toBe(null);
      expect(await semaphore.tryAcquireForAsync(5)).toBe(null);

      semaphore.release();
      await five;
      expect(served).toEqual(['first', 'five']);
      semaphore.release();
      await last;
      semaphore.release();
      await task;
      expect(served).toEqual(['first', 'five', 'last', 'task']);
      expect(countOf(semaphore)).toBe(0);
    },
  );
});

describe('a head that leaves lets those behind it in', () => {
  test.each(['tryAcquireFor', 'tryAcquireForAsync'] as const)(
    '%s: its time is up',
    async (form) => {
      const semaphore = new Semaphore(2);
      const [head, blocked, tasks] = await startUsers(3);
      const gaveUp = head!.call[form](semaphore, 200, 5);
      await Promise.race([gaveUp, waitersAre(1, semaphore)]);
      const behind = [blocked!.call.acquire(semaphore), tasks!.call.acquireAsync(semaphore)];
      expect(await gaveUp).toBe(null);
      expect(await Promise.all(behind)).toEqual([1, 1]);
      expect(countOf(semaphore)).toBe(0);
    },
  );

  test('it is aborted', async () => {
    const semaphore = new Semaphore(2);
    const user = await startUser();
    const controller = new AbortController();
    const head = semaphore.acquireAsync(5, { signal: controller.signal });
    const task = semaphore.acquireAsync();
    const behind = user.call.acquire(semaphore);
    await waitersAre(2, semaphore);
    controller.abort('enough');
    await expect(head).rejects.toBe('enough');
    await task;
    expect(await behind).toBe(1);
    expect(countOf(semaphore)).toBe(0);
  });

  test('it is aborted and the thread blocks at once: those behind are served all the same', async () => {
    const semaphore = new Semaphore(1);
    const user = await startUser();
    const controller = new AbortController();
    const head = semaphore.acquireAsync(5, { signal: controller.signal });
    const behind = user.call.acquire(semaphore);
    await waitersAre(2, semaphore);
    const aborted = expect(head).rejects.toBe('enough');
    controller.abort('enough');
    const deadline = performance.now() + LONG;
    while (semaphore.value > 0 && performance.now() < deadline); // the loop stands still here
    expect(semaphore.value).toBe(0);
    await aborted;
    await behind;
  });

  test('one in the middle that leaves changes nothing for the others', async () => {
    const semaphore = new Semaphore(0);
    const [a, b] = await startUsers(2);
    const first = a!.call.acquire(semaphore, 2);
    await waitersAre(1, semaphore);
    const middle = semaphore.tryAcquireForAsync(100);
    const last = b!.call.acquire(semaphore);
    expect(await middle).toBe(null);
    await waitersAre(2, semaphore);
    semaphore.release(1);
    await sleep(5);
    expect(waitersFor(semaphore)).toBe(2);
    semaphore.release(2);
    expect(await Promise.all([first, last])).toEqual([2, 1]);
    expect(countOf(semaphore)).toBe(0);
  });
});

describe('P5 an event loop that stands still', () => {
  test('loses its turn to those behind it, and is next again when it runs', async () => {
    const semaphore = new Semaphore(0);
    const words = sharedWords(3);
    const [late, blocked] = await startUsers(2);
    const taken = late!.call.acquireAsyncThenBlock(semaphore, words);
    await eventually(() => Atomics.load(words, 1) === 1);
    await waitersAre(1, semaphore);
    const behind = [blocked!.call.acquire(semaphore), blocked!.call.ping()];
    await waitersAre(2, semaphore);
    semaphore.release();
    expect(await behind[0]).toBe(1);
    expect(Atomics.load(words, 2)).toBe(0);

    const later = blocked!.call.acquire(semaphore);
    await waitersAre(1, semaphore); // the one set aside is not asked
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    await waitersAre(2, semaphore);
    semaphore.release();
    await taken;
    expect(waitersFor(semaphore)).toBe(1);
    semaphore.release();
    await later;
    expect(countOf(semaphore)).toBe(0);
  });

  test('loses its turn, however often permits come', async () => {
    const semaphore = new Semaphore(0);
    const words = sharedWords(3);
    const [late, blocked] = await startUsers(2);
    const taken = late!.call.acquireAsyncThenBlock(semaphore, words);
    await eventually(() => Atomics.load(words, 1) === 1);
    await waitersAre(1, semaphore);
    const behind = blocked!.call.acquire(semaphore);
    await waitersAre(2, semaphore);
    const deadline = performance.now() + LONG;
    while (waitersFor(semaphore) === 2 && performance.now() < deadline) {
      semaphore.release();
      Atomics.wait(sharedWords(), 0, 0, 1);
    }
    expect(await behind).toBe(1);
    expect(Atomics.load(words, 2)).toBe(0);
    semaphore.release();
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    await taken;
    expect(waitersFor(semaphore)).toBe(0);
  });

  test.each(['tryAcquire', 'tryAcquireFor'] as const)(
    'loses its turn to who only tries, by %s',
    async (form) => {
      const semaphore = new Semaphore(0);
      const words = sharedWords(3);
      const late = await startUser();
      const taken = late.call.acquireAsyncThenBlock(semaphore, words);
      await eventually(() => Atomics.load(words, 1) === 1);
      await waitersAre(1, semaphore);
      semaphore.release();
      const tryIt = (): Permit | null =>
        form === 'tryAcquire' ? semaphore.tryAcquire() : semaphore.tryAcquireFor(2);
      expect(semaphore.tryAcquire()).toBe(null);
      await eventually(() => tryIt() !== null);
      expect(Atomics.load(words, 2)).toBe(0);
      Atomics.store(words, 0, 1);
      Atomics.notify(words, 0);
      await waitersAre(1, semaphore); // again
      semaphore.release();
      expect(semaphore.tryAcquire()).toBe(null); // its lease is a new one
      await taken;
      expect(countOf(semaphore)).toBe(0);
    },
  );

  test('loses its turn to who tries for less than a lease, with an older task of its own', async () => {
    const semaphore = new Semaphore(0);
    const words = sharedWords(3);
    const controller = new AbortController();
    const own = semaphore.acquireAsync(1, { signal: controller.signal });
    const late = await startUser();
    const taken = late.call.acquireAsyncThenBlock(semaphore, words);
    await eventually(() => Atomics.load(words, 1) === 1);
    await waitersAre(2, semaphore);
    semaphore.release();
    const deadline = performance.now() + LONG;
    let permit: Permit | null = null;
    while (!permit && performance.now() < deadline) permit = semaphore.tryAcquireFor(3); // with its loop standing still
    expect(permit).not.toBe(null);
    expect(Atomics.load(words, 2)).toBe(0);
    controller.abort();
    await expect(own).rejects.toThrow();
    permit!.release();
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    await taken;
    expect(waitersFor(semaphore)).toBe(0);
  });

  test('when it runs again, a new task does not overtake those that wait there', async () => {
    const semaphore = new Semaphore(0);
    const [blocked, releaser] = await startUsers(2);
    const served: string[] = [];
    const old = semaphore.acquireAsync().then(() => served.push('old'));
    await waitersAre(1, semaphore);
    const behind = blocked!.call.acquire(semaphore);
    await waitersAre(2, semaphore);
    const released = releaser!.call.releaseSoon(semaphore, 2, 50);
    const deadline = performance.now() + LONG;
    while (semaphore.value === 0 || waitersFor(semaphore) > 0) {
      if (performance.now() > deadline) expect.fail('the second permit never came'); // it stands still
    }
    const young = semaphore.acquireAsync().then(() => served.push('young'));
    await Promise.race([old, young]);
    expect(served).toEqual(['old']);
    semaphore.release();
    await Promise.all([old, young, behind, released]);
    expect(countOf(semaphore)).toBe(0);
  });

  test('P1 blocks on the very semaphore that its tasks wait for: nobody is forgotten', async () => {
    const semaphore = new Semaphore(0);
    const user = await startUser();
    const served = vi.fn<() => void>();
    const tasks = [1, 2].map(() => semaphore.acquireAsync().then(served));
    await sleep(5); // its loop has gone to sleep
    const released = user.call.releaseSoon(semaphore, 3, 20);
    expect(semaphore.tryAcquireFor(LONG)).not.toBe(null);
    expect(served).not.toHaveBeenCalled();
    await Promise.all([...tasks, released]);
    expect(countOf(semaphore)).toBe(0);
  });

  test('a blocked thread behind a task of its own goes first: the task can not', async () => {
    const semaphore = new Semaphore(1);
    const big = semaphore.acquireAsync(5);
    expect(semaphore.tryAcquireFor(LONG)).not.toBe(null);
    expect(waitersFor(semaphore)).toBe(1);
    semaphore.release(5);
    await big;
    expect(countOf(semaphore)).toBe(0);
  });
});
