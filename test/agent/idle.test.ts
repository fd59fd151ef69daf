import { ConditionVariable, Latch, Mutex, Semaphore } from 'crossthread';
import { expect, test } from 'vitest';
import { expectNoRescues } from '../support/rescues.ts';
import { sleep } from '../support/time.ts';
import { startWorkers } from '../support/worker.ts';

expectNoRescues();

const SECOND = 1000; // ms
const LITTLE = 250_000; // us of a second: a thread that spins takes all of it

async function cpuDuring(wait: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await wait();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

test('blocked threads use next to no processor time', async () => {
  const semaphore = new Semaphore(0);
  const threads = await startWorkers<typeof import('./dying.mjs')>(
    3,
    './dying.mjs',
    import.meta.url,
  );
  await Promise.all(threads.map(({ call }) => call.ping()));
  await sleep(100); // the start of threads has its after-effects
  const blocked = threads.map(({ call }) => call.block(semaphore, SECOND + 500));
  const used = await cpuDuring(() => semaphore.tryAcquireFor(SECOND));
  expect(used).toBeLessThan(LITTLE);
  expect(await Promise.all(blocked)).toEqual([true, true, true]);
});

test('nor do waits of an event loop', async () => {
  const mutex = new Mutex();
  const lock = mutex.lock();
  const waits = [
    new Semaphore(0).tryAcquireForAsync(SECOND),
    new Latch(1).waitAsync({ timeout: SECOND }).catch(() => {}),
    mutex.tryLockForAsync(SECOND),
    new ConditionVariable().waitForAsync(new Mutex().lock(), SECOND),
  ];
  const used = await cpuDuring(() => Promise.all(waits));
  expect(used).toBeLessThan(LITTLE);
  lock.unlock();
});
