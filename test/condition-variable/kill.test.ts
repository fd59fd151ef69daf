import { ConditionVariable, ConditionVariableAny, CvStatus, Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { ownerDied } from '../support/errors.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { newRoom, startWaiter, startWaiters } from './room.ts';
import { waitAsync } from './waiter.mjs';

const NOTIFIED = { status: CvStatus.noTimeout, owned: true };
const ROUNDS = 4;

const dead = (call: Promise<unknown>): Promise<unknown> => expect(call).rejects.toThrow('ended');

describe.each(['wait', 'waitAsync'] as const)('ConditionVariable: killed in %s', (form) => {
  test('a dead waiter is no waiter: the notification is for the next', async () => {
    const room = newRoom();
    const [victim, next] = await startWaiters(2);
    const lost = dead(victim!.call[form](room));
    await waitersAre(1, room.condition);
    const woken = next!.call.wait(room);
    await waitersAre(2, room.condition);
    await victim!.terminate();
    await lost;
    expect(room.condition.notifyOne()).toBe(1);
    expect(await woken).toMatchObject(NOTIFIED);
    expect(room.condition.notifyAll()).toBe(0);
  });

  test('granted, and killed before it ran: the grant goes on to another', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const room = newRoom(round % 2 === 0 ? new ConditionVariable() : new ConditionVariableAny());
      const [victim, next] = await startWaiters(2);
      const lost = dead(victim!.call[form](room));
      await waitersAre(1, room.condition);
      const woken = next!.call.wait(room);
      await waitersAre(2, room.condition);
      const lock = room.mutex.tryLockFor(1000)!; // the granted one has this to wait for
      expect(room.condition.notifyOne()).toBe(1);
      await waitersAre(1, room.mutex);
      await victim!.terminate();
      await lost;
      await waitersAre(0, room.condition); // the next has been granted
      lock.unlock();
      expect(await woken).toMatchObject(NOTIFIED);
      expect(room.condition.notifyAll()).toBe(0);
    }
  });

  test('killed and notified at once: whatever comes first, the next is woken', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const room = newRoom();
      const [victim, next] = await startWaiters(2);
      const lost = dead(victim!.call[form](room));
      await waitersAre(1, room.condition);
      const woken = next!.call.wait(room);
      await waitersAre(2, room.condition);
      const ended = victim!.terminate();
      room.condition.notifyOne();
      await Promise.all([ended, lost]);
      room.condition.notifyOne();
      expect(await woken).toMatchObject(NOTIFIED);
    }
  });

  test('all dead: nobody to notify, and any mutex will do from then on', async () => {
    const room = newRoom();
    const victims = await startWaiters(3);
    const lost = victims.map(({ call }) => dead(call[form](room)));
    await waitersAre(3, room.condition);
    await Promise.all(victims.map((victim) => victim.terminate()));
    await Promise.all(lost);
    expect(room.condition.notifyOne()).toBe(0);
    expect(room.condition.notifyAll()).toBe(0);
    expect(waitersFor(room.condition)).toBe(0);
    const woken = waitAsync({ ...room, mutex: new Mutex() });
    await waitersAre(1, room.condition);
    expect(room.condition.notifyAll()).toBe(1);
    expect(await woken).toMatchObject(NOTIFIED);
  });
});

describe('ConditionVariable: the holder of the mutex dies', () => {
  test('who has to lock again gets OwnerDiedError, and does not own the lock', async () => {
    const room = newRoom();
    const [holder, blocked] = await startWaiters(2);
    const waits = [blocked!.call.waitThenOwns(room), blocked!.call.ping()];
    await waitersAre(1, room.condition);
    const lock = await room.mutex.lockAsync();
    const awaiting = room.condition.waitAsync(lock);
    await holder!.call.lock(room.mutex);
    expect(room.condition.notifyAll()).toBe(2);
    await waitersAre(2, room.mutex);
    const told = expect(awaiting).rejects.toThrow(ownerDied);
    await holder!.terminate();
    await told;
    expect(lock.ownsLock).toBe(false);
    expect(await waits[0]).toEqual({ error: 'OwnerDiedError', ownsLock: false });

    room.mutex.recover(() => {}).unlock();
    const woken = waitAsync(room);
    await waitersAre(1, room.condition);
    expect(room.condition.notifyAll()).toBe(1); // it works on
    expect(await woken).toMatchObject(NOTIFIED);
  });

  test('who times out gets it too', async () => {
    const room = newRoom();
    const holder = await startWaiter();
    const lock = await room.mutex.lockAsync();
    const awaiting = room.condition.waitForAsync(lock, 50);
    await holder.call.lock(room.mutex);
    await waitersAre(1, room.mutex);
    const told = expect(awaiting).rejects.toThrow(ownerDied);
    await holder.terminate();
    await told;
    expect(waitersFor(room.condition)).toBe(0);
  });
});
