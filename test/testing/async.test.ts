import { describe, expect, it } from 'vitest';
import { Mutex } from 'crossthread';
import { anyTimeSignal, explore, type Model } from 'crossthread/testing';
import { count, crew, failureOf, lock, unlock, words } from './models.ts';

async function lockAsync(mutex: Int32Array): Promise<void> {
  let state = Atomics.compareExchange(mutex, 0, 0, 1);
  if (state === 0) return;
  if (state !== 2) state = Atomics.exchange(mutex, 0, 2);
  while (state !== 0) {
    await Atomics.waitAsync(mutex, 0, 2).value;
    state = Atomics.exchange(mutex, 0, 2);
  }
}

const counted = (times: number) => (shared: Int32Array) => expect(shared[1]).toBe(times);

async function countAsync(shared: Int32Array): Promise<void> {
  await lockAsync(shared);
  count(shared, 1);
  unlock(shared);
}

function countBlocking(shared: Int32Array): void {
  lock(shared);
  count(shared, 1);
  unlock(shared);
}

describe('async bodies', () => {
  it('exclude each other and blocking ones', async () => {
    for (const threads of [
      [countAsync, countAsync],
      [countAsync, countBlocking],
    ]) {
      const result = await explore({ setup: words(2), threads, check: counted(2) });
      expect(result.complete).toBe(true);
    }
  });

  it('three of them, two blocking, with few preemptions', async () => {
    const threads = [countAsync, countBlocking, countBlocking];
    const model = { setup: words(2), threads, check: counted(3) };
    expect(await explore(model, { preemptions: 1 })).toMatchObject({ complete: true, bound: 1 });
  });

  it('a task of a body that is no async function does not run in the turn of another', async () => {
    const body = (shared: Int32Array): Promise<void> => {
      const task = Promise.resolve().then(() => void Atomics.add(shared, 0, 1));
      Atomics.load(shared, 1);
      Atomics.load(shared, 1); // where it is suspended
      return task;
    };
    const reader = (shared: Int32Array) => void Atomics.load(shared, 0);
    const check = (shared: Int32Array) => expect(shared[0]).toBe(1);
    const model = { setup: words(2), threads: [body, reader, reader], check };
    expect((await explore(model)).complete).toBe(true);
  });

  it('two tasks of one thread take turns', async () => {
    const both = async (shared: Int32Array): Promise<void> => {
      await Promise.all([countAsync(shared), countAsync(shared)]);
    };
    const model = { setup: words(2), threads: [both, countBlocking], check: counted(3) };
    expect((await explore(model)).complete).toBe(true);
  });

  it('a lock without the contended mark: a task is never woken', async () => {
    const forgetful = async (shared: Int32Array): Promise<void> => {
      while (Atomics.compareExchange(shared, 0, 0, 1) !== 0) {
        await Atomics.waitAsync(shared, 0, 1).value;
      }
      unlock(shared);
    };
    const error = await failureOf({ setup: words(1), threads: crew(2, forgetful) });
    expect(error.verdict).toBe('lost-wakeup');
    expect(error.message).toMatch(/thread [ab] awaits shared\[0\], which was 1 and is 0/);
  });

  it('an answer comes late: who blocks before it starves whoever needs it', async () => {
    // The waiter is notified, but blocks its event loop on what only its own task would do.
    const waiter = async (shared: Int32Array): Promise<void> => {
      const task = Atomics.waitAsync(shared, 0, 0);
      const done = Promise.resolve(task.value).then(() => {
        Atomics.store(shared, 1, 1);
        Atomics.notify(shared, 1);
      });
      Atomics.wait(shared, 1, 0);
      await done;
    };
    const waker = (shared: Int32Array): void => {
      while (Atomics.notify(shared, 0) === 0);
    };
    const error = await failureOf({ setup: words(2), threads: [waiter, waker] });
    expect(error).toMatchObject({ verdict: 'deadlock' });
    expect(error.message).toContain('thread a sleeps on shared[1] = 0');
  });

  it('blocking and async waits stand in one line', async () => {
    const order: string[] = [];
    const model: Model<Int32Array> = {
      setup: words(2),
      threads: [
        async (shared) => {
          const wait = Atomics.waitAsync(shared, 0, 0);
          Atomics.store(shared, 1, 1);
          Atomics.notify(shared, 1);
          await wait.value;
          order.push('async');
        },
        (shared) => {
          Atomics.wait(shared, 1, 0);
          Atomics.wait(shared, 0, 0);
          order.push('blocking');
        },
        (shared) => {
          while (Atomics.notify(shared, 0, 1) === 0);
          order.length = 0;
        },
      ],
    };
    const error = await failureOf(model, { preemptions: 1 });
    expect(error.verdict).toBe('deadlock'); // one notify: the second waiter, always the blocking one
    expect(error.message).toContain('thread b sleeps on shared[0]');
    expect(error.message).not.toContain('thread a');
  });

  it('time out as the budget allows', async () => {
    const seen = new Set<string>();
    const model: Model<Int32Array> = {
      setup: words(1),
      threads: [
        async (shared) => void seen.add(await Atomics.waitAsync(shared, 0, 0, 10).value),
        (shared) => {
          Atomics.store(shared, 0, 1);
          Atomics.notify(shared, 0);
        },
      ],
    };
    await explore(model);
    expect(seen).toEqual(new Set(['ok', 'not-equal']));
    await explore(model, { timeouts: 1 });
    expect(seen).toEqual(new Set(['ok', 'not-equal', 'timed-out']));
  });

  it('that wait for what nobody here settles are stuck', async () => {
    const error = await failureOf({
      setup: words(1),
      threads: [() => new Promise<void>(() => undefined)],
    });
    expect(error).toMatchObject({ verdict: 'deadlock' });
    expect(error.message).toContain('awaits a promise');
  });

  it('that reject are told with their error', async () => {
    const error = await failureOf({
      setup: words(1),
      threads: [
        async (shared: Int32Array) => {
          await Atomics.waitAsync(shared, 0, 0, 1).value;
          throw new RangeError('late');
        },
      ],
    });
    expect(error).toMatchObject({ verdict: 'assertion', cause: { message: 'late' } });
  });

  it('errors that nobody catches are found, suspended tasks that nobody awaits are not errors', async () => {
    const task = async (shared: Int32Array): Promise<void> => {
      await Promise.resolve();
      Atomics.add(shared, 0, 1);
      Atomics.add(shared, 0, 1);
    };
    const careless = async (shared: Int32Array): Promise<void> => {
      void task(shared);
      await Promise.resolve();
      Atomics.add(shared, 0, 1);
    };
    const model = { setup: words(1), threads: crew(2, careless) };
    const check = (shared: Int32Array) => expect(shared[0]).toBe(6);
    expect((await explore({ ...model, check })).complete).toBe(true);

    const broken = async (shared: Int32Array): Promise<void> => {
      void task(shared).then(() => {
        throw new RangeError('nobody cares');
      });
      await Promise.resolve();
    };
    const error = await failureOf({ setup: words(1), threads: [broken] });
    expect(error).toMatchObject({ verdict: 'assertion', cause: { message: 'nobody cares' } });
  });
});

