import { ConditionVariable, CvStatus } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { ownerDied } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { newRoom, startWaiter, startWaiters } from './room.ts';
import { VALUE, wait, waitAsync } from './waiter.mjs';

const ENDS = { deep: 200, nightly: 1000 }[process.env['CROSSTHREAD_DEPTH'] ?? ''] ?? 8; // threads
const NOTIFIED = { status: CvStatus.noTimeout, owned: true };

describe.each(['exit', 'fail', 'close'] as const)(
  'notifyAllAtThreadExit: a thread that ends by %s',
  (end) => {
    test('notifies all, blocked and awaiting, then unlocks', async () => {
      const room = newRoom();
      const [dying, other] = await startWaiters(2);
      const waits = [other!.call.wait(room), waitAsync(room)];
      await waitersAre(2, room.condition);
      expect(await dying!.call.notifyAtExit(room)).toEqual({ ownsLock: false, hasMutex: false });
      expect(room.mutex.isLocked).toBe(true);
      expect(room.mutex.tryLock()).toBe(null);
      expect(waitersFor(room.condition)).toBe(2);
      const { ended } = dying!;
      dying!.call[end]().catch(() => {});
      for (const woken of await Promise.all(waits)) expect(woken).toMatchObject(NOTIFIED);
      expect(room.mutex.isLocked).toBe(false);
      expect(room.words[VALUE]).toBe(1);
      await ended;
    });
  },
);

describe('notifyAllAtThreadExit', () => {
  test('wakes the thread that blocks, and started the one that ends', async () => {
    const room = newRoom();
    const dying = await startWaiter();
    const { ended } = dying;
    dying.call.notifyAtExitSoon(room, 30).catch(() => {});
    expect(wait(room, 10_000)).toMatchObject(NOTIFIED);
    await ended;
  });

  test('C21 the waiter reuses the memory while the thread is still ending: nobody writes', async () => {
    const words = sharedWords(ConditionVariable.BYTE_LENGTH / 4);
    for (let round = 0; round < ENDS; round++) {
      const room = newRoom(ConditionVariable.init(words.buffer, 0));
      const dying = await startWaiter();
      const woken = waitAsync(room).finally(() => words.fill(-1));
      await waitersAre(1, room.condition);
      await dying.call.notifyAtExit(room);
      const { ended } = dying;
      dying.call.exit().catch(() => {});
      expect(await woken).toMatchObject(NOTIFIED);
      await ended;
      expect([...words]).toEqual([-1, -1, -1, -1]);
    }
  });

  test('terminate() leaves no time for it: the mutex reports the death', async () => {
    const room = newRoom();
    const dying = await startWaiter();
    const woken = waitAsync(room, 100);
    await waitersAre(1, room.condition);
    await dying.call.notifyAtExit(room);
    const told = expect(woken).rejects.toThrow(ownerDied);
    await dying.terminate();
    await told;
    room.mutex.recover(() => {}).unlock();
  });

  test('does nothing while the thread lives', async () => {
    const room = newRoom();
    const dying = await startWaiter();
    const woken = waitAsync(room);
    await waitersAre(1, room.condition);
    await dying.call.notifyAtExit(room);
    await sleep(20);
    expect(waitersFor(room.condition)).toBe(1);
    const { ended } = dying;
    dying.call.exit().catch(() => {});
    await Promise.all([woken, ended]);
  });
});
