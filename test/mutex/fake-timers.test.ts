import { Mutex } from 'crossthread';
import { afterEach, expect, test, vi } from 'vitest';
import { timedOut } from '../support/errors.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { elapsed, LONG } from '../support/time.ts';
import { startWorker } from '../support/worker.ts';

expectNoRescues();
afterEach(() => {
  vi.useRealTimers();
});

test('Mutex: fake timers neither stop nor advance a wait', async () => {
  const mutex = new Mutex();
  const locker = await startWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);
  await locker.call.lock(mutex);
  vi.useFakeTimers();
  const took = await elapsed(async () => {
    const waits = [
      mutex.tryLockForAsync(60),
      mutex.tryLockUntilAsync(new Date(Date.now() + 60)),
      mutex.lockAsync({ timeout: 60 }).catch((error: unknown) => error),
    ];
    vi.advanceTimersByTime(LONG);
    expect(await Promise.all(waits)).toEqual([null, null, timedOut]);
  });
  expect(took).toBeGreaterThanOrEqual(60);
  expect(await elapsed(() => mutex.tryLockFor(20))).toBeGreaterThanOrEqual(20);
  const waiting = mutex.lockAsync();
  await locker.call.unlock(mutex);
  (await waiting).unlock();
});
