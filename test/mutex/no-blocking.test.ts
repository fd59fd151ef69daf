import { expect, test } from 'vitest';
import { runProcess } from '../support/child.ts';

test('X5 Mutex: where a thread may not block, it throws only where it would have to', async () => {
  const { code, stdout, stderr } = await runProcess('./no-blocking.mjs', import.meta.url);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const refused = 'SyncError blocking_not_allowed';
  expect(JSON.parse(stdout)).toEqual({
    free: { lock: 'undefined', tryLockFor: 'undefined', withLock: '1' },
    held: {
      lock: refused,
      tryLockFor: refused,
      'tryLockFor(0)': 'null',
      tryLock: 'null',
      withLock: refused,
    },
    lockAsync: 'undefined',
    isLocked: false,
  });
});
