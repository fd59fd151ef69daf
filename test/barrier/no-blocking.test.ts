import { expect, test } from 'vitest';
import { runProcess } from '../support/child.ts';

test('X5 Barrier: where a thread may not block, it throws where it would have to, and counts nothing', async () => {
  const { code, stdout, stderr } = await runProcess('./no-blocking.mjs', import.meta.url);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const refused = 'SyncError blocking_not_allowed';
  expect(JSON.parse(stdout)).toEqual({
    fast: { 'arriveAndWait, the last': 'undefined', 'wait, for a phase that is over': 'undefined' },
    slow: { wait: refused, arriveAndWait: refused },
    toCome: { 'arrive(3)': 'SyncError invalid_argument', 'arrive(2)': 'undefined' },
  });
});