it('other code of the process goes on with the real Atomics and as itself', async () => {
  const real = globalThis.Atomics;
  let isOver = false;
  let looks = 0;
  const others = (async () => {
    for (; !isOver; looks++) {
      expect(globalThis.Atomics).toBe(real);
      const mutex = new Mutex();
      mutex.lock();
      await new Promise((resolve) => setImmediate(resolve));
      mutex.unlock();
    }
  })();
  const { complete } = await explore({
    setup: () => ({ mutex: new Mutex(), words: words(1)() }),
    threads: crew(2, async ({ mutex, words }: { mutex: Mutex; words: Int32Array }) => {
      await Promise.resolve();
      mutex.withLock(() => Atomics.add(words, 0, 1));
    }),
  });
  isOver = true;
  await others;
  expect(complete).toBe(true);
  expect(looks).toBeGreaterThan(1);
});

it('who listened for stray errors before does so again, once if it was once', async () => {
  const listener = (): void => {};
  process.once('unhandledRejection', listener);
  try {
    const before = process.rawListeners('unhandledRejection');
    await explore({ setup: words(1), threads: [async () => {}] });
    expect(process.rawListeners('unhandledRejection')).toEqual(before);
  } finally {
    process.removeListener('unhandledRejection', listener);
  }
});

describe('anyTimeSignal', () => {
  const waits = (seen: Set<string>) => async (shared: Int32Array) => {
    const signal = anyTimeSignal();
    const aborted = new Promise<string>((resolve) => {
      signal.addEventListener('abort', () => {
        Atomics.add(shared, 1, 1); // listeners may act
        Atomics.add(shared, 1, 1);
        resolve('aborted');
      });
    });
    seen.add(await Promise.race([Atomics.waitAsync(shared, 0, 0).value, aborted]));
  };
  const waker = (shared: Int32Array): void => {
    Atomics.store(shared, 0, 1);
    Atomics.notify(shared, 0);
    Atomics.add(shared, 1, 1);
  };

  it('aborts at any moment of the event loop, as often as it may', async () => {
    const seen = new Set<string>();
    const model = { setup: words(2), threads: [waits(seen), waker] };
    await explore(model);
    expect(seen).toEqual(new Set(['ok', 'not-equal']));
    const result = await explore(model, { aborts: 1 });
    expect(seen).toEqual(new Set(['ok', 'not-equal', 'aborted']));
    expect(result.complete).toBe(true);
  });

  it('an abort that eats the wake-up of another is found', async () => {
    // Whoever was aborted stays in the engine's line: the notify meant for another goes to it.
    const seen = new Set<string>();
    const passOn = async (shared: Int32Array): Promise<void> => {
      await waits(seen)(shared);
      if (Atomics.load(shared, 1) === 0) Atomics.notify(shared, 0, 1);
    };
    const wait = (shared: Int32Array): void => {
      Atomics.wait(shared, 0, 0);
      Atomics.notify(shared, 0, 1);
    };
    const wake = (shared: Int32Array): void => {
      Atomics.store(shared, 0, 1);
      Atomics.notify(shared, 0, 1);
    };
    const model = { setup: words(2), threads: [passOn, wait, wake] };
    await explore(model);
    const error = await failureOf(model, { aborts: 1 });
    expect(error.verdict).toBe('lost-wakeup');
    expect(error.schedule).toContain('^');
  });

  it('is for bodies', () => {
    expect(() => anyTimeSignal()).toThrow('for the bodies of a model');
  });
});
