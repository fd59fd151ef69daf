import { describe, expect, it } from 'vitest';
import { explore, type Model } from 'crossthread/testing';
import {
  count,
  crew,
  failureOf,
  lock,
  lockWithoutMark,
  unlock,
  unlockInTwo,
  words,
} from './models.ts';

/** `n` threads that take the lock `times` times and look once at what it guards. */
function lockers(n: number, times = 1): Model<Int32Array> {
  return {
    setup: words(2),
    threads: crew(n, (mutex) => {
      for (let i = 0; i < times; i++) {
        lock(mutex);
        Atomics.load(mutex, 1);
        unlock(mutex);
      }
    }),
  };
}

describe('a futex mutex, explored', () => {
  // The numbers are those of an enumeration by hand-written state machines.
  it.each([
    [2, 1, 50],
    [2, 2, 18_120],
    [3, 1, 226_980],
  ])('%i threads, %i times: all %i interleavings pass', async (threads, times, schedules) => {
    const result = await explore(lockers(threads, times), { stateCache: false });
    expect(result).toMatchObject({ schedules, complete: true, bound: Infinity });
  });

  it('the state cache leaves out what was seen, and still comes to an end', async () => {
    const all = await explore(lockers(2, 2), { stateCache: false });
    const cached = await explore(lockers(2, 2));
    expect(cached.complete).toBe(true);
    expect(cached.schedules).toBeLessThan(all.schedules / 5);
    expect(cached.states).toBeGreaterThan(0);
  });

  it('a preemption bound explores less, and says so', async () => {
    const bounded = await explore(lockers(3, 4), { preemptions: 2, stateCache: false });
    expect(bounded).toMatchObject({ schedules: 5754, complete: true, bound: 2 });
  });

  it('a bound that no schedule reaches is no bound', async () => {
    const result = await explore(lockers(2), { preemptions: 20, stateCache: false });
    expect(result).toMatchObject({ schedules: 50, bound: Infinity });
    expect((await explore(lockers(2), { iterative: true })).bound).toBe(Infinity);
  });

  it('a limit of schedules or of time leaves it incomplete', async () => {
    const few = await explore(lockers(3), { stateCache: false, maxSchedules: 100 });
    expect(few).toMatchObject({ schedules: 100, complete: false });
    const short = await explore(lockers(4, 4), { maxMilliseconds: 20 });
    expect(short.complete).toBe(false);
  });

  it('keeps counts made under the lock', async () => {
    const result = await explore({
      setup: words(2),
      threads: crew(3, (shared: Int32Array) => {
        lock(shared);
        count(shared, 1);
        unlock(shared);
      }),
      check: (shared) => expect(shared[1]).toBe(3),
    });
    expect(result.complete).toBe(true);
  });
});

describe('mutants of the futex mutex', () => {
  it('no lock at all: a count is lost', async () => {
    const error = await failureOf({
      setup: words(1),
      threads: crew(2, (shared: Int32Array) => count(shared, 0)),
      check(shared) {
        if (shared[0] !== 2) throw new Error(`counted ${shared[0]} of 2`);
      },
    });
    expect(error).toMatchObject({ verdict: 'assertion', schedule: 'ab2a' });
    expect(error.cause).toMatchObject({ message: 'counted 1 of 2' });
  });

  it('contended mark dropped: a sleeper is never woken', async () => {
    const threads = crew(3, (shared: Int32Array) => {
      lockWithoutMark(shared);
      unlock(shared);
    });
    const error = await failureOf({ setup: words(1), threads }, { iterative: true });
    expect(error.verdict).toBe('lost-wakeup');
    expect(error.message).toMatch(/thread [abc] sleeps on shared\[0\], which was 2 and is 0/);
  });

  it('unlock by load and store: a mark between them is lost', async () => {
    const threads = crew(2, (shared: Int32Array) => {
      lock(shared);
      unlockInTwo(shared);
    });
    const error = await failureOf({ setup: words(1), threads }, { iterative: true });
    expect(error.verdict).toBe('lost-wakeup');
  });

  it('two locks taken in two orders: deadlock, told with who sleeps where', async () => {
    const setup = () => ({ left: words(1)(), right: words(1)() });
    type Locks = ReturnType<typeof setup>;
    const both = (first: Int32Array, second: Int32Array): void => {
      lock(first);
      lock(second);
      unlock(second);
      unlock(first);
    };
    const error = await failureOf({
      setup,
      threads: [(s: Locks) => both(s.left, s.right), (s: Locks) => both(s.right, s.left)],
    });
    expect(error.verdict).toBe('deadlock');
    expect(error.message).toContain('thread a sleeps on right[0] = 2');
    expect(error.message).toContain('thread b sleeps on left[0] = 2');
  });
});
