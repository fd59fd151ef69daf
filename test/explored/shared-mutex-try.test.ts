import { expect, test } from 'vitest';
import { Latch, SharedMutex } from '../../dist/index.js';
import { explore } from '../../dist/testing/index.js';

test('R11 try_lock_implied_by_std: while one reads, who tries to read does, whoever tries to write', async () => {
  const result = await explore(
    {
      setup: () => ({ mutex: new SharedMutex(), inside: new Latch(1), done: new Latch(2) }),
      threads: [
        ({ mutex, inside, done }) => {
          mutex.lockShared();
          inside.countDown();
          done.wait();
          mutex.unlockShared();
        },
        ({ mutex, inside, done }) => {
          inside.wait();
          if (mutex.tryLock()) throw new Error('it writes while another reads');
          done.countDown();
        },
        ({ mutex, inside, done }) => {
          inside.wait();
          const guard = mutex.tryLockShared();
          if (!guard) throw new Error('it may not read while another does');
          guard.unlock();
          done.countDown();
        },
      ],
    },
    { preemptions: 2 },
  );
  expect(result.complete).toBe(true);
});
