import { Semaphore } from 'crossthread';
import { expect, test } from 'vitest';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { waitersFor } from '../support/waiters.ts';
import { churn, churnAsync, holdAsync } from './user.mjs';
import { countOf, startUsers } from './users.ts';

expectNoRescues();

test('P9 blocked threads and tasks by turns, on one permit', async () => {
  const semaphore = new Semaphore(1, { max: 1 });
  const words = sharedWords();
  const [a, b, c] = await startUsers(3);
  const most = await Promise.all([
    a!.call.hold(semaphore, words, 400),
    b!.call.hold(semaphore, words, 400),
    c!.call.holdAsync(semaphore, words, 200, 2),
    holdAsync(semaphore, words, 200, 2),
  ]);
  expect(most).toEqual([1, 1, 1, 1]);
  expect(countOf(semaphore)).toBe(1);
});

test('P12 counts are conserved under timeouts, aborts, and users of all kinds', async () => {
  const initial = 2000;
  const semaphore = new Semaphore(initial);
  semaphore.acquire(initial - 4); // scarce: four are left
  const [a, b, c] = await startUsers(3);
  const times = 400;
  let keeping = true;
  const kept = Promise.all([
    a!.call.churn(semaphore, times, 1),
    b!.call.churn(semaphore, times, 2),
    c!.call.churnAsync(semaphore, times / 4, 3),
    churnAsync(semaphore, times / 4, 4),
  ]).finally(() => (keeping = false));
  let given = 0;
  while (keeping) {
    if (semaphore.value < 3) {
      semaphore.release(2); // for those that were kept
      given += 2;
    }
    await new Promise(setImmediate);
  }
  const sum = (await kept).reduce((a, b) => a + b);
  expect(sum).toBeGreaterThan(0);
  expect(countOf(semaphore)).toBe(4 + given - sum);
  expect(waitersFor(semaphore)).toBe(0);
});

test('one thread alone churns as well', () => {
  const semaphore = new Semaphore(1000);
  const kept = churn(semaphore, 500, 7);
  expect(countOf(semaphore)).toBe(1000 - kept);
});
