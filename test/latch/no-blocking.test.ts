import { expect, test } from 'vitest';
import { runProcess } from '../support/child.ts';

test('X5 Latch: where a thread may not block, it throws where it would have to, and counts nothing', async () => {
  const { code, stdout, stderr } = await runProcess('./no-blocking.mjs', import.meta.url);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const refused = 'SyncError blocking_not_allowed';
  expect(JSON.parse(stdout)).toEqual({
    fast: {
      wait: 'undefined',
      waitFor: 'true',
      waitUntil: 'true',
      'arriveAndWait(0)': 'undefined',
      'arriveAndWait, the last': 'undefined',
      'arriveAndWait, the last three': 'undefined',
    },
    slow: {
      wait: refused,
      waitFor: refused,
      'waitFor(0)': 'false',
      waitUntil: refused,
      'waitUntil the past': 'false',
      arriveAndWait: refused,
      'arriveAndWait(0)': refused,
      'arriveAndWait, too many': 'SyncError invalid_argument',
    },
    toCome: {
      'countDown(3)': 'SyncError invalid_argument',
      'countDown(2)': 'undefined',
      tryWait: 'true',
    },
  });
});
