import { getEventListeners } from 'node:events';
import { ConditionVariable, CvStatus, Mutex, type UniqueLock } from 'crossthread';
import { describe, expect, test, vi } from 'vitest';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually, sleep } from '../support/time.ts';
import { areAsleep, waitersAre, waitersFor } from '../support/waiters.ts';
import { CountingLock } from './locks.mjs';
import { newRoom, startWaiter, startWaiters } from './room.ts';
import { waitAsync } from './waiter.mjs';

expectNoRescues();

type Cancellable = (
  condition: ConditionVariable,
  lock: UniqueLock,
  signal: AbortSignal,
  pred?: () => boolean,
) => Promise<unknown>;

const never = (): boolean => false;
const MS = 10_000;
const soon = (): Date => new Date(Date.now() + MS);

const forms: [string, Cancellable][] = [
  ['waitAsync', (c, lock, signal) => c.waitAsync(lock, undefined, { signal })],
  ['waitAsync with a predicate', (c, lock, signal, p = never) => c.waitAsync(lock, p, { signal })],
  ['waitForAsync', (c, lock, signal, p = never) => c.waitForAsync(lock, MS, p, { signal })],
  ['waitUntilAsync', (c, lock, signal, p = never) => c.waitUntilAsync(lock, soon(), p, { signal })],
];

