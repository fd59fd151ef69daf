/** What is a race on tracked memory, and what is none. */
import { anyTimeSignal, type Model, replay, tracked } from 'crossthread/testing';
import { describe, expect, it, test } from 'vitest';
import { crew, failureOf } from './models.ts';
import { expectClean, type Pair, pair, raceIn, words } from './tracked-models.ts';

describe('a race', () => {
  it('is told by both accesses: who, what, which word, which value, where', async () => {
    const message = await raceIn({
      setup: pair,
      threads: [
        ({ data }) => void (data[1] = 2.5),
        ({ data }) => {
          if (data[1] === 0) data[0] = 1;
        },
      ],
    });
    const here = String.raw`testing/races\.test\.ts:\d+:\d+`;
    expect(message).toMatch(
      new RegExp(
        String.raw`^data-race: nothing orders two accesses of the same memory\n` +
          String.raw`  thread a: write\(data\[1\], 2\.5\)  0→2\.5  ${here}\n` +
          String.raw`  thread b: read\(data\[1\]\) = 2\.5  ${here}$`,
      ),
    );
    const [a, b] = [...message.matchAll(/ts:(\d+)/g)].map(([, line]) => Number(line));
    expect(b! - a!).toBe(2);
  });

  test('in a method of the view is told by the line that called it', async () => {
    const fill = ({ data }: Pair): void => void data.fill(1);
    const sum = ({ data }: Pair): void => void data.slice(1, 3).reduce((a, b) => a + b);
    const message = await raceIn({ setup: pair, threads: [fill, sum] });
    expect(message).toMatch(
      /a: write\(data\[1\], 1\).*races\.test\.ts:\d+:\d+\n.*b: read.*races\.test\.ts:\d+/,
    );
  });

  test('of an atomic operation with a plain one is one too', async () => {
    const message = await raceIn({
      setup: () => tracked(words(1)),
      threads: [(word) => void Atomics.add(word, 0, 1), (word) => void (word[0] = 5)],
    });
    expect(message).toMatch(
      /a: add\(shared\[0\], 1\) = 0 {2}0→1 .*\n.* b: write\(shared\[0\], 5\)/,
    );
  });

  test('of atomic operations of two widths is one: they may tear', async () => {
    const model = (byte: number): Model<{ word: Int32Array; bytes: Uint8Array }> => ({
      setup: () => {
        const word = tracked(words(2));
        return { word, bytes: tracked(new Uint8Array(word.buffer)) };
      },
      threads: [
        ({ word }) => void Atomics.store(word, 0, -1),
        ({ bytes }) => void Atomics.load(bytes, byte),
      ],
    });
    expect(await raceIn(model(3))).toMatch(/store[^]*load/);
    await expectClean(model(4));
  });

  test('of a wait with a plain write', async () => {
    await raceIn({
      setup: () => tracked(words(1)),
      threads: [(word) => void Atomics.wait(word, 0, 1), (word) => void (word[0] = 0)],
    });
  });

  test('needs no change of the value', async () => {
    await raceIn({
      setup: pair,
      threads: crew<Pair>(2, ({ data }) => void (data[0] = 0)),
    });
  });
});

