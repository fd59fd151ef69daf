/** When there is no room for another record. In a file, that is a process, of its own. */
import { ConditionVariable, Mutex, StopSource } from 'crossthread';
import { expect, test } from 'vitest';
import { allotRecord } from '../../src/agent/table.ts';
import type { Words } from '../../src/memory/words.ts';
import { syncError } from '../support/errors.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { waitersFor } from '../support/waiters.ts';

expectNoRescues();

test('ConditionVariable: an awaited wait is refused with the lock held where its token cannot be heard', async () => {
  const [mutex, condition] = [new Mutex(), new ConditionVariable()];
  const { token } = new StopSource();
  const lock = mutex.lock();
  await condition.waitForAsync(lock, 1); // leaves it a record
  const { table } = (mutex as unknown as { crossthread: { table: Words } }).crossthread;
  while (allotRecord(table) !== 0);
  const noRoom = syncError('resource_unavailable_try_again');
  const never = (): boolean => false;
  const waits = [
    () => condition.waitAsync(lock, undefined, { signal: token }),
    () => condition.waitForAsync(lock, 60_000, never, { signal: token }),
  ];
  for (const wait of waits) {
    await expect(wait()).rejects.toThrow(noRoom);
    expect(lock.ownsLock).toBe(true);
  }
  expect(() => condition.wait(lock, token, never)).toThrow(noRoom);
  expect(lock.ownsLock).toBe(true);
  expect(waitersFor(condition)).toBe(0);
});