describe.each(forms)('ConditionVariable.%s: aborting', (_, wait) => {
  test('C29 rejects with the reason, and with the lock held', async () => {
    const { mutex, condition } = newRoom();
    const lock = mutex.lock();
    const controller = new AbortController();
    const woken = wait(condition, lock, controller.signal);
    expect(mutex.isLocked).toBe(false);
    const reason = { why: 'enough' };
    controller.abort(reason);
    await expect(woken).rejects.toBe(reason);
    expect(lock.ownsLock).toBe(true);
    expect(mutex.isOwnedByThisThread).toBe(true);
    expect(waitersFor(condition)).toBe(0);
    expect(condition.notifyAll()).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('C29 the lock is taken again before the error arrives, however long that takes', async () => {
    const { mutex, condition } = newRoom();
    const [holder] = await startWaiters(1);
    const lock = mutex.lock();
    const controller = new AbortController();
    const settled = vi.fn<() => void>();
    const woken = wait(condition, lock, controller.signal).finally(settled);
    await holder!.call.lock(mutex);
    controller.abort();
    controller.abort();
    await sleep(30);
    expect(waitersFor(condition)).toBe(0);
    expect(settled).not.toHaveBeenCalled(); // the re-lock cannot be cancelled
    const rejected = expect(woken).rejects.toMatchObject({ name: 'AbortError' });
    await holder!.call.unlock();
    await rejected;
    expect(lock.ownsLock).toBe(true);
  });

  test('a signal that is aborted already rejects without unlocking', async () => {
    const { condition } = newRoom();
    const lock = new CountingLock() as unknown as UniqueLock;
    const woken = wait(condition, lock, AbortSignal.abort('before'));
    await expect(woken).rejects.toBe('before');
    expect(lock).toMatchObject({ locks: 0, unlocks: 0, ownsLock: true });
  });

  test('X2 no listener is left on the signal of a wait that was notified', async () => {
    const { mutex, condition } = newRoom();
    const { signal } = new AbortController();
    const lock = mutex.lock();
    let holds = false;
    const woken = wait(condition, lock, signal, () => holds);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    holds = true;
    expect(condition.notifyAll()).toBe(1);
    await woken;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

test('X2 no listener is left on the signal of a wait whose time was up', async () => {
  const { mutex, condition } = newRoom();
  const { signal } = new AbortController();
  const lock = mutex.lock();
  const late = condition.waitForAsync(lock, 5, never, { signal });
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  expect(await late).toBe(false);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

describe('ConditionVariable: an abort and a notification', () => {
  test('C29 an abort before it does not eat it: the next waiter gets it', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    const controller = new AbortController();
    const lock = room.mutex.lock();
    const aborted = room.condition.waitAsync(lock, undefined, { signal: controller.signal });
    const next = waiter.call.wait(room);
    await waitersAre(2, room.condition);
    controller.abort('left');
    expect(room.condition.notifyOne()).toBe(1);
    await expect(aborted).rejects.toBe('left');
    lock.unlock();
    expect((await next).status).toBe(CvStatus.noTimeout);
  });

  test('C29 who was notified and aborts then counts as notified', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    const controller = new AbortController();
    const lock = room.mutex.lock();
    const notified = room.condition.waitAsync(lock, undefined, { signal: controller.signal });
    const next = waiter.call.wait(room);
    await waitersAre(2, room.condition);
    expect(room.condition.notifyOne()).toBe(1);
    controller.abort('too late');
    await notified;
    expect(lock.ownsLock).toBe(true);
    lock.unlock();
    expect(waitersFor(room.condition)).toBe(1); // it was for one
    expect(room.condition.notifyOne()).toBe(1);
    await next;
  });

  test.each([
    ['notifyOne', 2, 1],
    ['notifyAll', 3, 2],
  ] as const)(
    'C29 %s: one that leaves between being chosen and being granted is not counted',
    async (notify, waiters, expected) => {
      const { mutex, condition } = newRoom();
      const controller = new AbortController();
      const waits = Array.from({ length: waiters }, (_, nth) => {
        const signal = nth === 0 ? { signal: controller.signal } : {};
        return condition.waitAsync(mutex.lock(), undefined, signal).finally(() => mutex.unlock());
      });
      const exchange = Atomics.compareExchange.bind(Atomics) as (...args: unknown[]) => number;
      vi.spyOn(Atomics, 'compareExchange').mockImplementationOnce(((...args: unknown[]) => {
        controller.abort('left');
        return exchange(...args);
      }) as typeof Atomics.compareExchange);
      expect(condition[notify]()).toBe(expected);
      vi.restoreAllMocks();
      await expect(waits[0]).rejects.toBe('left');
      await Promise.all(waits.slice(1));
      expect(waitersFor(condition)).toBe(0);
    },
  );

  test('C29 nor does an abort while the notified waits for its lock', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    const controller = new AbortController();
    const lock = room.mutex.lock();
    const notified = room.condition.waitAsync(lock, undefined, { signal: controller.signal });
    await waiter.call.lock(room.mutex);
    expect(room.condition.notifyOne()).toBe(1);
    await waitersAre(1, room.mutex);
    controller.abort('too late');
    await waiter.call.unlock();
    await notified;
    expect(lock.ownsLock).toBe(true);
  });

  test('a timeout does not eat it either', async () => {
    const room = newRoom();
    const waiter = await startWaiter();
    const first = waitAsync(room, 200); // time enough for the next to stand behind it, most often
    const next = waiter.call.wait(room);
    expect((await first).status).toBe(CvStatus.timeout);
    await waitersAre(1, room.condition);
    expect(room.condition.notifyOne()).toBe(1);
    expect((await next).status).toBe(CvStatus.noTimeout);
  });

  test('C24 one of three that gives up leaves the other two in the line', async () => {
    const room = newRoom();
    const waiters = await startWaiters(3);
    for (let gone = 0, ms = 60; gone < 3;) {
      let isOver = false;
      const waits: ReturnType<typeof waitAsync>[] = [];
      for (const [nth, { call }] of waiters.entries()) {
        const wait = call.wait(room, nth === gone ? ms : undefined);
        waits.push(nth === gone ? wait.finally(() => (isOver = true)) : wait);
        await eventually(() => isOver || areAsleep(nth + 1, room.condition));
      }
      const wasInLine = !isOver; // and not late on a busy machine
      expect((await waits[gone]!).status).toBe(CvStatus.timeout);
      await waitersAre(2, room.condition);
      expect(room.condition.notifyAll()).toBe(2);
      const ended = (await Promise.all(waits)).map(({ status }) => status);
      expect(ended).toEqual([0, 1, 2].map((nth) => (nth === gone ? 0 : 1)));
      if (wasInLine) gone++;
      else ms *= 4;
    }
  });
});

describe('ConditionVariable: the options of a wait', () => {
  test('may be whatever has a signal, as an AbortController has', async () => {
    const { mutex, condition } = newRoom();
    const lock = mutex.lock();
    const controller = new AbortController();
    const waits = [condition.waitAsync(lock, undefined, controller)];
    controller.abort('enough');
    const woken = await Promise.race([...waits, sleep(200)]).catch((reason: unknown) => reason);
    expect(woken).toBe('enough');
  });
});

describe('ConditionVariable: what aborted waits leave behind', () => {
  test('nothing: 2,000 of them, and the condition is at rest', async () => {
    const condition = new ConditionVariable();
    const mutex = new Mutex();
    const controllers = Array.from({ length: 2000 }, () => new AbortController());
    const waits: Promise<void>[] = [];
    for (const controller of controllers) {
      const lock = await mutex.lockAsync();
      const woken = condition.waitAsync(lock, undefined, { signal: controller.signal });
      waits.push(woken.catch(() => lock.unlock()));
    }
    expect(waitersFor(condition)).toBe(2000);
    for (const controller of controllers) controller.abort();
    expect(waitersFor(condition)).toBe(0);
    await Promise.all(waits);
    expect(condition.notifyAll()).toBe(0);
    expect(mutex.isLocked).toBe(false);
  });
});
