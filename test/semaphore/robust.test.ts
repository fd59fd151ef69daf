import { Semaphore } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError } from '../support/errors.ts';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { eventually, LONG, sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { acquireAsync, churn, churnAsync } from './user.mjs';
import { startUser, startUsers } from './users.ts';

const robust = true;
const dead = (call: Promise<unknown>): Promise<unknown> => expect(call).rejects.toThrow('ended');

describe('Semaphore, robust: while all live', () => {
  test('is a semaphore like any', async () => {
    const semaphore = new Semaphore(4, { max: 6, name: 'r', robust });
    expect([semaphore.value, semaphore.max, semaphore.name]).toEqual([4, 6, 'r']);
    const two = semaphore.acquire(2);
    expect((await semaphore.acquireAsync()).count).toBe(1);
    expect(semaphore.tryAcquire(2)).toBe(null);
    expect(semaphore.tryAcquireFor(2, 2)).toBe(null);
    expect(await semaphore.tryAcquireForAsync(2, 2)).toBe(null);
    expect(semaphore.value).toBe(1);
    two.release();
    expect(semaphore.value).toBe(3);
    semaphore.release(3); // one that is held, and two more
    expect(semaphore.value).toBe(6);
    expect(() => semaphore.release()).toThrow(syncError('value_too_large'));
    expect(semaphore.value).toBe(6);
    expect(() => semaphore.acquire(7)).toThrow(RangeError);
  });

  test('never has more than `max`: what others hold counts, as it may come back at any time', async () => {
    const semaphore = new Semaphore(2, { max: 2, name: 'r', robust });
    const [a, b] = await startUsers(2);
    await a!.call.acquire(semaphore);
    await b!.call.acquire(semaphore);
    expect(() => semaphore.release()).toThrow(
      "Semaphore 'r': release(1) with 2 of 2 there or held by others",
    );
    expect(semaphore.value).toBe(0);
    await a!.call.releaseAll();
    await b!.terminate();
    expect(semaphore.value).toBe(2);
    const permit = semaphore.acquire();
    expect(() => semaphore.release(2)).toThrow(syncError('value_too_large'));
    permit.release();
    expect(semaphore.value).toBe(2);
  });

  test('takes the room that it says, and is found again in all ways', async () => {
    const { ROBUST_BYTE_LENGTH } = Semaphore;
    const buffer = new SharedArrayBuffer(64 + ROBUST_BYTE_LENGTH);
    new Int32Array(buffer, 64).fill(-1);
    expect(() => Semaphore.init(buffer, 68, 1, { robust })).toThrow(RangeError);
    const semaphore = Semaphore.init(buffer, 64, 2, { robust });
    semaphore.acquire();
    expect(Semaphore.at(buffer, 64).value).toBe(1);
    const global = Semaphore.global('robust', 5, { robust });
    const user = await startUser();
    await user.call.acquire(global, 3);
    await user.call.acquire(semaphore);
    expect([global.value, semaphore.value]).toEqual([2, 0]);
    await user.call.releaseAll();
    expect([global.value, semaphore.value]).toEqual([5, 1]);
    expect([...new Int32Array(buffer, 0, 16)].every((word) => word === 0)).toBe(true);
    expect(wordsOf(semaphore)[0]).toBe(wordsOf(semaphore)[0]! & 0xffff);
  });

  test('P10 first come, first served', async () => {
    const semaphore = new Semaphore(0, { robust });
    const [a, b] = await startUsers(2);
    const served: number[] = [];
    const waits: Promise<unknown>[] = [];
    const begin = [
      () => a!.call.acquire(semaphore, 2),
      () => b!.call.acquireAsync(semaphore),
      () => acquireAsync(semaphore),
    ];
    for (const [nth, start] of begin.entries()) {
      waits.push(start().then(() => served.push(nth)));
      await waitersAre(nth + 1, semaphore);
    }
    semaphore.release();
    await sleep(10);
    expect(served).toEqual([]);
    for (const [nth, wait] of waits.entries()) {
      semaphore.release();
      await wait;
      expect(served).toEqual([0, 1, 2].slice(0, nth + 1));
    }
    expect(semaphore.value).toBe(0);
  });

  test('P12 counts are conserved under timeouts, aborts, and users of all kinds', async () => {
    const semaphore = new Semaphore(4, { robust });
    const [a, b] = await startUsers(2);
    const words = sharedWords();
    await Promise.all([
      a!.call.hold(semaphore, words, 200),
      b!.call.holdAsync(semaphore, words, 60, 3),
      a!.call.churnAndReturn(semaphore, 100, 1),
      b!.call.churnAndReturn(semaphore, 100, 2),
    ]);
    const kept = churn(semaphore, 50, 3) + (await churnAsync(semaphore, 10, 4));
    expect(semaphore.value).toBe(4 - kept);
    expect(waitersFor(semaphore)).toBe(0);
  });
});

describe('Semaphore, robust: a holder dies', () => {
  test('its permits come back, and nobody else’s', async () => {
    const semaphore = new Semaphore(5, { robust });
    const [victim, other] = await startUsers(2);
    await victim!.call.acquire(semaphore, 2);
    await victim!.call.acquireAsync(semaphore);
    await other!.call.acquire(semaphore);
    expect(semaphore.value).toBe(1);
    await victim!.terminate();
    expect(semaphore.value).toBe(4);
    expect(semaphore.tryAcquire(4)).not.toBe(null);
    await other!.call.releaseAll();
    expect(semaphore.value).toBe(1);
  });

  test('those that wait for them are served, blocked and awaiting', async () => {
    const semaphore = new Semaphore(3, { robust });
    const [victim, blocked] = await startUsers(2);
    await victim!.call.acquire(semaphore, 3);
    const waits = [blocked!.call.acquire(semaphore, 2), acquireAsync(semaphore)];
    await waitersAre(2, semaphore);
    await victim!.terminate();
    expect(await Promise.all(waits)).toEqual([2, 1]);
    expect(semaphore.value).toBe(0);
  });

  test('a thread that only tries gets them, without its event loop', async () => {
    const semaphore = new Semaphore(1, { robust });
    const victim = await startUser();
    await victim.call.acquire(semaphore);
    expect(semaphore.tryAcquire()).toBe(null);
    const ended = victim.terminate();
    const deadline = performance.now() + LONG;
    let permit = semaphore.tryAcquire();
    while (!permit && performance.now() < deadline) permit = semaphore.tryAcquire();
    await ended;
    expect(permit).not.toBe(null);
  });

  test('P12 killed at any moment: no permit is lost or made', async () => {
    const semaphore = new Semaphore(4, { robust });
    for (let round = 0; round < 8; round++) {
      const victim = await startUser();
      const form = round % 2 === 0 ? 'waitEver' : 'waitEverAsync';
      const lost = dead(victim.call[form](semaphore));
      await sleep(round);
      await victim.terminate();
      await lost;
      expect(semaphore.value).toBe(4);
      expect(semaphore.tryAcquire(4)?.release()).toBe(undefined);
    }
    await eventually(() => waitersFor(semaphore) === 0);
  });
});
