/** Programs that must fail, and beside each what must pass. */
import { describe, expect, it } from 'vitest';
import { explore, type Model } from 'crossthread/testing';
import { crew, failureOf, lock, unlock, words } from './models.ts';

describe('locks in a ring', () => {
  const philosophers = (hands: readonly (readonly [number, number])[]): Model<Int32Array[]> => ({
    setup: () => hands.map(() => words(1)()),
    threads: hands.map(([first, second]) => (forks) => {
      lock(forks[first]!);
      lock(forks[second]!);
      unlock(forks[second]!);
      unlock(forks[first]!);
    }),
  });

  it.each([2, 3, 4])('%i philosophers starve, each held up by the next', async (n) => {
    const hands = Array.from({ length: n }, (_, i) => [i, (i + 1) % n] as const);
    const model = philosophers(hands);
    const error = await failureOf(model, { iterative: true, preemptions: 1 });
    expect(error.verdict).toBe('deadlock');
    for (const [i, [, second]] of hands.entries()) {
      const letter = String.fromCharCode(97 + i);
      expect(error.message).toContain(`thread ${letter} sleeps on ${second}[0] = 2`);
    }
    expect(await explore(model, { preemptions: 0 })).toMatchObject({ complete: true, bound: 0 });
  });

  it('one who takes the forks the other way round lets all eat', async () => {
    const model = philosophers([
      [0, 1],
      [1, 2],
      [0, 2],
    ]);
    expect(await explore(model)).toMatchObject({ complete: true, bound: Infinity });
  });
});

describe('parking', () => {
  const [TOKEN] = [0];
  const park = (shared: Int32Array): void => {
    while (Atomics.exchange(shared, TOKEN, 0) === 0) Atomics.wait(shared, TOKEN, 0);
  };
  const unpark = (shared: Int32Array): void => {
    Atomics.store(shared, TOKEN, 1);
    Atomics.notify(shared, TOKEN, 1);
  };
  const times =
    (n: number, act: (shared: Int32Array) => void) =>
    (shared: Int32Array): void => {
      for (let i = 0; i < n; i++) act(shared);
    };
  const model = (parks: number, unparks: number): Model<Int32Array> => ({
    setup: words(1),
    threads: [times(parks, park), times(unparks, unpark)],
  });

  it('one token is enough for one, whoever comes first', async () => {
    expect(await explore(model(1, 1))).toMatchObject({ complete: true, bound: Infinity });
    expect(await explore(model(1, 2))).toMatchObject({ complete: true, bound: Infinity });
  });

  it('tokens do not add up', async () => {
    const error = await failureOf(model(2, 2), { iterative: true });
    expect(error).toMatchObject({ verdict: 'deadlock' });
    expect(error.message).toContain('thread a sleeps on shared[0] = 0');
  });

  it('who looks once may be woken for nothing', async () => {
    const once = (shared: Int32Array): void => {
      if (Atomics.load(shared, 0) === 0) Atomics.wait(shared, 0, 0);
      if (Atomics.load(shared, 0) === 0) throw new Error('woken for nothing');
    };
    const stray = (shared: Int32Array): void => void Atomics.notify(shared, 0);
    const threads = [once, stray, unpark];
    const error = await failureOf({ setup: words(1), threads }, { iterative: true });
    expect(error).toMatchObject({ verdict: 'assertion', cause: { message: 'woken for nothing' } });
  });
});

describe('errors and sleepers', () => {
  it('what a thread throws is told, not that others would have slept for ever', async () => {
    const error = await failureOf({
      setup: words(2),
      threads: [
        (shared) => {
          lock(shared);
          throw new RangeError('holds it');
        },
        (shared) => {
          lock(shared);
          unlock(shared);
        },
      ],
    });
    expect(error).toMatchObject({ verdict: 'assertion', cause: { message: 'holds it' } });
  });

  it('a check is asked only when all have ended', async () => {
    let checks = 0;
    const error = await failureOf({
      setup: words(1),
      threads: crew(1, (shared: Int32Array) => void Atomics.wait(shared, 0, 0)),
      check: () => void checks++,
    });
    expect(error.verdict).toBe('deadlock');
    expect(checks).toBe(0);
  });

  it('an error that is thrown on one schedule of many is found', async () => {
    const error = await failureOf({
      setup: words(1),
      threads: [1, 2, 3, 4].map((digit) => (shared: Int32Array) => {
        let before = Atomics.load(shared, 0);
        for (;;) {
          const found = Atomics.compareExchange(shared, 0, before, before * 10 + digit);
          if (found === before) break;
          before = found;
        }
        if (before * 10 + digit === 3142) throw new Error('in this order');
      }),
    });
    expect(error.cause).toMatchObject({ message: 'in this order' });
  });
});

