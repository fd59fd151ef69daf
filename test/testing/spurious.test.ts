/** Waits that end with 'ok' although nobody has notified. */
import { ConditionVariable, Mutex, Semaphore } from 'crossthread';
import { explore, type ExploreOptions, type Model } from 'crossthread/testing';
import { describe, expect, it, test } from 'vitest';
import { crew, failureOf, lock, unlock, words } from './models.ts';

type Body = Model<Int32Array>['threads'][number];

const open: Body = (gate) => {
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
};
const passOnce: Body = (gate) => {
  Atomics.wait(gate, 0, 0);
  if (Atomics.load(gate, 0) === 0) throw new Error('not open');
};
const passOnceAsync: Body = async (gate) => {
  await Atomics.waitAsync(gate, 0, 0).value;
  if (Atomics.load(gate, 0) === 0) throw new Error('not open');
};
const pass: Body = (gate) => {
  while (Atomics.load(gate, 0) === 0) Atomics.wait(gate, 0, 0);
};
const passAsync: Body = async (gate) => {
  while (Atomics.load(gate, 0) === 0) await Atomics.waitAsync(gate, 0, 0).value;
};

const sleep: Body = (gate) => void Atomics.wait(gate, 0, 0);
const sleepAsync: Body = async (gate) => void (await Atomics.waitAsync(gate, 0, 0).value);

describe.each([
  ['a blocked wait', passOnce, pass, sleep],
  ['an awaited one', passOnceAsync, passAsync, sleepAsync],
])('%s', (_, once, again, sleep) => {
  it('that is not made again is found only with a spurious wake-up', async () => {
    const model = { setup: words(1), threads: [once, open] };
    expect((await explore(model)).complete).toBe(true);
    const found = await failureOf(model, { spurious: 1 });
    expect(found.verdict).toBe('assertion');
    expect(found.schedule).toContain('+a0');
    expect(found.trace.map(({ operation }) => operation)).toContain('wakes spuriously');
    expect(found.message).toMatch(/^ +\d+ {2}wakes spuriously$/m);
    const { traceEvents } = found.toTrace();
    const ends = traceEvents.flatMap(({ cat, ph, ts = 0, dur = 0 }) =>
      cat === 'sleep' || ph === 'e' ? [ts + dur] : [],
    );
    expect(ends).toEqual([found.trace.findIndex(({ word }) => !word) + 1]); // and not the end of all
  });

  it('that is made again is right', async () => {
    const model = { setup: words(1), threads: [again, again, open] };
    expect((await explore(model, { spurious: 2 })).complete).toBe(true);
  });

  it('is not saved by one from a deadlock', async () => {
    const { verdict } = await failureOf({ setup: words(1), threads: [sleep] }, { spurious: 1 });
    expect(verdict).toBe('deadlock');
  });
});

/** How often the first thread is woken, over all schedules. */
async function wakesIn(options: ExploreOptions): Promise<Set<number>> {
  const counts = new Set<number>();
  await explore(
    {
      setup: words(2),
      threads: [
        (shared) => {
          for (let i = 0; i < 3; i++) {
            if (Atomics.wait(shared, 0, 0, 5) === 'ok') Atomics.add(shared, 1, 1);
          }
        },
        (shared) => {
          for (let i = 0; i < 3; i++) Atomics.load(shared, 0);
        },
      ],
      check: (shared) => void counts.add(shared[1]!),
    },
    options,
  );
  return counts;
}

it('comes as often as the option says, also by chance', async () => {
  expect(await wakesIn({})).toEqual(new Set([0]));
  expect(await wakesIn({ spurious: 1 })).toEqual(new Set([0, 1]));
  expect(await wakesIn({ spurious: 2 })).toEqual(new Set([0, 1, 2]));
  for (const strategy of ['random', 'pct'] as const) {
    const seen = await wakesIn({ spurious: 1, strategy, maxSchedules: 200 });
    expect(seen).toEqual(new Set([0, 1]));
  }
});

it('is left, or not, in states that are alike otherwise', async () => {
  const wakes = new Set<number>();
  await explore(
    {
      setup: words(4),
      threads: [
        (shared) => void Atomics.notify(shared, 0), // too early at first: a spurious wake-up makes up for it
        (shared) => {
          const first = Atomics.wait(shared, 0, 0, 5);
          const second = Atomics.wait(shared, 1, 0, 5);
          const areBoth = first === 'ok' && second === 'ok';
          if (areBoth && Atomics.load(shared, 3) === 0) Atomics.store(shared, 2, 1);
        },
        (shared) => void Atomics.store(shared, 3, 1),
      ],
      check: (shared) => void wakes.add(shared[2]!),
    },
    { spurious: 1 },
  );
  expect(wakes).toEqual(new Set([0, 1]));
});

it('leaves its place in the line', async () => {
  const woken = (shared: Int32Array): void => {
    if (Atomics.wait(shared, 0, 0, 5) === 'ok') Atomics.add(shared, 1, 1);
  };
  const counts = new Set<string>();
  await explore(
    {
      setup: words(3),
      threads: [
        ...crew(2, woken),
        (shared) => void Atomics.store(shared, 2, Atomics.notify(shared, 0, 1)),
      ],
      check: (shared) => void counts.add(shared.subarray(1).join()),
    },
    { spurious: 1 },
  );
  // A notification that comes after a spurious wake-up wakes the other one, or nobody.
  expect(counts).toEqual(new Set(['0,0', '1,0', '1,1', '2,1']));
});

it('is a count', async () => {
  const model = { setup: words(1), threads: [open] };
  await expect(explore(model, { spurious: -1 })).rejects.toThrow(RangeError);
});

describe('what waits for more than a wake-up', () => {
  test('a mutex by hand', async () => {
    const add: Body = (shared) => {
      lock(shared);
      Atomics.store(shared, 1, Atomics.load(shared, 1) + 1);
      unlock(shared);
    };
    const { complete } = await explore(
      { setup: words(2), threads: crew(3, add), check: (shared) => expect(shared[1]).toBe(3) },
      { spurious: 2, preemptions: 2 },
    );
    expect(complete).toBe(true);
  });

  test('Mutex, Semaphore and ConditionVariable, blocked and awaited', async () => {
    const setup = () => ({
      mutex: new Mutex({ fairness: 'fifo' }),
      condition: new ConditionVariable(),
      semaphore: new Semaphore(0),
      done: words(1)(),
    });
    type Shared = ReturnType<typeof setup>;
    const wait = ({ mutex, condition, done }: Shared): void => {
      const guard = mutex.lock();
      condition.wait(guard, () => Atomics.load(done, 0) === 1);
      guard.unlock();
    };
    const notify = async ({ mutex, condition, semaphore, done }: Shared): Promise<void> => {
      await semaphore.acquireAsync();
      await mutex.withLockAsync(() => void Atomics.store(done, 0, 1));
      condition.notifyOne();
    };
    const release = ({ semaphore }: Shared): void => semaphore.release();
    const { complete } = await explore(
      { setup, threads: [wait, notify, release] },
      { spurious: 1, preemptions: 1 },
    );
    expect(complete).toBe(true);
  });
});
