import { ConditionVariable, ConditionVariableAny, CvStatus } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { newRoom, startWaiter, startWaiters } from './room.ts';
import { ARRIVED, wait, waitAsync, waitBrieflyAsync } from './waiter.mjs';

expectNoRescues();

const NOTIFIED = { status: CvStatus.noTimeout, owned: true };

describe.each([
  ['ConditionVariable', ConditionVariable],
  ['ConditionVariableAny', ConditionVariableAny],
])('%s: notifying', (_, Condition) => {
  test('C1 notify with no waiters returns 0 and is not remembered', async () => {
    const room = newRoom(new Condition());
    const fresh = wordsOf(room.condition);
    expect(room.condition.notifyOne()).toBe(0);
    expect(room.condition.notifyAll()).toBe(0);
    expect(wordsOf(room.condition)).toEqual(fresh);
    expect(wait(room, 20).status).toBe(CvStatus.timeout);
    expect((await waitAsync(room, 20)).status).toBe(CvStatus.timeout);
    expect(room.condition.notifyAll()).toBe(0);
  });

  test('C2 notifyAll wakes all ten, blocked threads and tasks, each once', async () => {
    const room = newRoom(new Condition());
    const waiters = await startWaiters(4);
    const [tasks] = waiters;
    const waits = [
      ...waiters.slice(1).map(({ call }) => call.wait(room)),
      ...[1, 2, 3].map(() => tasks!.call.waitAsync(room)),
      ...[1, 2, 3, 4].map(() => waitAsync(room)),
    ];
    await waitersAre(10, room.condition);
    expect(room.condition.notifyAll()).toBe(10);
    const woken = await Promise.all(waits);
    for (const each of woken) expect(each).toMatchObject(NOTIFIED);
    expect(woken.map(({ place }) => place).toSorted((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(room.condition.notifyAll()).toBe(0);
    expect(waitersFor(room.condition)).toBe(0);
  });

  test('C2 notifyOne wakes one: ten calls wake ten, and the next nobody', async () => {
    const room = newRoom(new Condition());
    const waiters = await startWaiters(3);
    const waits = [
      ...waiters.slice(1).map(({ call }) => call.wait(room)),
      ...[1, 2, 3, 4].map(() => waiters[0]!.call.waitAsync(room)),
      ...[1, 2, 3, 4].map(() => waitAsync(room)),
    ];
    await waitersAre(10, room.condition);
    for (let left = 9; left >= 0; left--) {
      expect(room.condition.notifyOne()).toBe(1);
      expect(waitersFor(room.condition)).toBe(left);
    }
    expect(room.condition.notifyOne()).toBe(0);
    for (const each of await Promise.all(waits)) expect(each).toMatchObject(NOTIFIED);
  });

  test('C28 notifyOne wakes in the order of waiting, blocked and awaited alike', async () => {
    const room = newRoom(new Condition());
    const [a, b, c] = await startWaiters(3);
    const begin = [
      () => a!.call.wait(room),
      () => b!.call.waitAsync(room),
      () => waitAsync(room),
      () => c!.call.wait(room),
      () => b!.call.waitAsync(room),
      () => waitAsync(room),
    ];
    const ended: number[] = [];
    const waits: Promise<unknown>[] = [];
    for (const [nth, start] of begin.entries()) {
      waits.push(start().then(() => ended.push(nth)));
      await waitersAre(nth + 1, room.condition);
    }
    for (const [nth, wait] of waits.entries()) {
      expect(room.condition.notifyOne()).toBe(1);
      await wait;
      expect(ended).toEqual(begin.slice(0, nth + 1).map((_, i) => i));
    }
  });
});

describe('ConditionVariable: whom a notification is for', () => {
  test('two tasks of one thread are two waiters', async () => {
    const room = newRoom();
    const waits = [waitAsync(room), waitAsync(room), waitAsync(room)];
    await waitersAre(3, room.condition);
    expect(room.condition.notifyOne()).toBe(1);
    expect(room.condition.notifyAll()).toBe(2);
    expect(await Promise.all(waits)).toHaveLength(3);
  });

  test('a newcomer is not served by a notification from before it waited', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    const woken = waiter.call.wait(room);
    await waitersAre(1, room.condition);
    const lock = room.mutex.tryLockFor(1000)!;
    expect(room.condition.notifyOne()).toBe(1); // it is on its way, and has the mutex to wait for
    expect(room.condition.waitFor(lock, 30)).toBe(CvStatus.timeout);
    lock.unlock();
    expect(await woken).toMatchObject(NOTIFIED);
  });

  test('a newcomer task is not served by a notification from before it waited', async () => {
    const room = newRoom();
    const first = waitAsync(room);
    await waitersAre(1, room.condition);
    expect(room.condition.notifyAll()).toBe(1); // its loop has not run yet
    const second = waitAsync(room, 30);
    expect(await first).toMatchObject(NOTIFIED);
    expect((await second).status).toBe(CvStatus.timeout);
  });

  test('who has come back is not woken twice by one notifyAll', async () => {
    const room = newRoom();
    const waiters = await startWaiters(2);
    const counts = waiters.map(({ call }) => call.waitAgainAndAgain(room, 2));
    await waitersAre(2, room.condition);
    expect(room.condition.notifyAll()).toBe(2);
    await eventually(() => Atomics.load(room.words, ARRIVED) === 4);
    await waitersAre(2, room.condition);
    expect(room.condition.notifyAll()).toBe(2);
    expect(await Promise.all(counts)).toEqual([2, 2]);
  });

  test('C5 notifyAll: nobody wakes twice per broadcast, nobody is forgotten', async () => {
    const rounds = 100;
    const room = newRoom();
    const waiters = await startWaiters(3);
    const counts = waiters.map(({ call }) => call.waitAgainAndAgain(room, rounds));
    for (let round = 1; round <= rounds; round++) {
      await waitersAre(3, room.condition);
      expect(Atomics.load(room.words, ARRIVED)).toBe(3 * round);
      expect(room.condition.notifyAll()).toBe(3);
    }
    expect(await Promise.all(counts)).toEqual([rounds, rounds, rounds]);
  });

  test('exactly as many are released as were counted, whatever timeouts and aborts do', async () => {
    const times = 60;
    const room = newRoom();
    const [blocked, tasks] = await startWaiters(2);
    let running = true;
    const waits = Promise.all([
      blocked!.call.waitBriefly(room, times * 4),
      tasks!.call.waitBrieflyAsync(room, times),
      waitBrieflyAsync(room, times),
    ]).finally(() => (running = false));
    let released = 0;
    for (let i = 0; running; i++) {
      released += i % 3 === 0 ? room.condition.notifyAll() : room.condition.notifyOne();
      await new Promise(setImmediate);
    }
    const notified = await waits;
    expect(notified.reduce((sum, n) => sum + n)).toBe(released);
    expect(released).toBeGreaterThan(0);
    expect(waitersFor(room.condition)).toBe(0);
  });
});