describe('async', () => {
  it('a wait that nobody awaits keeps nobody', async () => {
    const result = await explore({
      setup: words(2),
      threads: [
        async (shared) => {
          void Atomics.waitAsync(shared, 0, 0);
          await Promise.resolve();
          Atomics.store(shared, 1, 1);
        },
        (shared) => void Atomics.load(shared, 1),
      ],
    });
    expect(result).toMatchObject({ complete: true, bound: Infinity });
  });

  it('but it takes a wake-up that another needs', async () => {
    const error = await failureOf({
      setup: words(1),
      threads: [
        async (shared) => void Atomics.waitAsync(shared, 0, 0),
        async (shared) => {
          while (Atomics.load(shared, 0) === 0) await Atomics.waitAsync(shared, 0, 0).value;
        },
        (shared) => {
          Atomics.store(shared, 0, 1);
          Atomics.notify(shared, 0, 1);
        },
      ],
    });
    expect(error.verdict).toBe('lost-wakeup');
    expect(error.message).toContain('thread b awaits shared[0], which was 0 and is 1');
  });

  it('two tasks that await each other are stuck, one after the other they are not', async () => {
    const ask = async (shared: Int32Array, mine: number, other: number): Promise<void> => {
      while (Atomics.load(shared, other) === 0) await Atomics.waitAsync(shared, other, 0).value;
      Atomics.store(shared, mine, 1);
      Atomics.notify(shared, mine);
    };
    const tasks = async (shared: Int32Array): Promise<void> => {
      await Promise.all([ask(shared, 0, 1), ask(shared, 1, 0)]);
    };
    const error = await failureOf({ setup: words(2), threads: [tasks] });
    expect(error.verdict).toBe('deadlock');
    expect(error.message).toContain('thread a awaits shared[0] = 0');
    expect(error.message).toContain('thread a awaits shared[1] = 0');

    const opened = (shared: Int32Array): void => {
      Atomics.store(shared, 0, 1);
      Atomics.notify(shared, 0);
    };
    expect((await explore({ setup: words(2), threads: [tasks, opened] })).complete).toBe(true);
  });

  it('a task that blocks holds up the other tasks of its thread', async () => {
    const model = (waits: (shared: Int32Array) => void | Promise<void>): Model<Int32Array> => ({
      setup: words(1),
      threads: [
        async (shared) => {
          const opening = Promise.resolve().then(() => {
            Atomics.store(shared, 0, 1);
            Atomics.notify(shared, 0);
          });
          await waits(shared);
          await opening;
        },
      ],
    });
    const blocked = await failureOf(model((shared) => void Atomics.wait(shared, 0, 0)));
    expect(blocked.verdict).toBe('deadlock');
    const awaits = async (shared: Int32Array): Promise<void> => {
      await Atomics.waitAsync(shared, 0, 0).value;
    };
    expect((await explore(model(awaits))).complete).toBe(true);
  });
});

describe('priorities that change', () => {
  /** Goes wrong if the first is stopped between its two steps. */
  const model: Model<Int32Array> = {
    setup: words(2),
    threads: [
      (shared) => {
        Atomics.store(shared, 0, 1);
        Atomics.store(shared, 0, 0);
      },
      (shared) => {
        if (Atomics.load(shared, 0) === 1) throw new Error('in between');
      },
    ],
  };
  const pct = { strategy: 'pct', maxSchedules: 200 } as const;

  it('without a change nothing is found that needs one', async () => {
    expect((await explore(model, { ...pct, falls: 0 })).schedules).toBe(200);
  });

  it('with one it is, by the same schedule for the same seed', async () => {
    const first = await failureOf(model, { ...pct, falls: 1, seed: 5 });
    const second = await failureOf(model, { ...pct, falls: 1, seed: 5 });
    expect(second.message).toBe(first.message);
  });

  it('of twenty threads, one that spins first does not keep the others from running', async () => {
    const spin = (shared: Int32Array): void => {
      while (Atomics.load(shared, 0) < 19);
    };
    const threads = [spin, ...crew(19, (shared: Int32Array) => void Atomics.add(shared, 0, 1))];
    const result = await explore({ setup: words(1), threads }, { ...pct, maxSteps: 200 });
    expect(result.schedules).toBe(200);
  });
});
