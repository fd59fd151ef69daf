/** Numbers that wrap round: played with words set to just before that. */
import { ConditionVariable, Latch, Mutex, Semaphore, type SharedObject } from 'crossthread';
import { describe, expect, test } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import { ageOf, timestamp } from '../../src/wait/record.ts';
import { CountingLock } from '../condition-variable/locks.mjs';
import { expectNoRescues } from '../support/rescues.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';

expectNoRescues();

const TICKET = 1;
const ARRIVALS = 0; // of a condition

const set = (object: SharedObject, index: number, value: number): void => {
  Atomics.store(new Int32Array(object.buffer, object.byteOffset), index, value);
};

describe.each([
  ['signed', 2 ** 31 - 2],
  ['unsigned', -2],
])('tickets that wrap, %s', (_, ticket) => {
  test('ConditionVariable: the oldest first', async () => {
    const condition = new ConditionVariable();
    set(condition, TICKET, ticket);
    const ended: number[] = [];
    const waits = [0, 1, 2, 3].map(async (nth) => {
      await condition.waitAsync(new CountingLock());
      ended.push(nth);
    });
    await waitersAre(4, condition);
    for (const wait of waits) {
      expect(condition.notifyOne()).toBe(1);
      await wait;
    }
    expect(ended).toEqual([0, 1, 2, 3]);
    expect(condition.notifyAll()).toBe(0);
  });

  test('Semaphore: first come, first served', async () => {
    const semaphore = new Semaphore(0);
    set(semaphore, TICKET, ticket);
    const served: number[] = [];
    const waits = [0, 1, 2, 3].map((nth) => semaphore.acquireAsync().then(() => served.push(nth)));
    semaphore.release(4);
    await Promise.all(waits);
    expect(served).toEqual([0, 1, 2, 3]);
  });

  test('Latch: all are let through', async () => {
    const latch = new Latch(1);
    set(latch, TICKET, ticket);
    const waits = [0, 1, 2, 3].map(() => latch.waitAsync());
    latch.countDown();
    await Promise.all(waits);
  });
});

describe('arrivals that wrap', () => {
  test('ConditionVariable: never to a number that says that nobody waits', async () => {
    const condition = new ConditionVariable();
    const mutex = new Mutex();
    for (const arrivals of [-1, -2, 2 ** 31 - 1]) {
      set(condition, ARRIVALS, arrivals);
      const woken = condition.waitAsync(mutex.lock());
      expect(condition.notifyOne()).toBe(1);
      await woken;
      mutex.unlock();
    }
  });

  test('Semaphore: 1,100 come and go, while one waits all along', async () => {
    const semaphore = new Semaphore(0);
    const patient = semaphore.acquireAsync(2);
    for (let i = 0; i < 1100; i++) {
      expect(semaphore.tryAcquireFor(1e-6)).toBe(null);
      if (i % 100 === 0) expect(waitersFor(semaphore)).toBe(1);
    }
    semaphore.release();
    expect(semaphore.tryAcquire()).toBe(null);
    semaphore.release();
    await patient;
    semaphore.release();
    expect(semaphore.tryAcquire()).not.toBe(null);
  });
});

describe('times that wrap', () => {
  const HOUR = 3_600_000; // ms
  const FIRST = 2 ** 32 / 16; // ms, when they wrap
  const TICK = 1 / 16; // ms
  const at = (ms: number) => ({ host: { now: () => ms } }) as Agent;

  test.each([0, FIRST / 2 - 1, FIRST - 1, 1000.7 * FIRST])(
    'the age of a wait since %d',
    (since) => {
      const began = timestamp(at(since));
      for (const age of [0, 0.5, 1.2, 250, 2 * HOUR, 40 * HOUR, 74 * HOUR]) {
        expect(Math.abs(ageOf(at(since + age), began) - age)).toBeLessThanOrEqual(TICK);
      }
      expect(ageOf(at(since - 20), began)).toBe(0); // by a clock that is behind
    },
  );
});
