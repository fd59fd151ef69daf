/** Schedules at random: what they find, that a seed says all, and where they end. */
import { describe, expect, it } from 'vitest';
import { explore, type Model } from 'crossthread/testing';
import { count, crew, failureOf, lock, unlock, words } from './models.ts';

const STRATEGIES = ['random', 'pct'] as const;
const COUNT = 1;

/** Four threads count up under a mutex; too many states to search in a test. */
const right: Model<Int32Array> = {
  setup: words(2),
  threads: crew(4, (shared) => {
    for (let i = 0; i < 3; i++) {
      lock(shared);
      count(shared, COUNT);
      unlock(shared);
    }
  }),
  check: (shared) => expect(shared[COUNT]).toBe(12),
};

/** Tests and sets in two steps. */
const wrong: Model<Int32Array> = {
  ...right,
  threads: crew(4, (shared) => {
    while (Atomics.load(shared, 0) !== 0) Atomics.wait(shared, 0, 1);
    Atomics.store(shared, 0, 1);
    count(shared, COUNT);
    Atomics.store(shared, 0, 0);
    Atomics.notify(shared, 0);
  }),
  check: (shared) => expect(shared[COUNT]).toBe(4),
};

/** Fails only if the second thread is stopped twice, at one place each time. */
const deep: Model<Int32Array> = {
  setup: words(3),
  threads: [
    (shared) => {
      for (let i = 0; i < 4; i++) Atomics.add(shared, 0, 1);
    },
    (shared) => {
      const first = Atomics.load(shared, 0);
      const second = Atomics.load(shared, 0);
      const third = Atomics.load(shared, 0);
      if (first === 0 && second > 0 && second < 4 && third === 4) throw new Error('stopped twice');
    },
  ],
};

describe.each(STRATEGIES)('strategy: %s', (strategy) => {
  it('a right model passes, as often as it is told, and nothing is claimed', async () => {
    const result = await explore(right, { strategy, maxSchedules: 300 });
    expect(result).toMatchObject({ schedules: 300, complete: false, states: 0 });
  });

  it('ends when its time is up', async () => {
    const result = await explore(right, { strategy, maxMilliseconds: 50 });
    expect(result.schedules).toBeGreaterThan(0);
  });

  it('finds what is wrong, and a schedule that replays', async () => {
    const error = await failureOf(wrong, { strategy });
    expect(error.verdict).toBe('assertion');
  });

  it('finds what needs two switches at the right places', async () => {
    const error = await failureOf(deep, { strategy, falls: 3 });
    expect(error.message).toContain('stopped twice');
  });

  it('the same seed is the same search, another is another', async () => {
    const stepsOf = async (seed: number): Promise<number> =>
      (await explore(right, { strategy, seed, maxSchedules: 50 })).steps;
    const steps = await stepsOf(7);
    expect(await stepsOf(7)).toBe(steps);
    expect(await stepsOf(8)).not.toBe(steps);
  });

  it('kills, and lets time pass', async () => {
    const killed = new Set<number>();
    const timed: Model<Int32Array> = {
      setup: words(3),
      threads: crew(2, (shared) => {
        if (Atomics.wait(shared, 0, 0, 5) === 'timed-out') Atomics.store(shared, 2, 1);
        Atomics.store(shared, 0, 1);
        Atomics.notify(shared, 0);
      }),
      check: (shared, end) => end.killed.forEach((thread) => killed.add(thread)),
    };
    await explore(timed, { strategy, kills: 1, timeouts: 1, maxSchedules: 200 });
    expect(killed).toEqual(new Set([0, 1]));
  });
});

it('bad options are refused', async () => {
  await expect(explore(right, { strategy: 'luck' as never })).rejects.toThrow(RangeError);
  await expect(explore(right, { falls: -1 })).rejects.toThrow('`falls` must be a count, got -1');
  await expect(explore(right, { falls: '2' as never })).rejects.toThrow('must be a count, got 2');
  await expect(explore(right, { iterative: 1 as never })).rejects.toThrow(TypeError);
  await expect(explore(right, { schedules: 9 } as object)).rejects.toThrow('no option `schedules`');
});

it('an option that is undefined is as if it were not there', async () => {
  const add = (shared: Int32Array): void => void Atomics.add(shared, 0, 1);
  const model = { setup: words(1), threads: crew(2, add) };
  const options = { strategy: undefined, preemptions: undefined, maxSteps: undefined } as object;
  expect(await explore(model, options)).toMatchObject({ complete: true, bound: Infinity });
});

it('CROSSTHREAD_SCHEDULE: that schedule is run, and no other', async () => {
  const { schedule, message } = await failureOf(wrong, { preemptions: 2 });
  process.env['CROSSTHREAD_SCHEDULE'] = schedule;
  try {
    await expect(explore(wrong)).rejects.toThrow(message);
    process.env['CROSSTHREAD_SCHEDULE'] = 'a';
    expect((await explore(right)).schedules).toBe(1);
  } finally {
    delete process.env['CROSSTHREAD_SCHEDULE'];
  }
});
