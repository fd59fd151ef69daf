/** Shipped objects on simulated agents. What they promise is explored in `test/explored/`. */
import { describe, expect, it } from 'vitest';
import {
  ConditionVariable,
  inspect,
  Mutex,
  OwnerDiedError,
  Semaphore,
  SharedMutex,
  thisThread,
} from 'crossthread';
import { anyTimeSignal, explore, type Model, type Step, unrest } from 'crossthread/testing';
import { count, crew, failureOf } from './models.ts';

interface Shared {
  readonly mutex: Mutex;
  readonly counter: Int32Array;
}

const setup = (): Shared => ({
  mutex: new Mutex({ name: 'm' }),
  counter: new Int32Array(new SharedArrayBuffer(4)),
});

const counted = (times: number) => (shared: Shared) => expect(shared.counter[0]).toBe(times);

const locking = ({ mutex, counter }: Shared): void => {
  mutex.lock();
  count(counter, 0);
  mutex.unlock();
};

const awaiting = async ({ mutex, counter }: Shared): Promise<void> => {
  await mutex.lockAsync();
  count(counter, 0);
  mutex.unlock();
};

describe('crossthread objects in a model', () => {
  it('are live in every thread, each with its own', async () => {
    const views = new Set<Shared>();
    const mutexes = new Set<Mutex>();
    const look = (shared: Shared): void => {
      views.add(shared);
      mutexes.add(shared.mutex);
      expect(shared.mutex.name).toBe('m');
    };
    const nested: Model<{ deep: Shared[] }> = {
      setup: () => ({ deep: [setup()] }),
      threads: crew(2, ({ deep }) => deep.forEach(look)),
    };
    await explore(nested);
    expect(views.size).toBeGreaterThan(1);
    expect(mutexes.size).toBe(views.size);
  });

  it('M3 exclude each other, blocking and awaited, in all interleavings', async () => {
    for (const threads of [crew(2, locking), crew(2, awaiting), [locking, awaiting]]) {
      const result = await explore({
        setup,
        threads,
        check: counted(2),
        atRest: ({ mutex }) => unrest(mutex),
      });
      expect(result).toMatchObject({ complete: true, bound: Infinity });
    }
  });

  it('time out by the simulated clock', async () => {
    const outcomes = new Set<boolean>();
    const trying = ({ mutex }: Shared): void => {
      const guard = mutex.tryLockFor(5);
      outcomes.add(guard !== null);
      guard?.unlock();
    };
    await explore({ setup, threads: [trying, locking] }, { timeouts: 1, preemptions: 2 });
    expect(outcomes).toEqual(new Set([true, false]));
  });

  it('are aborted by any-time signals', async () => {
    const outcomes = new Set<string>();
    const abortable = async ({ mutex }: Shared): Promise<void> => {
      try {
        (await mutex.lockAsync({ signal: anyTimeSignal() })).unlock();
        outcomes.add('locked');
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        outcomes.add(error.name);
      }
    };
    await explore({ setup, threads: [abortable, locking] }, { aborts: 1, preemptions: 2 });
    expect(outcomes).toEqual(new Set(['locked', 'AbortError']));
  });

  it('learn of a kill: slices look round, and the owner is named dead', async () => {
    const outcomes = new Set<string>();
    const wary = (shared: Shared): void => {
      try {
        locking(shared);
        outcomes.add('locked');
      } catch (error) {
        if (!(error instanceof OwnerDiedError)) throw error; // it may be the explorer's
        outcomes.add(error.code);
      }
    };
    const model: Model<Shared> = { setup, threads: [locking, wary] };
    const result = await explore(model, { kills: 1, killable: [0] });
    expect(result.complete).toBe(true);
    expect(outcomes).toEqual(new Set(['locked', 'owner_dead']));
  });

  it('are named, with those who have them, where threads are stuck', async () => {
    const circle = await failureOf(
      {
        setup: () => ({ a: new Mutex({ name: 'orders' }), b: new SharedMutex() }),
        threads: [
          ({ a, b }) => {
            a.lock();
            b.withLock(() => {});
            a.unlock();
          },
          ({ a, b }) => {
            b.lockShared();
            a.withLock(() => {});
            b.unlockShared();
          },
        ],
      },
      { preemptions: 1 },
    );
    expect(circle.reason).toContain('thread a waits for b (SharedMutex), which thread b has; it');
    expect(circle.reason).toContain(
      "thread b waits for a (Mutex 'orders'), which thread a has; it",
    );
    const empty = await failureOf({
      setup: () => ({ filled: new Semaphore(0) }),
      threads: [async ({ filled }) => void (await filled.acquireAsync())],
    });
    expect(empty.reason).toContain(
      "thread a waits for filled (Semaphore); it awaits thread a's park = 0",
    );
  });

  it('are named in reports, and so are the words of agents', async () => {
    const error = await failureOf({
      setup: () => ({ mutex: new Mutex(), condition: new ConditionVariable() }),
      threads: [
        ({ mutex, condition }) => {
          const lock = mutex.lock();
          condition.wait(lock); // nobody notifies
        },
      ],
    });
    expect(error.verdict).toBe('deadlock');
    expect(error.message).toContain(
      "thread a waits for condition (ConditionVariable); it sleeps on thread a's park = 0",
    );
    expect(error.message).toContain('compareExchange(mutex[0], 0, ');
    const isHere = ({ at }: Step): boolean => at?.startsWith('testing/library.test.ts:') === true;
    expect(error.trace.every(isHere)).toBe(true);
  });

  it('inspect() tells of the condition that a thread is blocked on, not of what its tasks await', async () => {
    let found: string | undefined;
    const error = await failureOf({
      setup: () => ({
        mutex: new Mutex(),
        condition: new ConditionVariable(),
        older: new Semaphore(0),
      }),
      threads: [
        async ({ mutex, condition, older }) => {
          void older.acquireAsync();
          await older.acquireAsync(1, { timeout: 10 }).catch(() => undefined); // time passes
          condition.wait(mutex.lock());
        },
      ],
      invariant: () => {
        found = inspect().agents.find(({ waitsFor }) => waitsFor)?.waitsFor?.kind;
      },
    });
    expect(error.verdict).toBe('deadlock');
    expect(found).toBe('ConditionVariable');
  });

  it('that setup does not return are refused', async () => {
    const outside = {
      mutex: new Mutex(),
      global: Mutex.global('library.test'),
      none: new Semaphore(0),
    };
    const bodies = [
      () => void outside.mutex.lock(),
      () => void outside.global.lock(),
      () => void outside.none.acquire(),
    ];
    for (const body of bodies) {
      for (const setup of [() => ({}), () => new Mutex()]) {
        const look = explore<object>({ setup, threads: [body, body] });
        await expect(look).rejects.toThrow(/not explored: .* as Mutex.global/);
      }
    }
    expect([outside.mutex.isLocked, outside.global.isLocked]).toEqual([false, false]);
    const threads = crew(2, (mutex: Mutex) => mutex.withLock(() => undefined));
    const setup = () => Mutex.global('library.test');
    expect(await explore({ setup, threads }, { preemptions: 1 })).toHaveProperty('complete', true);
  });

  it('that a thread makes are its own', async () => {
    const threads = crew(2, () => {
      const mutex = new Mutex();
      mutex.lock();
      if (mutex.tryLock()) throw new Error('not locked');
      mutex.unlock();
    });
    const result = await explore({ setup: () => new Mutex(), threads }, { preemptions: 1 });
    expect(result).toHaveProperty('complete', true);
  });

  it('are what makes a thread one that can sleep', async () => {
    const threads = [() => thisThread.yield(), () => thisThread.sleepFor(1)];
    const look = explore({ setup: () => ({}), threads });
    await expect(look).rejects.toThrow('only if `setup` returns an object of crossthread');
    expect(await explore({ setup: () => new Mutex(), threads })).toHaveProperty('complete', true);
  });

  it('sleep with the event loop free, until time passes', async () => {
    const sleeper = (ms: number) => async (mutex: Mutex) => {
      await thisThread.sleepForAsync(ms);
      mutex.lock().unlock();
    };
    const model = {
      setup: () => new Mutex(),
      threads: [sleeper(10 * 60_000), sleeper(20 * 60_000)],
    };
    expect(await explore(model)).toHaveProperty('complete', true);
    const forEver = { setup: () => new Mutex(), threads: [sleeper(Infinity)] };
    await expect(explore(forEver)).rejects.toMatchObject({ verdict: 'deadlock' });
  });

  it('leave the agent of the real thread as it was', async () => {
    const before = inspect();
    await explore({ setup, threads: crew(2, awaiting) }, { preemptions: 1 });
    expect(inspect()).toEqual(before);
  });
});
