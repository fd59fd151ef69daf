/** When there is no room for another async wait. In a file, that is a process, of its own. */
import { Mutex } from 'crossthread';
import { expect, test } from 'vitest';
import { allotRecord } from '../../src/agent/table.ts';
import type { Words } from '../../src/memory/words.ts';
import { syncError } from '../support/errors.ts';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { sleep } from '../support/time.ts';
import { waitersFor } from '../support/waiters.ts';
import { startWorker } from '../support/worker.ts';

expectNoRescues();

/** As 131,072 waits for as many objects would. */
function leaveNoRoom(mutex: Mutex): void {
  const { table } = (mutex as unknown as { crossthread: { table: Words } }).crossthread;
  while (allotRecord(table) !== 0);
}

test('Mutex: an async wait that there is no room for is refused, and all others go on', async () => {
  const [before, after] = [new Mutex(), new Mutex()];
  const locker = await startWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);
  await locker.call.lock(before);
  await locker.call.lock(after);
  const waiting = before.lockAsync();
  leaveNoRoom(before);
  const held = wordsOf(after)[0];
  for (const wait of [after.lockAsync(), after.tryLockForAsync(50), after.lockAsync()]) {
    await expect(wait).rejects.toThrow(syncError('resource_unavailable_try_again'));
  }
  await sleep(300); // a slice passes: everybody looks again
  expect(wordsOf(after)[0]).toBe(held);
  expect(after.tryLockFor(5)).toBe(null); // a blocked thread has a place of its own

  await locker.call.unlock(before);
  (await waiting).unlock();
  await locker.call.unlock(after);
  (await after.lockAsync()).unlock();
  const again = before.lock();
  const task = before.lockAsync();
  again.unlock();
  (await task).unlock();
  expect(waitersFor(before) + waitersFor(after)).toBe(0);
});
