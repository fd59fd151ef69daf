/** Repairing what a dead owner left. */
import { Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { ownerDied, syncError, timedOut } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

const notPermitted = syncError('operation_not_permitted');
const nothing = (): void => {};

const startRepairer = () =>
  startWorker<typeof import('./repairer.mjs')>('./repairer.mjs', import.meta.url);
const startRepairers = (n: number) =>
  startWorkers<typeof import('./repairer.mjs')>(n, './repairer.mjs', import.meta.url);

async function orphaned(): Promise<Mutex> {
  const mutex = new Mutex();
  const mortal = await startWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);
  await mortal.call.lock(mutex);
  await mortal.terminate();
  return mutex;
}

function expectUsable(mutex: Mutex): void {
  expect(mutex.isLocked).toBe(false);
  mutex.lock();
  mutex.unlock();
}

describe('Mutex: recover', () => {
  test('runs the repair with the mutex held, and returns the guard', async () => {
    const mutex = await orphaned();
    let held = false;
    const guard = mutex.recover(() => {
      held = mutex.isOwnedByThisThread;
    });
    expect(held).toBe(true);
    expect(guard.ownsLock).toBe(true);
    expect(mutex.isOwnedByThisThread).toBe(true);
    guard.unlock();
    expectUsable(mutex);
  });

  test('needs nobody to have noticed before', async () => {
    const mutex = await orphaned();
    mutex.recover(nothing).unlock();
    expectUsable(mutex);
  });

  test('a repair that throws leaves it free and inconsistent', async () => {
    const mutex = await orphaned();
    const fail = (): never => {
      throw new Error('beyond repair');
    };
    expect(() => mutex.recover(fail)).toThrow('beyond repair');
    expect(mutex.isLocked).toBe(false);
    expect(() => mutex.lock()).toThrow(ownerDied);
    expect(() => mutex.tryLock()).toThrow(ownerDied);
    await expect(mutex.recoverAsync(fail)).rejects.toThrow('beyond repair');
    await expect(mutex.recoverAsync(async () => fail())).rejects.toThrow('beyond repair');
    await expect(mutex.lockAsync()).rejects.toThrow(ownerDied);
    mutex.recover(nothing).unlock();
    expectUsable(mutex);
  });

  test('an async repair is a TypeError, and leaves it inconsistent', async () => {
    const mutex = await orphaned();
    expect(() => mutex.recover((async () => {}) as () => void)).toThrow(TypeError);
    expect(() => mutex.lock()).toThrow(ownerDied);
    mutex.recover(nothing).unlock();
    expectUsable(mutex);
  });

  test('recoverAsync: holds it until an async repair is done', async () => {
    const mutex = await orphaned();
    let held = false;
    const guard = await mutex.recoverAsync(async () => {
      await new Promise(setImmediate);
      held = mutex.isOwnedByThisThread;
    });
    expect(held).toBe(true);
    guard.unlock();
    expectUsable(mutex);
  });

  test('once recovered there is nothing to recover', async () => {
    const mutex = await orphaned();
    const guard = mutex.recover(nothing);
    expect(() => mutex.recover(nothing)).toThrow(syncError('resource_deadlock_would_occur'));
    guard.unlock();
    expect(() => mutex.recover(nothing)).toThrow(notPermitted);
    await expect(mutex.recoverAsync(nothing)).rejects.toThrow(notPermitted);
  });

  test('while it is under repair, lockers get an OwnerDiedError', async () => {
    const mutex = await orphaned();
    const repairer = await startRepairer();
    mutex
      .recover(() => {
        expect(() => mutex.tryLock()).toThrow(ownerDied);
        expect(() => mutex.lock()).toThrow();
      })
      .unlock();
    const gate = sharedWords();
    const other = await orphaned();
    const repaired = repairer.call.repairSlowly(other, gate);
    while (Atomics.load(gate, 0) === 0) await new Promise(setImmediate);
    expect(() => other.lock()).toThrow(ownerDied);
    expect(() => other.tryLock()).toThrow(ownerDied);
    await expect(other.tryLockForAsync(5)).rejects.toThrow(ownerDied);
    Atomics.store(gate, 0, 2);
    Atomics.notify(gate, 0);
    await repaired;
    expectUsable(other);
  });

  test('a recoverer waits for another one, who repairs: nothing is left to do', async () => {
    const mutex = await orphaned();
    const [slow, blocked] = await startRepairers(2);
    const gate = sharedWords();
    const repaired = slow!.call.repairSlowly(mutex, gate);
    while (Atomics.load(gate, 0) === 0) await new Promise(setImmediate);
    const waits = [
      expect(blocked!.call.repair(mutex, 0)).rejects.toThrow(notPermitted),
      expect(mutex.recoverAsync(nothing)).rejects.toThrow(notPermitted),
    ];
    await waitersAre(2, mutex);
    Atomics.store(gate, 0, 2);
    Atomics.notify(gate, 0);
    await repaired;
    await Promise.all(waits);
    expectUsable(mutex);
  });

  test('a recoverer waits for another one, who fails: it repairs', async () => {
    const mutex = await orphaned();
    const [slow, next] = await startRepairers(2);
    const gate = sharedWords();
    const failed = expect(slow!.call.repairSlowly(mutex, gate, true)).rejects.toThrow('failed');
    while (Atomics.load(gate, 0) === 0) await new Promise(setImmediate);
    const repaired = next!.call.repair(mutex, 0);
    await waitersAre(1, mutex);
    Atomics.store(gate, 0, 2);
    Atomics.notify(gate, 0);
    await failed;
    await repaired;
    expectUsable(mutex);
  });

  test('a recoverer that dies over it: the next one repairs', async () => {
    const mutex = await orphaned();
    const [dying, next] = await startRepairers(2);
    const gate = sharedWords();
    dying!.call.repairSlowly(mutex, gate).catch(nothing);
    while (Atomics.load(gate, 0) === 0) await new Promise(setImmediate);
    const repaired = next!.call.repair(mutex, 0);
    await waitersAre(1, mutex);
    await dying!.terminate();
    await repaired;
    expectUsable(mutex);
  });

  test('recoverers that race: one repairs, the others hear that there is nothing to do', async () => {
    const repairers = await startRepairers(4);
    for (let round = 0; round < 5; round++) {
      const mutex = await orphaned();
      const results = await Promise.allSettled(
        repairers.map(({ call }, i) => call.repair(mutex, i % 2)),
      );
      const reasons = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      expect(reasons).toEqual([notPermitted, notPermitted, notPermitted]);
      expectUsable(mutex);
    }
  });

  test('recoverAsync: signal and timeout end the wait for another recoverer', async () => {
    const mutex = await orphaned();
    const repairer = await startRepairer();
    const gate = sharedWords();
    const repaired = repairer.call.repairSlowly(mutex, gate);
    while (Atomics.load(gate, 0) === 0) await new Promise(setImmediate);
    await expect(mutex.recoverAsync(nothing, { timeout: 5 })).rejects.toThrow(timedOut);
    const controller = new AbortController();
    const wait = mutex.recoverAsync(nothing, { signal: controller.signal });
    controller.abort('enough');
    await expect(wait).rejects.toBe('enough');
    expect(waitersFor(mutex)).toBe(0);
    Atomics.store(gate, 0, 2);
    Atomics.notify(gate, 0);
    await repaired;
    expectUsable(mutex);
  });
});