describe('no race', () => {
  test('an exchange that fails, and a plain read', async () => {
    await expectClean({
      setup: () => tracked(words(1)),
      threads: [
        (word) => void Atomics.compareExchange(word, 0, 2 ** 32 + 1, 0),
        (word) => void word[0],
      ],
    });
    await raceIn({
      setup: () => tracked(words(1)),
      threads: [
        (word) => void Atomics.compareExchange(word, 0, 2 ** 32, 0), // which is 0
        (word) => void word[0],
      ],
    });
  });

  test('two that read', async () => {
    await expectClean({ setup: pair, threads: crew<Pair>(3, ({ data }) => void data.toSorted()) });
  });

  test('two parts of a view', async () => {
    const halves = [0, 2].map((from) => ({ data }: Pair) => {
      data.subarray(from, from + 2).set([1, 2]);
    });
    await expectClean({
      setup: pair,
      threads: halves,
      check: ({ data }) => expect([...data]).toEqual([1, 2, 1, 2]),
    });
  });

  test('setup before all, check and invariant', async () => {
    await expectClean({
      setup: () => {
        const { flag, data } = pair();
        data[0] = 7;
        Atomics.store(tracked(flag), 0, 1);
        return { flag: tracked(flag), data };
      },
      threads: [
        ({ flag, data }) => {
          expect(Atomics.load(flag, 0)).toBe(1);
          expect(data[0]).toBe(7);
          data[0] = 8;
        },
      ],
      invariant: ({ data }) => expect([7, 8]).toContain(data[0]),
      check: ({ data, flag }) => {
        data[0]! += tracked(words(1))[0]!;
        expect([data[0], Atomics.load(flag, 0)]).toEqual([8, 1]);
      },
    });
  });

  test('atomic operations, whatever they do', async () => {
    await expectClean({
      setup: () => tracked(words(2)),
      threads: crew<Int32Array>(2, (word) => {
        Atomics.add(word, 0, 1);
        Atomics.store(word, 1, Atomics.load(word, 0));
        Atomics.compareExchange(word, 1, 1, 2);
      }),
      check: (word) => expect(word[0]).toBe(2),
    });
  });
});

describe('message passing', () => {
  const send =
    (publish: (pair: Pair) => void) =>
    (shared: Pair): void => {
      shared.data[0] = 1;
      publish(shared);
    };
  const receive =
    (isThere: (pair: Pair) => boolean) =>
    (shared: Pair): void => {
      if (isThere(shared)) expect(shared.data[0]).toBe(1);
    };
  const peek =
    (isThere: (pair: Pair) => boolean) =>
    (shared: Pair): void => {
      if (isThere(shared)) void shared.data[0];
    };
  const store = ({ flag }: Pair): void => void Atomics.store(flag, 0, 1);
  const load = ({ flag }: Pair): boolean => Atomics.load(flag, 0) === 1;

  it.each<[string, Model<Pair>['threads']]>([
    ['by store and load', [send(store), receive(load)]],
    ['by exchange', [send(({ flag }) => void Atomics.exchange(flag, 0, 1)), receive(load)]],
    ['to two', [send(store), receive(load), receive(load)]],
    [
      'over a third thread',
      [
        send(store),
        (shared) => {
          if (load(shared)) Atomics.store(shared.flag, 1, 1);
        },
        receive(({ flag }) => Atomics.load(flag, 1) === 1),
      ],
    ],
    [
      'over a read-modify-write of a third',
      [
        send(({ flag }) => void Atomics.add(flag, 0, 1)),
        ({ flag }) => void Atomics.add(flag, 0, 2),
        receive(({ flag }) => (Atomics.load(flag, 0) & 1) === 1),
      ],
    ],
  ])('%s: none', async (_, threads) => {
    await expectClean({ setup: pair, threads });
  });

  it.each<[string, RegExp, Model<Pair>['threads']]>([
    ['published before it is written', /data/, [(s) => (store(s), send(() => {})(s)), peek(load)]],
    [
      'read before the flag',
      /data/,
      [send(store), ({ flag, data }) => data[0] === 1 && load({ flag, data })],
    ],
    [
      'through the store of another, which has not read the first',
      /data/,
      [
        send(store),
        ({ flag }) => void Atomics.store(flag, 0, 2),
        peek(({ flag }) => Atomics.load(flag, 0) === 2),
      ],
    ],
    [
      'by a failing exchange of the sender, which writes nothing',
      /data/,
      [
        send(({ flag }) => void Atomics.compareExchange(flag, 0, 5, 1)),
        peek(({ flag }) => Atomics.load(flag, 0) === 0),
      ],
    ],
    [
      'by two counters, relaxed in thought',
      /data/,
      [
        send(({ flag }) => void Atomics.add(flag, 0, 1)),
        ({ flag }) => void Atomics.add(flag, 0, 1),
        peek(({ flag }) => Atomics.load(flag, 1) === 0 && Atomics.load(flag, 0) <= 1),
      ],
    ],
  ])('%s: a race', async (_, word, threads) => {
    expect(await raceIn({ setup: pair, threads: threads as Model<Pair>['threads'] })).toMatch(word);
  });

  test('with a plain flag: the flag races, whoever spins on it', async () => {
    const setup = (): Pair => ({ ...pair(), flag: tracked(words(1)) });
    const spin = ({ flag, data }: Pair): void => {
      while (flag[0] === 0);
      data[0] = 2;
    };
    const raise = ({ flag, data }: Pair): void => {
      data[0] = 1;
      flag[0] = 1;
    };
    const found = await failureOf({ setup, threads: [spin, raise] }, { preemptions: 0 });
    expect(found.message).toMatch(/data-race[^]*read\(flag\[0\]\) = 0/);
    expect(found.trace.length).toBeLessThan(50); // it is seen to spin
    expect(await raceIn({ setup, threads: [raise, spin] })).toMatch(/read\(flag\[0\]\) = 1/);
  });

  test('a reader that saw the old flag: on one schedule only', async () => {
    const found = await failureOf(
      {
        setup: pair,
        threads: [
          send(store),
          ({ flag, data }) => {
            const early = Atomics.load(flag, 0);
            const late = Atomics.load(flag, 1);
            if (early === 0 && late === 0) return;
            if (early === 1 || data[0] === 1) expect(data[0]).toBe(1);
          },
          ({ flag }) => void Atomics.store(flag, 1, 1),
        ],
      },
      { iterative: true },
    );
    expect(found.verdict).toBe('data-race');
    expect(found.message).toMatch(/thread a: write\(data\[0\], 1\)|thread b: read\(data\[0\]\)/);
  });
});

