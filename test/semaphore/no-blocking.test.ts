import { expect, test } from 'vitest';
import { runProcess } from '../support/child.ts';

test('X5 Semaphore: where a thread may not block, it throws only where it would have to', async () => {
  const { code, stdout, stderr } = await runProcess('./no-blocking.mjs', import.meta.url);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const refused = 'SyncError blocking_not_allowed';
  const expected = {
    fast: { acquire: 'undefined', tryAcquireFor: 'undefined', tryAcquireUntil: 'undefined' },
    slow: {
      acquire: refused,
      tryAcquire: 'null',
      tryAcquireFor: refused,
      'tryAcquireFor(0)': 'null',
      tryAcquireUntil: refused,
      'tryAcquireUntil the past': 'null',
    },
    value: 1,
    nobodyWaits: true,
    awaited: 1,
  };
  expect(JSON.parse(stdout)).toEqual([expected, expected]); // a plain one, and a robust one
});
