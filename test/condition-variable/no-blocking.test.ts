import { CvStatus } from 'crossthread';
import { expect, test } from 'vitest';
import { runProcess } from '../support/child.ts';

test('X5 ConditionVariable: where a thread may not block, it throws with the lock held', async () => {
  const { code, stdout, stderr } = await runProcess('./no-blocking.mjs', import.meta.url);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const refused = 'SyncError blocking_not_allowed';
  expect(JSON.parse(stdout)).toEqual({
    fast: {
      notifyAll: '0',
      'wait for what holds': 'undefined',
      'waitFor what holds': 'true',
      'waitUntil what holds': 'true',
      'waitFor(0)': String(CvStatus.timeout),
      'waitFor(0) what does not hold': 'false',
      'waitUntil the past': String(CvStatus.timeout),
    },
    slow: {
      wait: refused,
      'wait for what does not hold': refused,
      waitFor: refused,
      'waitFor what does not hold': refused,
      waitUntil: refused,
      'waitUntil what does not hold': refused,
    },
    left: { owned: true, unlocks: 0, unchanged: true, waiters: 0 },
    awaited: CvStatus.noTimeout,
  });
});
