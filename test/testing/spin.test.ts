/** Loops that look again and again: for ever, for a while, or not at all though it seems so. */
import { describe, expect, it } from 'vitest';
import { explore, type Model } from 'crossthread/testing';
import { failureOf, spinners, words } from './models.ts';

const [FLAG, OTHER] = [0, 1];

/** Looks `times` times at a gate, then sleeps until it is open. */
const pass = (times: number) => (shared: Int32Array) => {
  for (let i = 0; i < times; i++) if (Atomics.load(shared, FLAG) === 1) return;
  while (Atomics.load(shared, FLAG) === 0) Atomics.wait(shared, FLAG, 0);
};

const gate = (times: number, open: (shared: Int32Array) => void): Model<Int32Array> => ({
  setup: words(2),
  threads: [pass(times), open],
});

describe.each([2, 3, 4, 20, 200])('a thread that looks %i times, and then sleeps', (times) => {
  it('is found asleep by an opener that notifies first', async () => {
    const error = await failureOf(
      gate(times, (shared) => {
        Atomics.notify(shared, FLAG);
        Atomics.store(shared, FLAG, 1);
      }),
      { preemptions: 1 },
    );
    expect(error.verdict).toBe('lost-wakeup');
    expect(error.message).toContain('thread a sleeps on shared[0], which was 0 and is 1');
  });

  it('is woken by one that stores first', async () => {
    const result = await explore(
      gate(times, (shared) => {
        Atomics.store(shared, FLAG, 1);
        Atomics.notify(shared, FLAG);
      }),
    );
    expect(result).toMatchObject({ complete: true, bound: Infinity });
  });
});

it.each([3, 5, 50])(
  '%i looks in a row are gone through while others stand still',
  async (looks) => {
    const error = await failureOf({
      setup: words(2),
      threads: [
        (shared: Int32Array) => {
          for (let i = 0; i < looks; i++) Atomics.load(shared, FLAG);
          Atomics.store(shared, OTHER, 1);
        },
        (shared: Int32Array) => {
          if (Atomics.load(shared, OTHER) === 1) throw new Error('seen');
        },
      ],
    });
    expect(error.message).toContain('thread b threw Error: seen');
  },
);

it('a loop that gives up is gone through although one without end that looks alike comes after it', async () => {
  const take = (shared: Int32Array) => Atomics.compareExchange(shared, FLAG, 0, 1) === 0;
  const leave = (shared: Int32Array) => void Atomics.store(shared, FLAG, 0);
  const error = await failureOf({
    setup: words(2),
    threads: [
      (shared: Int32Array) => {
        let tries = 0;
        while (!take(shared)) if (++tries === 100) throw new Error('gave up');
        leave(shared);
        while (!take(shared));
        leave(shared);
      },
      (shared: Int32Array) => {
        for (let i = 0; i < 7; i++) {
          while (!take(shared));
          leave(shared);
        }
      },
    ],
  });
  expect(error.message).toContain('gave up');
});

it('a loop that gives up is gone through although who read another value before it does not', async () => {
  const take = (shared: Int32Array) => Atomics.compareExchange(shared, FLAG, 0, 1) === 0;
  const model = {
    setup: words(3),
    threads: [
      (shared: Int32Array) => {
        const isPatient = Atomics.load(shared, OTHER) === 0;
        let tries = 0;
        while (!take(shared)) if (++tries === 100 && !isPatient) throw new Error('gave up');
        Atomics.store(shared, FLAG, 0);
      },
      (shared: Int32Array) => {
        Atomics.store(shared, OTHER, 1);
        for (let i = 0; i < 4; i++) Atomics.exchange(shared, 2, i);
        for (let i = 0; i < 2; i++) {
          while (!take(shared));
          Atomics.store(shared, FLAG, 0);
        }
      },
      (shared: Int32Array) => {
        for (let i = 4; i < 8; i++) Atomics.exchange(shared, 2, i); // many dead ends of who is patient
      },
    ],
  };
  expect((await failureOf(model, { strategy: 'dpor' })).message).toContain('gave up');
});

it('looking on from another thread is a preemption like any other', async () => {
  const model = {
    setup: words(2),
    threads: [
      (shared: Int32Array) => {
        for (let i = 0; i < 9; i++) Atomics.load(shared, FLAG);
        Atomics.store(shared, OTHER, 1);
      },
      (shared: Int32Array) => {
        const before = Atomics.load(shared, OTHER);
        if (Atomics.load(shared, OTHER) !== before) throw new Error('written meanwhile');
      },
    ],
  };
  expect(await explore(model, { preemptions: 0 })).toMatchObject({ complete: true, bound: 0 });
  await failureOf(model, { preemptions: 1 });
});

it('a loop without end is left after a while, and does not count as a long schedule', async () => {
  const result = await explore(spinners, { maxSteps: 50 });
  expect(result).toMatchObject({ complete: true, bound: Infinity });
});

it.each(['random', 'pct'] as const)(
  '%s: a loop without end does not end a schedule',
  async (strategy) => {
    const result = await explore(spinners, { strategy, maxSchedules: 300, maxSteps: 50 });
    expect(result.schedules).toBe(300);
  },
);

it('one preemption more is tried although there were schedules that were too long', async () => {
  // It never looks the same, so that it goes on until it is cut off and all take turns.
  const poll = (shared: Int32Array): void => {
    while (Atomics.load(shared, FLAG) === 0) Atomics.add(shared, OTHER, 1);
  };
  const LAST = 2;
  const model = {
    setup: words(3),
    threads: [
      poll,
      (shared: Int32Array) => {
        Atomics.store(shared, FLAG, 1);
        const before = Atomics.load(shared, LAST);
        if (Atomics.load(shared, LAST) === before + 4) throw new Error('stopped for long');
      },
      (shared: Int32Array) => {
        for (let i = 0; i < 4; i++) Atomics.add(shared, LAST, 1);
      },
    ],
  };
  const error = await failureOf(model, { iterative: true, preemptions: 1, maxSteps: 60 });
  expect(error.cause).toMatchObject({ message: 'stopped for long' });
});
