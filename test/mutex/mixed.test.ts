/** P1: blocking and async waits on one mutex at once, and threads that do both. */
import { Mutex, SharedMutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { elapsed, eventually, LONG, sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { borrowWorker, startWorker } from '../support/worker.ts';

expectNoRescues();

const startTwofold = () =>
  startWorker<typeof import('./twofold.mjs')>('./twofold.mjs', import.meta.url);
const startLocker = () =>
  borrowWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);
const startHammer = () =>
  borrowWorker<typeof import('./hammer.mjs')>('./hammer.mjs', import.meta.url);

const [FREE] = wordsOf(new Mutex());
const BLOCKED = 1;

/** Lets the thread go on that stands blocked on `words`. */
function letGo(words: Int32Array): void {
  Atomics.store(words, 0, 0);
  Atomics.notify(words, 0);
}

function expectAtRest(...mutexes: Mutex[]): void {
  for (const mutex of mutexes) {
    expect(wordsOf(mutex)[0]).toBe(FREE);
    expect(waitersFor(mutex)).toBe(0);
  }
}

describe.each(['eventual', 'fifo'] as const)('Mutex, %s: a thread that does both', (fairness) => {
  test('P1 blocks for the mutex that its task waits for: both come in', async () => {
    const mutex = new Mutex({ fairness });
    const twofold = await startTwofold();
    for (let round = 0; round < 20; round++) {
      mutex.lock();
      await twofold.call.ask(mutex);
      const blocked = twofold.call.blockFor(mutex);
      await waitersAre(2, mutex);
      mutex.unlock();
      expect(await blocked).toBe(true);
      await twofold.call.comeIn();
    }
    expectAtRest(mutex);
  });

  test('P1 gives up blocking for it: the task comes in', async () => {
    const mutex = new Mutex({ fairness });
    const twofold = await startTwofold();
    mutex.lock();
    await twofold.call.ask(mutex);
    expect(await twofold.call.blockFor(mutex, 5)).toBe(false);
    mutex.unlock();
    await twofold.call.comeIn();
    expectAtRest(mutex);
  });

  test.each(['blocking', 'async'] as const)(
    'P1 its loop stands still when its task is next: a %s waiter behind it comes in',
    async (kind) => {
      const mutex = new Mutex({ fairness });
      const words = sharedWords();
      const [twofold, behind] = await Promise.all([startTwofold(), startLocker()]);
      mutex.lock();
      await twofold.call.ask(mutex);
      const standing = twofold.call.stand(words);
      await eventually(() => words[0] === BLOCKED);
      const form = kind === 'blocking' ? 'lock' : 'lockAsync';
      const visited = behind.call.visit(form, mutex, sharedWords());
      await waitersAre(2, mutex);
      mutex.unlock();
      await visited;
      expect(words[0]).toBe(BLOCKED);
      letGo(words);
      await standing;
      await twofold.call.comeIn();
      expectAtRest(mutex);
    },
  );

  test.each(['lock', 'lockAsync'])(
    'P5 its loop stands still when its task is next: a waiter by %s needs no slice to see it',
    async (form) => {
      const SLICE = 250; // ms, and this waiter's has just begun when the mutex is unlocked
      const MANY = 50; // rounds: a busy machine may be slow in most
      const mutex = new Mutex({ fairness });
      const [twofold, behind] = await Promise.all([startTwofold(), startLocker()]);
      let best = Infinity;
      for (let round = 0; best >= SLICE / 2 && round < MANY; round++) {
        const words = sharedWords();
        mutex.lock();
        await twofold.call.ask(mutex);
        const standing = twofold.call.stand(words);
        await eventually(() => words[0] === BLOCKED);
        const visited = behind.call.visit(form, mutex, sharedWords());
        await waitersAre(2, mutex);
        const took = await elapsed(() => {
          mutex.unlock();
          return visited;
        });
        best = Math.min(best, took);
        letGo(words);
        await standing;
        await twofold.call.comeIn();
      }
      expect(best).toBeLessThan(SLICE / 2);
      expectAtRest(mutex);
    },
  );

  test.each(['lock', 'lockAsync', 'tryLockFor'])(
    'P1 its loop stands still when its task is next: who comes later by %s comes in',
    async (form) => {
      const mutex = new Mutex({ fairness });
      const words = sharedWords();
      const [twofold, later] = await Promise.all([startTwofold(), startLocker()]);
      mutex.lock();
      await twofold.call.ask(mutex);
      const standing = twofold.call.stand(words);
      await eventually(() => words[0] === BLOCKED);
      mutex.unlock();
      await later.call.visit(form, mutex, sharedWords());
      await eventually(() => mutex.tryLock()?.unlock() ?? !mutex.isLocked); // so does who only tries
      expect(words[0]).toBe(BLOCKED);
      letGo(words);
      await standing;
      await twofold.call.comeIn();
      expectAtRest(mutex);
    },
  );

  test('P5 its loop stands still, and its task loses its turn: another task of it does not overtake', async () => {
    const mutex = new Mutex({ fairness });
    const words = sharedWords();
    const [twofold, later] = await Promise.all([startTwofold(), startLocker()]);
    mutex.lock();
    await twofold.call.ask(mutex);
    const order = twofold.call.standAndAsk(mutex, words);
    await eventually(() => words[0] === BLOCKED);
    mutex.unlock();
    await later.call.visit('lock', mutex, sharedWords());
    await eventually(() => !mutex.isLocked);
    letGo(words);
    expect(await order).toEqual(['old', 'new']);
    expectAtRest(mutex);
  });

  test.each(['lock', 'lockAsync'])(
    'P5 its loop stands still when its task is next: a waiter by %s comes in, however often others give up',
    async (form) => {
      const mutex = new Mutex({ fairness });
      const words = sharedWords();
      const visits = sharedWords();
      const [twofold, behind] = await Promise.all([startTwofold(), startLocker()]);
      mutex.lock();
      await twofold.call.ask(mutex);
      const standing = twofold.call.stand(words);
      await eventually(() => words[0] === BLOCKED);
      const visited = behind.call.visit(form, mutex, visits);
      await waitersAre(2, mutex);
      mutex.unlock();
      const deadline = performance.now() + LONG;
      while (Atomics.load(visits, 0) === 0 && performance.now() < deadline) {
        mutex.tryLockFor(2)?.unlock(); // passes the lease on when it gives up
      }
      expect(Atomics.load(visits, 0)).toBe(1);
      await visited;
      expect(words[0]).toBe(BLOCKED);
      letGo(words);
      await standing;
      await twofold.call.comeIn();
      expectAtRest(mutex);
    },
  );

  test('P5 its loop stands still when its task is next: who waits for less than a lease, often, comes in', async () => {
    const mutex = new Mutex({ fairness });
    const words = sharedWords();
    const twofold = await startTwofold();
    mutex.lock();
    await twofold.call.ask(mutex);
    const standing = twofold.call.stand(words);
    await eventually(() => words[0] === BLOCKED);
    await sleep(2); // it is older than 1 ms
    mutex.unlock();
    await eventually(() => mutex.tryLockFor(2) !== null);
    expect(words[0]).toBe(BLOCKED);
    letGo(words);
    await standing;
    await waitersAre(1, mutex); // again
    mutex.unlock();
    expect(mutex.tryLock()).toBe(null); // its lease is a new one
    await twofold.call.comeIn();
    expectAtRest(mutex);
  });

  test.each(['lock', 'lockAsync'])(
    'P1 P2 it aborts its task and stands still: a waiter by %s comes in',
    async (form) => {
      const mutex = new Mutex({ fairness });
      const words = sharedWords();
      const [twofold, behind] = await Promise.all([startTwofold(), startLocker()]);
      mutex.lock();
      await twofold.call.ask(mutex);
      const visited = behind.call.visit(form, mutex, sharedWords());
      await waitersAre(2, mutex);
      const standing = twofold.call.abortAndStand(mutex, words);
      await eventually(() => words[0] === BLOCKED);
      mutex.unlock();
      await visited;
      expect(words[0]).toBe(BLOCKED);
      letGo(words);
      await standing;
      await expect(twofold.call.comeIn()).rejects.toThrow('given up');
      expectAtRest(mutex);
    },
  );

  test.each(['lock', 'lockAsync'])(
    'P1 P2 it aborts its task when that is next, and stands still: a waiter by %s comes in',
    async (form) => {
      const mutex = new Mutex({ fairness });
      const words = sharedWords();
      const [twofold, behind] = await Promise.all([startTwofold(), startLocker()]);
      mutex.lock();
      await twofold.call.ask(mutex);
      const visited = behind.call.visit(form, mutex, sharedWords());
      await waitersAre(2, mutex);
      const standing = twofold.call.abortAndStand(mutex, words); // on its way while the mutex is unlocked
      mutex.unlock();
      await visited;
      await eventually(() => words[0] === BLOCKED);
      letGo(words);
      await standing;
      await twofold.call.comeIn().catch((error: Error) => {
        expect(error.message).toBe('given up');
      });
      expectAtRest(mutex);
    },
  );

  test.each(['blocking', 'async', 'trying'] as const)(
    'P1 its loop is blocked on what a %s waiter behind its task holds: no deadlock',
    async (how) => {
      const [wanted, held] = [new Mutex({ fairness }), new Mutex({ fairness })];
      const [twofold, other] = await Promise.all([startTwofold(), startTwofold()]);
      wanted.lock();
      await twofold.call.ask(wanted);
      const exchanged = other.call.exchange(held, wanted, how);
      await eventually(() => held.isLocked);
      const blocked = twofold.call.blockFor(held);
      await waitersAre(1, held);
      wanted.unlock();
      await exchanged;
      expect(await blocked).toBe(true);
      await twofold.call.comeIn();
      expectAtRest(wanted, held);
    },
  );
});

describe('Mutex: the test thread does both', () => {
  test('P1 the blocking wait may use the turn of the task', async () => {
    const mutex = new Mutex();
    const locker = await startLocker();
    await locker.call.lock(mutex);
    const task = mutex.lockAsync();
    const unlocked = locker.call.block(20).then(() => undefined);
    void locker.call.unlock(mutex);
    const guard = mutex.tryLockFor(LONG)!; // blocks with the task pending
    expect(guard.ownsLock).toBe(true);
    guard.unlock();
    (await task).unlock();
    await unlocked;
    expectAtRest(mutex);
  });

  test('P1 while a task holds, trying gives null and the next task waits', async () => {
    const mutex = new Mutex();
    const first = await mutex.lockAsync();
    const second = mutex.lockAsync();
    expect(mutex.tryLock()).toBe(null);
    first.unlock();
    const guard = await second;
    expect(guard.ownsLock).toBe(true);
    guard.unlock();
    expectAtRest(mutex);
  });
});

describe('Mutex: an async locker among greedy blocking ones', () => {
  test('P5 it comes to its turn, overtaken by few', async () => {
    const TURNS = 40;
    const mutex = new Mutex();
    const words = sharedWords(2);
    const hammers = await Promise.all([startHammer(), startHammer()]);
    const occupied = hammers.map(({ call }) => call.occupy(mutex, words, 2));
    await eventually(() => Atomics.load(words, 1) === hammers.length);
    const overtaken: number[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      const asked = Atomics.load(words, 0);
      const guard = await mutex.lockAsync();
      overtaken.push(Atomics.load(words, 0) - asked);
      guard.unlock();
    }
    Atomics.store(words, 1, 0);
    for (const inside of await Promise.all(occupied)) expect(inside).toBeGreaterThan(2);
    const [median] = overtaken.toSorted((a, b) => a - b).slice(TURNS / 2);
    expect(median).toBeLessThanOrEqual(10);
    expectAtRest(mutex);
  });
});

test.each(['tryLock', 'tryLockShared'] as const)(
  'SharedMutex, P5 a loop stands still when its task is next to write: who only tries, by %s, comes in',
  async (form) => {
    const mutex = new SharedMutex();
    const words = sharedWords();
    const twofold = await startTwofold();
    mutex.lock();
    await twofold.call.ask(mutex);
    const standing = twofold.call.stand(words);
    await eventually(() => words[0] === BLOCKED);
    await sleep(2); // it is older than 1 ms
    mutex.unlock();
    await eventually(() => {
      const guard = mutex[form]();
      guard?.unlock();
      return guard !== null;
    });
    expect(words[0]).toBe(BLOCKED);
    letGo(words);
    await standing;
    await twofold.call.comeIn();
    expect(waitersFor(mutex)).toBe(0);
  },
);
