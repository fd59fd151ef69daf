/** Data behind locks and flags as they are used: where it races, and where not. */
import {
  ConditionVariable,
  Mutex,
  callOnce,
  OnceFlag,
  OwnerDiedError,
  Semaphore,
  SharedMutex,
} from 'crossthread';
import { type Model, tracked } from 'crossthread/testing';
import { describe, expect, test } from 'vitest';
import { crew, failureOf, lock, unlock } from './models.ts';
import { expectClean, type Pair, pair, raceIn, shared, words } from './tracked-models.ts';

describe('patterns', () => {
  test('a mutex by hand', async () => {
    const add = ({ flag, data }: Pair): void => {
      lock(flag);
      data[0]! += 1;
      unlock(flag);
    };
    const check = ({ data }: Pair): void => expect(data[0]).toBe(2);
    await expectClean({ setup: pair, threads: crew(2, add), check });
    const read = ({ data }: Pair): void => void data[0];
    expect(await raceIn({ setup: pair, threads: [add, read] })).toMatch(/write[^]*read/);
  });

  test('a seqlock: its data races', async () => {
    const write = ({ flag, data }: Pair): void => {
      Atomics.add(flag, 0, 1);
      data[0] = 1;
      data[1] = 1;
      Atomics.add(flag, 0, 1);
    };
    const read = ({ flag, data }: Pair): void => {
      for (let tries = 0; tries < 2; tries++) {
        const before = Atomics.load(flag, 0);
        if (before % 2 === 1) continue;
        const seen = [data[0], data[1]];
        if (Atomics.load(flag, 0) === before) return expect(seen[0]).toBe(seen[1]);
      }
    };
    expect(await raceIn({ setup: pair, threads: [write, read] })).toMatch(/data\[0\]/);
  });

  test('double-checked init: a race with a plain first look, none with an atomic one', async () => {
    const use =
      (isMade: (made: Int32Array) => boolean) =>
      ({ flag, data }: Pair): void => {
        if (!isMade(flag.subarray(1))) {
          lock(flag);
          if (!isMade(flag.subarray(1))) {
            data[0] = 42;
            Atomics.store(flag, 1, 1);
          }
          unlock(flag);
        }
        expect(data[0]).toBe(42);
      };
    const setup = (): Pair => ({ ...pair(), flag: tracked(words(2)) });
    await expectClean({
      setup,
      threads: crew(
        2,
        use((made) => Atomics.load(made, 0) === 1),
      ),
    });
    const message = await raceIn({
      setup,
      threads: crew(
        2,
        use((made) => made[0] === 1),
      ),
    });
    expect(message).toMatch(/flag\[1\]/);
  });
});

describe('crossthread', () => {
  const BOUND = { preemptions: 2 };
  const data = (): Float64Array => tracked(new Float64Array(shared(16)));

  test('Mutex: the data it guards, blocked and awaited', async () => {
    const setup = (): { mutex: Mutex; data: Float64Array } => ({
      mutex: new Mutex(),
      data: data(),
    });
    type Shared = ReturnType<typeof setup>;
    const add = ({ mutex, data }: Shared): void => {
      mutex.lock();
      data[0]! += 0.5;
      mutex.unlock();
    };
    const addAsync = async ({ mutex, data }: Shared): Promise<void> => {
      const guard = await mutex.lockAsync();
      data[0]! += 0.5;
      guard.unlock();
    };
    const check = ({ data }: Shared): void => expect(data[0]).toBe(1);
    await expectClean({ setup, threads: [add, addAsync], check }, BOUND);
    const early = ({ mutex, data }: Shared): void => {
      const before = data[0]!;
      mutex.lock();
      data[0] = before + 0.5;
      mutex.unlock();
    };
    await raceIn({ setup, threads: [add, early] }, BOUND);
  });

  test('SharedMutex: readers and a writer', async () => {
    const setup = (): { mutex: SharedMutex; data: Float64Array } => ({
      mutex: new SharedMutex(),
      data: data(),
    });
    type Shared = ReturnType<typeof setup>;
    const read = ({ mutex, data }: Shared): void => {
      mutex.lockShared();
      expect(data[0]).toBe(data[1]);
      mutex.unlockShared();
    };
    const write = ({ mutex, data }: Shared): void => {
      mutex.lock();
      data.fill(1);
      mutex.unlock();
    };
    const writeAsReader = ({ mutex, data }: Shared): void => {
      mutex.lockShared();
      data.fill(1);
      mutex.unlockShared();
    };
    await expectClean({ setup, threads: [read, read, write] }, { preemptions: 1 });
    await raceIn({ setup, threads: [read, writeAsReader] }, BOUND);
  });

  test('Semaphore, ConditionVariable and OnceFlag publish', async () => {
    const setup = () => ({
      mutex: new Mutex(),
      condition: new ConditionVariable(),
      semaphore: new Semaphore(0),
      once: new OnceFlag(),
      data: data(),
    });
    type Shared = ReturnType<typeof setup>;
    const make = ({ semaphore, once, data }: Shared): void => {
      callOnce(once, () => void (data[0] = 1));
      semaphore.release();
    };
    const take = ({ semaphore, once, data }: Shared): void => {
      callOnce(once, () => void (data[0] = 1));
      semaphore.acquire();
      data[0]! += 1;
    };
    await expectClean({ setup, threads: [make, take] }, BOUND);
    const wait = ({ mutex, condition, data }: Shared): void => {
      const guard = mutex.lock();
      condition.wait(guard, () => data[1] === 1);
      guard.unlock();
      data[0] = 1;
    };
    const notify = ({ mutex, condition, data }: Shared): void => {
      data[0] = 5;
      mutex.lock();
      data[1] = 1;
      mutex.unlock();
      condition.notifyOne();
    };
    await expectClean({ setup, threads: [wait, notify] }, BOUND);
  });

  test('a killed owner: half written, and no race for who has learnt of the death', async () => {
    const model: Model<{ mutex: Mutex; data: Float64Array; seen: Int32Array }> = {
      setup: () => ({ mutex: new Mutex(), data: data(), seen: words(2) }),
      threads: [
        ({ mutex, data }) => {
          mutex.lock();
          data[0] = 1;
          data[1] = 1;
          mutex.unlock();
        },
        ({ mutex, data, seen }) => {
          try {
            mutex.lock();
          } catch (error) {
            if (!(error instanceof OwnerDiedError)) throw error;
            mutex.recover(() => {});
          }
          Atomics.store(seen, 0, data[0]!);
          Atomics.store(seen, 1, data[1]!);
          mutex.unlock();
        },
      ],
    };
    const options = { kills: 1, killable: [0], preemptions: 1 };
    await expectClean(model, options);
    const check = ({ seen }: { seen: Int32Array }): void => expect(seen[0]).toBe(seen[1]);
    expect((await failureOf({ ...model, check }, options)).verdict).toBe('assertion');
  });
});