describe('waiting', () => {
  const publishes =
    (publish: (flag: Int32Array) => unknown) =>
    ({ flag, data }: Pair): void => {
      data[0] = 1;
      publish(flag);
    };
  const WAIT = 5; // ms, of the simulated clock

  test('publication by nothing but a notification that somebody has got', async () => {
    await expectClean(
      {
        setup: pair,
        threads: [
          publishes((flag) => Atomics.notify(flag, 0)),
          ({ flag, data }) => {
            if (Atomics.wait(flag, 0, 0, WAIT) === 'ok') expect(data[0]).toBe(1);
          },
          async ({ flag, data }) => {
            const answer = Atomics.waitAsync(flag, 1, 0, WAIT);
            if ((await answer.value) === 'ok') data[1] = 1;
          },
          ({ flag, data }) => {
            data[1] = 2;
            Atomics.notify(flag, 1);
          },
        ],
      },
      { preemptions: 2 },
    );
  });

  test.each<[string, (pair: Pair) => void | Promise<void>]>([
    [
      'a wait that ends by time',
      ({ flag, data }) => {
        if (Atomics.wait(flag, 0, 0, WAIT) === 'timed-out') data[0] = 2;
      },
    ],
    [
      'an answer that comes by time',
      async ({ flag, data }) => {
        if ((await Atomics.waitAsync(flag, 0, 0, WAIT).value) === 'timed-out') data[0] = 2;
      },
    ],
    [
      'before the answer has come',
      async ({ flag, data }) => {
        const { value } = Atomics.waitAsync(flag, 0, 0, WAIT);
        Atomics.store(flag, 1, 1);
        data[0] = 2;
        await value;
      },
    ],
  ])('%s: a race', async (_, waiter) => {
    const threads = [publishes((flag) => Atomics.notify(flag, 0)), waiter];
    await raceIn({ setup: pair, threads }, { timeouts: 1 });
  });

  test('a value that the wait has found passes on what is behind it', async () => {
    await expectClean({
      setup: pair,
      threads: [
        publishes((flag) => Atomics.store(flag, 0, 1)),
        ({ flag, data }) => {
          if (Atomics.wait(flag, 0, 0, WAIT) === 'not-equal') expect(data[0]).toBe(1);
        },
      ],
    });
  });

  test('who finds that the waiter is gone comes after who has woken it', async () => {
    await expectClean({
      setup: pair,
      threads: [
        publishes((flag) => Atomics.notify(flag, 0)),
        async ({ flag }) => {
          const { value } = Atomics.waitAsync(flag, 0, 0, WAIT);
          Atomics.store(flag, 1, 1);
          await value;
        },
        ({ flag, data }) => {
          if (Atomics.load(flag, 1) === 1 && Atomics.notify(flag, 0) === 0) data[0] = 2;
        },
      ],
    });
  });

  test('an abort orders nothing', async () => {
    await raceIn(
      {
        setup: pair,
        threads: [
          ({ data }) => void (data[0] = 1),
          async ({ data }) => {
            const signal = anyTimeSignal();
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
            data[0] = 2;
          },
        ],
      },
      { aborts: 1 },
    );
  });
});

