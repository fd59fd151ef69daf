import { Semaphore } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { sharedWords } from '../support/memory.ts';
import { eventually, LONG, sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { acquireAsync } from './user.mjs';
import { startUser, startUsers } from './users.ts';

const dead = (call: Promise<unknown>): Promise<unknown> => expect(call).rejects.toThrow('ended');

describe.each(['acquireForever', 'acquireForeverAsync'] as const)('killed in %s', (form) => {
  test('P12 a token on its way to the killed is lost only if it was taken', async () => {
    for (let round = 0; round < 8; round++) {
      const semaphore = new Semaphore(0);
      const marks = sharedWords();
      const victim = await startUser();
      await victim.call.markTakes(semaphore, marks);
      const acquired = victim.call[form](semaphore).catch(() => {}); // or killed before
      await waitersAre(1, semaphore);
      semaphore.release();
      const time = performance.now() + round / 20; // to wake up, to take it
      while (performance.now() < time);
      await Promise.all([victim.terminate(), acquired]);
      const left = semaphore.value;
      const possible = [[1], [0, 1], [0]]; // not taken, at it when it died, taken
      expect(possible[marks[0]!]).toContain(left);
      for (let i = 0; i < left; i++) expect(semaphore.tryAcquire()).not.toBe(null);
      expect(semaphore.tryAcquire()).toBe(null);
    }
  });

  test('those behind the killed are served', async () => {
    const semaphore = new Semaphore(0);
    const [victim, blocked, tasks] = await startUsers(3);
    const lost = dead(victim!.call[form](semaphore, 5));
    await waitersAre(1, semaphore);
    const behind = [
      blocked!.call.acquire(semaphore),
      tasks!.call.acquireAsync(semaphore),
      acquireAsync(semaphore),
    ];
    await waitersAre(4, semaphore);
    semaphore.release(3); // not enough for the head
    await victim!.terminate();
    await lost;
    expect(await Promise.all(behind)).toEqual([1, 1, 1]);
    expect(semaphore.value).toBe(0);
    expect(waitersFor(semaphore)).toBe(0);
  });

  test('tryAcquire is not spurious after a waiter was killed', async () => {
    const semaphore = new Semaphore(1);
    const victim = await startUser();
    const lost = dead(victim.call[form](semaphore, 3));
    await waitersAre(1, semaphore);
    expect(semaphore.tryAcquire()).toBe(null);
    await victim.terminate();
    await lost;
    expect(semaphore.tryAcquire()).not.toBe(null);
    semaphore.release();
    expect(semaphore.tryAcquireFor(0)).not.toBe(null);
  });

  test('a thread that only tries learns of the death too, without its event loop', async () => {
    const semaphore = new Semaphore(1);
    const victim = await startUser();
    const lost = dead(victim.call[form](semaphore, 3));
    await waitersAre(1, semaphore);
    const ended = victim.terminate();
    const deadline = performance.now() + LONG;
    let permit = semaphore.tryAcquire();
    while (!permit && performance.now() < deadline) permit = semaphore.tryAcquire();
    await Promise.all([ended, lost]);
    expect(permit).not.toBe(null);
  });
});

describe.each(['acquireAndStandStill', 'acquireAsyncThenBlock'] as const)(
  'killed in %s',
  (form) => {
    test('P12 a token that was on its way is for the next', async () => {
      const semaphore = new Semaphore(0);
      const words = sharedWords(3);
      const [victim, next] = await startUsers(2);
      const lost = dead(victim!.call[form](semaphore, words));
      await waitersAre(1, semaphore);
      semaphore.release();
      await eventually(() => words[1] === 1); // and it will not look any more
      await victim!.terminate();
      await lost;
      expect(semaphore.value).toBe(1);
      expect(await next!.call.acquire(semaphore)).toBe(1);
      expect(semaphore.value).toBe(0);
    });
  },
);

describe('Semaphore: a holder dies', () => {
  test('what it held is lost with it, and what it was to give back', async () => {
    const semaphore = new Semaphore(5);
    const victim = await startUser();
    expect(await victim.call.acquire(semaphore, 3)).toBe(3);
    await victim.terminate();
    await sleep(10);
    expect(semaphore.value).toBe(2);
    expect(semaphore.tryAcquire(3)).toBe(null);
    expect(semaphore.tryAcquire(2)).not.toBe(null);
  });
});

describe('Semaphore: many die', () => {
  test('P12 nobody who lives is stuck', async () => {
    const semaphore = new Semaphore(4);
    const words = sharedWords(2);
    const survivors = await startUsers(2);
    const done = Promise.all(survivors.map(({ call }) => call.surviveOn(semaphore, words)));
    for (let round = 0; round < 8; round++) {
      const victim = await startUser();
      const lost = dead(
        round % 2 === 0 ? victim.call.waitEver(semaphore) : victim.call.waitEverAsync(semaphore),
      );
      await sleep(round * 3);
      await victim.terminate();
      await lost;
      const before = Atomics.load(words, 0);
      await eventually(() => {
        if (semaphore.value === 0) semaphore.release(); // those of the dead
        return Atomics.load(words, 0) > before + 10;
      });
    }
    Atomics.store(words, 1, 1);
    const given = setInterval(() => semaphore.release(), 5);
    await done;
    clearInterval(given);
    expect(semaphore.tryAcquireFor(LONG)).not.toBe(null);
  });
});
