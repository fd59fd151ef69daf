import { ConditionVariable, ConditionVariableAny, CvStatus, Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError } from '../support/errors.ts';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { CountingLock } from './locks.mjs';
import { newRoom, type Room, startWaiter, startWaiters } from './room.ts';
import { waitAsync } from './waiter.mjs';

expectNoRescues();

const NOTIFIED = { status: CvStatus.noTimeout, owned: true };
const withAnother = (room: Room): Room => ({ ...room, mutex: new Mutex({ name: 'another' }) });

describe('ConditionVariable: the mutex of those that wait', () => {
  test('C10 a second mutex is refused while one is in use, and nothing changes', async () => {
    const room = newRoom(new ConditionVariable({ name: 'shared' }));
    const other = withAnother(room);
    const [a, b] = await startWaiters(2);
    const first = a!.call.wait(room);
    await waitersAre(1, room.condition);
    const refused = syncError('invalid_argument');

    await expect(b!.call.wait(other)).rejects.toThrow(refused);
    await b!.call.unlockHeld(other.mutex);
    const lock = other.mutex.lock();
    const held = wordsOf(other.mutex);
    expect(() => room.condition.wait(lock)).toThrow(refused);
    expect(() => room.condition.waitFor(lock, 1000, () => false)).toThrow(refused);
    await expect(room.condition.waitAsync(lock)).rejects.toThrow(refused);
    await expect(room.condition.waitForAsync(lock, 1000)).rejects.toThrow(refused);
    expect(() => room.condition.wait(lock)).toThrow("ConditionVariable 'shared'");
    expect(lock.ownsLock).toBe(true);
    expect(wordsOf(other.mutex)).toEqual(held);
    expect(waitersFor(room.condition)).toBe(1);

    expect(room.condition.notifyAll()).toBe(1);
    expect(await first).toMatchObject(NOTIFIED);
  });

  test('C10 another mutex is fine once the waiters of the first have left', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    for (const each of [room, withAnother(room), withAnother(room)]) {
      const woken = waiter.call.wait(each);
      await waitersAre(1, each.condition);
      expect(each.condition.notifyOne()).toBe(1);
      expect(await woken).toMatchObject(NOTIFIED);
    }
    for (const each of [room, withAnother(room)]) {
      expect((await waiter.call.wait(each, 5)).status).toBe(CvStatus.timeout);
      expect((await waitAsync(each, 5)).status).toBe(CvStatus.timeout);
    }
  });

  test('one mutex seen through two buffers is one mutex', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    const woken = waiter.call.wait(room);
    const another = waitAsync({ ...room, mutex: Mutex.at(room.mutex.buffer) });
    await waitersAre(2, room.condition);
    expect(room.condition.notifyAll()).toBe(2);
    expect(await woken).toMatchObject(NOTIFIED);
    expect(await another).toMatchObject(NOTIFIED);
  });

  test('waitAsync by two tasks with two mutexes: the second is refused', async () => {
    const room = newRoom();
    const first = waitAsync(room);
    await waitersAre(1, room.condition);
    const other = withAnother(room);
    const lock = await other.mutex.lockAsync();
    await expect(room.condition.waitAsync(lock)).rejects.toThrow(syncError('invalid_argument'));
    expect(lock.ownsLock).toBe(true);
    expect(room.condition.notifyAll()).toBe(1);
    await first;
  });
});

describe('ConditionVariableAny: the mutexes of those that wait', () => {
  test('C10 different ones at once are fine', async () => {
    const room = newRoom(new ConditionVariableAny());
    const waiters = await startWaiters(3);
    const foreign = new CountingLock();
    const waits = [
      ...waiters.map(({ call }) => call.wait(withAnother(room))),
      waitAsync(withAnother(room)),
      room.condition
        .waitForAsync(foreign, 10_000)
        .then((status) => ({ status, owned: foreign.ownsLock })),
    ];
    await waitersAre(5, room.condition);
    expect(room.condition.notifyOne()).toBe(1);
    expect(room.condition.notifyAll()).toBe(4);
    for (const woken of await Promise.all(waits)) expect(woken).toMatchObject(NOTIFIED);
  });
});