/**
 * What orders too much hides a race on some schedules; on others it shows all the same, since the two
 * accesses can come one right after the other. So these are told by one schedule.
 */
describe('on one schedule', () => {
  const peek = ({ flag, data }: Pair): void => {
    Atomics.load(flag, 0);
    void data[0];
  };
  const NOBODY = 0;

  test.each<[string, boolean, string, Model<Pair>['threads']]>([
    [
      'a store passes on what its thread did',
      false,
      'ab',
      [({ flag, data }) => ((data[0] = 1), void Atomics.store(flag, 0, 1)), peek],
    ],
    [
      'not what was behind the store before it',
      true,
      'abc',
      [
        ({ flag, data }) => ((data[0] = 1), void Atomics.store(flag, 0, 1)),
        ({ flag }) => void Atomics.store(flag, 0, 2),
        peek,
      ],
    ],
    [
      'a failing exchange passes on nothing',
      true,
      'ab',
      [({ flag, data }) => ((data[0] = 1), void Atomics.compareExchange(flag, 0, 5, 6)), peek],
    ],
    [
      'an exchange of equals does',
      false,
      'ab',
      [({ flag, data }) => ((data[0] = 1), void Atomics.compareExchange(flag, 0, 0, 0)), peek],
    ],
    [
      'a notification reaches who awaits it with the answer, not before',
      true,
      'aba',
      [
        async ({ flag, data }) => {
          const { value } = Atomics.waitAsync(flag, 0, 0);
          Atomics.load(flag, 1);
          data[0] = 2;
          await value;
        },
        ({ flag, data }) => ((data[0] = 1), void Atomics.notify(flag, 0)),
      ],
    ],
    [
      'a wait that ends by time comes after all who were in the list',
      false,
      'ab~aa',
      [
        ({ flag, data }) => (Atomics.wait(flag, 0, 0, 5), void data[0]),
        ({ flag, data }) => ((data[0] = 1), void Atomics.notify(flag, 0, NOBODY)),
      ],
    ],
    [
      'and so does an answer that comes by time',
      false,
      'ab*a0',
      [
        async ({ flag, data }) => (await Atomics.waitAsync(flag, 0, 0, 5).value, void data[0]),
        ({ flag, data }) => ((data[0] = 1), void Atomics.notify(flag, 0, NOBODY)),
      ],
    ],
  ])('%s', async (_, races, schedule, threads) => {
    const run = replay({ setup: pair, threads }, schedule);
    if (races) await expect(run).rejects.toHaveProperty('verdict', 'data-race');
    else await run;
  });
});

describe('a bounded search', () => {
  it('takes two states for different where somebody has heard of less', async () => {
    const threads: Model<{ flags: Int32Array; data: Int32Array }>['threads'] = [
      ({ flags }) => {
        if (Atomics.load(flags, 0) === 1) Atomics.store(flags, 1, 1); // without what comes after flag 0
      },
      ({ flags, data }) => {
        Atomics.store(flags, 0, 1);
        data[0] = 1;
        Atomics.store(flags, 1, 1);
      },
      ({ flags, data }) => {
        if (Atomics.load(flags, 2) === 1 && Atomics.load(flags, 1) === 1) void data[0];
      },
      ({ flags }) => void Atomics.store(flags, 2, 1),
      ({ flags }) => void Atomics.add(flags, 3, 1),
    ];
    const setup = () => ({ flags: words(4), data: tracked(words(1)) });
    const { schedule } = await failureOf({ setup, threads }, { preemptions: 0 });
    expect(schedule).toMatch(/^b2a2dc2$/);
  });
});
