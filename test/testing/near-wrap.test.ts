import { Barrier, Mutex, Semaphore, SyncError } from 'crossthread';
import { nearWrap } from 'crossthread/testing';
import { expect, it } from 'vitest';

it('refuses what is no number of counts', () => {
  for (const counts of [0, 1.5, 513, Number.NaN]) {
    expect(() => nearWrap(new Mutex(), counts)).toThrow(RangeError);
  }
});

it('refuses what is in use', async () => {
  const semaphore = new Semaphore(0, { name: 'jobs' });
  const waiting = semaphore.acquireAsync();
  expect(() => nearWrap(semaphore)).toThrow(
    new SyncError('device_or_resource_busy', "nearWrap(Semaphore 'jobs') in use"),
  );
  semaphore.release();
  await waiting;
  const barrier = new Barrier(2);
  barrier.arrive();
  expect(() => nearWrap(barrier)).toThrow(SyncError);
});
