/** What is a race on tracked memory, and what is none. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConditionVariable,
  Mutex,
  callOnce,
  OnceFlag,
  OwnerDiedError,
  Semaphore,
  SharedMutex,
} from 'crossthread';
import {
  anyTimeSignal,
  explore,
  type ExploreOptions,
  type Model,
  replay,
  tracked,
} from 'crossthread/testing';
import { describe, expect, it, test } from 'vitest';
import { crew, failureOf, lock, unlock } from './models.ts';

const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
const words = (length: number): Int32Array => new Int32Array(shared(4 * length));

/** A word that is used with `Atomics`, and data that is not. */
interface Pair {
  readonly flag: Int32Array;
  readonly data: Float64Array;
}
const pair = (): Pair => ({ flag: words(2), data: tracked(new Float64Array(shared(32))) });

async function raceIn<Shared>(model: Model<Shared>, options?: ExploreOptions): Promise<string> {
  const { verdict, message } = await failureOf(model, options);
  expect(verdict).toBe('data-race');
  return message.slice(0, message.indexOf('\n\n'));
}

async function expectClean<Shared>(model: Model<Shared>, options?: ExploreOptions): Promise<void> {
  expect((await explore(model, options)).complete).toBe(true);
}

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
    const here = String.raw`testing/tracked\.test\.ts:\d+:\d+`;
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
      /a: write\(data\[1\], 1\).*tracked\.test\.ts:\d+:\d+\n.*b: read.*tracked\.test\.ts:\d+/,
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
      threads: crew(2, ({ data }) => void (data[0] = Number.NaN * 0)),
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
    await expectClean({ setup: pair, threads: crew(3, ({ data }) => void data.toSorted()) });
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
      threads: crew(2, (word) => {
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

describe('tracked views', () => {
  /** What `use` does to a tracked view, and what a plain one makes of the same. */
  async function expectLike(use: (view: never) => unknown, kinds = KINDS): Promise<void> {
    for (const kind of kinds) {
      const bytes = Uint8Array.from({ length: 64 }, (_, i) => (i * 7) % 60);
      const fresh = (): InstanceType<typeof kind> => {
        const buffer = shared(64);
        new Uint8Array(buffer).set(bytes);
        return new kind(buffer, 16, 4);
      };
      const plain = fresh();
      const expected = told(use(plain as never), plain);
      const seen: unknown[] = [];
      await explore({
        setup: () => tracked(fresh()),
        threads: [(view) => void seen.push(told(use(view as never), view))],
      });
      expect(seen).not.toHaveLength(0);
      for (const found of seen) expect(found).toEqual(expected); // it runs again, thread by thread in turn
    }
  }
  const told = (value: unknown, view: ArrayBufferView): unknown => [
    ArrayBuffer.isView(value) ? [value.constructor.name, ...(value as Int8Array)] : value,
    [...(view as Int8Array)],
  ];
  const KINDS = [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ] as const;

  test.each<[string, (view: Float64Array) => unknown]>([
    ['elements', (view) => ((view[1] = 300.7), (view[2] = view[1]), (view[9] = 1), view[9])],
    ['conversion', (view) => ((view[0] = '12' as never), (view[1] = undefined as never), view[0])],
    ['members', (view) => [view.length, view.byteOffset, view.byteLength, String(view)]],
    [
      'fill, copyWithin, reverse',
      (view) => view.fill(3, 1, 2).copyWithin(2, 0).reverse().join('-'),
    ],
    ['set', (view) => view.set(view.subarray(0, 3), 1)],
    ['sort', (view) => view.sort() === view && view.sort((a, b) => b - a).at(-1)],
    [
      'slice, map, filter',
      (view) =>
        view
          .slice(-3)
          .map((x) => x * 2)
          .filter((x) => x > 9),
    ],
    ['map', (view) => view.map((x, i) => x + i)],
    ['filter', (view) => view.filter((_, i) => i !== 1)],
    ['toSorted', (view) => view.toSorted((a, b) => b - a)],
    ['toReversed', (view) => view.toReversed()],
    ['with', (view) => view.with(-1, 5)],
    ['search', (view) => [view.indexOf(view[2]!), view.includes(9), view.find((x) => x > 4)]],
    ['iteration', (view) => [[...view], [...view.entries()], Object.entries(view), { ...view }]],
    ['copies', (view) => [...Float64Array.from(view), ...new Float64Array(view)]],
    ['definition', (view) => Object.defineProperty(view, 0, { value: 5 }) === view],
    ['type', (view) => Object.prototype.toString.call(view)],
  ])('%s: as of the view', async (_, use) => {
    await expectLike(use as never);
  });

  it('takes 64 bits', async () => {
    const use = (view: BigInt64Array): unknown => {
      view[0] = 2n ** 63n;
      return Atomics.add(view, 0, 5n) + view[1]!;
    };
    await expectLike(use as never, [BigInt64Array, BigUint64Array] as never);
  });

  it('gives back the view itself where nothing is explored', async () => {
    const view = words(1);
    expect(tracked(view)).toBe(view);
    await explore({ setup: () => tracked(view), threads: [() => {}] });
    expect(tracked(view)).toBe(view);
    await sleep(0);
    expect(Atomics.add(tracked(view), 0, 1)).toBe(0);
  });

  it('tracks more of the same memory in a thread, and nothing else', async () => {
    const setup = (): { view: Int32Array; other: Int32Array } => {
      const view = tracked(tracked(words(2)));
      return { view, other: words(1) };
    };
    type Shared = ReturnType<typeof setup>;
    const half = ({ view }: Shared): void => void (tracked(new Int16Array(view.buffer))[1] = 1);
    const whole = ({ view }: Shared): void => void view[0];
    expect(await raceIn({ setup, threads: [half, whole] })).toMatch(/a: write[^]*b: read/);
    const error = await failureOf({ setup, threads: [({ other }) => void tracked(other)] });
    expect(error.message).toMatch(
      /TypeError: tracked\(view\) in a thread: `setup` has tracked nothing/,
    );
  });

  it.each<[string, unknown]>([
    ['a DataView', new DataView(shared(8))],
    ['a private Int8Array', new Int8Array(8)],
    ['a SharedArrayBuffer', shared(8)],
    ['a Null', null],
    ['a Number', 5],
  ])('refuses %s', (what, value) => {
    expect(() => tracked(value as never)).toThrow(
      new TypeError(`tracked(view) takes a typed array over a SharedArrayBuffer, got ${what}`),
    );
  });

  it('ends what reads or writes for ever', async () => {
    const setup = (): Int32Array => tracked(words(1));
    const verdictOf = async (body: (word: Int32Array) => void): Promise<string> => {
      return (await failureOf({ setup, threads: [body] }, { maxSteps: 200 })).verdict;
    };
    expect(
      await verdictOf(
        (word) =>
          void (() => {
            while (word[0] === 0);
          })(),
      ),
    ).toBe('livelock');
    expect(await verdictOf((word) => { for (;;) word[0]!++; })).toBe('livelock'); // prettier-ignore
  });

  it('takes a body that reads the same element again and again for no spin', async () => {
    await expectClean({
      setup: pair,
      threads: [
        ({ data }) => {
          let sum = 0;
          for (let i = 0; i < 5000; i++) sum += data[i % 4]!;
          expect(sum).toBe(0);
        },
      ],
    });
  });

  it('is found out when a body depends on what it should not', async () => {
    let runs = 0;
    const search = explore({
      setup: pair,
      threads: [
        ({ flag, data }) => {
          Atomics.add(flag, 0, 1);
          data[runs++ % 2] = 1;
          Atomics.add(flag, 0, 1);
        },
        ({ flag }) => void Atomics.add(flag, 0, 1),
      ],
    });
    await expect(search).rejects.toHaveProperty('verdict', 'nondeterminism');
  });
});
