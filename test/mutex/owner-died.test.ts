/** P3: the thread that holds a mutex dies. */
import { deferLock, Mutex, OwnerDiedError, UniqueLock } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { ownerDied, syncError } from '../support/errors.ts';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { eventually, LONG, sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';
import { ALL } from './forms.mjs';
import { WAYS } from './mortal.mjs';

const startMortal = () =>
  startWorker<typeof import('./mortal.mjs')>('./mortal.mjs', import.meta.url);
const startLockers = (n: number) =>
  startWorkers<typeof import('./locker.mjs')>(n, './locker.mjs', import.meta.url);

const nothing = (): void => {};

/** A mutex whose owner has died in the given way; not necessarily has anybody noticed. */
async function orphaned(way = WAYS.at(-2)!, isAsync = false): Promise<[Mutex, number]> {
  const mutex = new Mutex();
  const mortal = await startMortal();
  await mortal.call.takeAndDie(mutex, way, isAsync);
  await die(mortal, way);
  return [mutex, mortal.agent];
}

async function die(mortal: Awaited<ReturnType<typeof startMortal>>, way: string): Promise<void> {
  if (way.startsWith('terminate')) {
    await sleep(30);
    await mortal.terminate();
  } else {
    await mortal.ended;
  }
}

function expectUsable(mutex: Mutex): void {
  expect(mutex.isLocked).toBe(false);
  mutex.lock();
  mutex.unlock();
}

describe.each(WAYS)('Mutex: its owner ends by %s', (way) => {
  test.each([false, true])(
    'P3 the next locker gets an OwnerDiedError, until one recovers (async hold: %s)',
    async (isAsync) => {
      const [mutex, agent] = await orphaned(way, isAsync);
      const error = await mutex.lockAsync().catch((error: unknown) => error);
      expect(error).toBeInstanceOf(OwnerDiedError);
      expect(error).toMatchObject({ code: 'owner_dead', owner: agent });
      mutex.recover(nothing).unlock();
      expectUsable(mutex);
    },
  );

  test('P3 blocked and awaiting threads get it too', async () => {
    const mutex = new Mutex();
    const [mortal, lockers] = await Promise.all([startMortal(), startLockers(2)]);
    await mortal.call.takeAndDie(mutex, way);
    const waits = [
      lockers[0]!.call.take('lock', mutex),
      lockers[1]!.call.take('lockAsync', mutex),
      mutex.lockAsync(),
      mutex.tryLockForAsync(LONG),
    ].map((wait) => expect(wait).rejects.toThrow(ownerDied));
    await die(mortal, way);
    await Promise.all(waits);
    expect(waitersFor(mutex)).toBe(0);
    mutex.recover(nothing).unlock();
    expectUsable(mutex);
  });

  test('P3 a thread that is blocked when its worker dies gets it', async () => {
    const mutex = new Mutex();
    const mortal = await startMortal();
    await mortal.call.takeAndDie(mutex, way);
    const died = way.startsWith('terminate') ? mortal.terminate() : mortal.ended;
    expect(() => mutex.tryLockFor(LONG)).toThrow(ownerDied); // its event loop stands still
    await died;
    mutex.recover(nothing).unlock();
    expectUsable(mutex);
  });
});

describe('Mutex: inconsistent', () => {
  const alsoWithLock: typeof ALL = {
    ...ALL,
    withLock: (mutex) => mutex.withLock(() => new UniqueLock(mutex, deferLock)),
    withLockAsync: (mutex) => mutex.withLockAsync(() => new UniqueLock(mutex, deferLock)),
  };

  test('P3 every form throws an OwnerDiedError, again and again, and holds nothing', async () => {
    const [mutex] = await orphaned();
    for (const round of [1, 2]) {
      for (const [form, take] of Object.entries(alsoWithLock)) {
        await expect((async () => take(mutex))(), `${form}, ${round}`).rejects.toThrow(ownerDied);
        expect(mutex.isOwnedByThisThread).toBe(false);
        expect(waitersFor(mutex)).toBe(0);
      }
    }
    mutex.recover(nothing).unlock();
    for (const take of Object.values(ALL)) (await take(mutex))!.unlock();
    expectUsable(mutex);
  });

  test('an owner whose exit handler still unlocks leaves nothing to repair', async () => {
    const mutex = new Mutex();
    const mortal = await startMortal();
    await mortal.call.takeAndExitInOrder(mutex);
    (await mutex.lockAsync()).unlock();
    await mortal.ended;
    expectUsable(mutex);
  });

  test('P3 the error names the mutex and the dead thread', async () => {
    const mutex = new Mutex({ name: 'till' });
    const mortal = await startMortal();
    await mortal.call.takeAndDie(mutex, 'terminate() while idle');
    await mortal.terminate();
    await expect(mutex.lockAsync()).rejects.toThrow(`Mutex 'till': agent ${mortal.agent} died`);
  });

  test('P3 unlock and adopting are misuse as ever', async () => {
    const [mutex] = await orphaned();
    await expect(mutex.lockAsync()).rejects.toThrow(ownerDied);
    const words = wordsOf(mutex);
    expect(() => mutex.unlock()).toThrow(syncError('operation_not_permitted'));
    expect(wordsOf(mutex)).toEqual(words);
  });

  test('a hand-over not yet taken by a thread that dies is given on, not reported', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const words = sharedWords();
    const mortal = await startWorker<typeof import('./twofold.mjs')>(
      './twofold.mjs',
      import.meta.url,
    );
    const [behind] = await startLockers(1);
    mutex.lock();
    await mortal.call.ask(mutex);
    const standing = mortal.call.stand(words);
    standing.catch(nothing);
    await eventually(() => words[0] === 1);
    mutex.unlock(); // to the task of a loop that stands still
    await mortal.terminate();
    expect(await behind!.call.take('lock', mutex)).toBe(true);
    await behind!.call.unlock(mutex);
    expectUsable(mutex);
  });

  test('a waiter that was chosen and dies before it runs: the next comes in or is told', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const visits = sharedWords();
    for (let round = 0; round < 4; round++) {
      const lockers = await startLockers(2);
      mutex.lock();
      const chosen = lockers[0]!.call.take('lock', mutex);
      chosen.catch(nothing);
      await waitersAre(1, mutex);
      const next = lockers[1]!.call.visit(round % 2 ? 'lock' : 'lockAsync', mutex, visits);
      await waitersAre(2, mutex);
      const told = next.then(
        () => false,
        (error: unknown) => {
          expect(error).toEqual(ownerDied);
          return true;
        },
      );
      mutex.unlock();
      await lockers[0]!.terminate();
      if (await told) mutex.recover(nothing).unlock();
      await lockers[1]!.terminate();
      expectUsable(mutex);
    }
  });
});
