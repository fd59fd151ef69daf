import { Mutex } from 'crossthread';
import { describe, expect, it } from 'vitest';
import { anyTimeSignal, explore, replay } from 'crossthread/testing';
import { runSchedule } from 'crossthread/testing/fast-check';
import { caught, count, crew, failureOf, lock, spinners, unlock, words } from './models.ts';

describe('lost wake-ups', () => {
  it('a semaphore that notifies only when it was empty', async () => {
    const acquire = (permits: Int32Array): void => {
      for (;;) {
        const left = Atomics.load(permits, 0);
        if (left === 0) Atomics.wait(permits, 0, 0);
        else if (Atomics.compareExchange(permits, 0, left, left - 1) === left) return;
      }
    };
    const release = (permits: Int32Array): void => {
      if (Atomics.add(permits, 0, 1) === 0) Atomics.notify(permits, 0, 1);
    };
    const threads = [acquire, acquire, release, release];
    const error = await failureOf({ setup: words(1), threads }, { preemptions: 2 });
    expect(error.verdict).toBe('lost-wakeup');
    expect(error.message).toMatch(/sleeps on shared\[0\], which was 0 and is 1/);
  });

  const SEQUENCE = 1;
  const READY = 2;
  const notifyOne = (shared: Int32Array): void => {
    lock(shared);
    Atomics.store(shared, READY, 1);
    unlock(shared);
    Atomics.add(shared, SEQUENCE, 1);
    Atomics.notify(shared, SEQUENCE, 1);
  };

  it('a condition variable that reads its sequence before the unlock is right', async () => {
    const wait = (shared: Int32Array): void => {
      lock(shared);
      while (Atomics.load(shared, READY) === 0) {
        const sequence = Atomics.load(shared, SEQUENCE);
        unlock(shared);
        Atomics.wait(shared, SEQUENCE, sequence);
        lock(shared);
      }
      unlock(shared);
    };
    const result = await explore({ setup: words(3), threads: [wait, notifyOne] });
    expect(result.complete).toBe(true);
  });

  it('a condition variable that reads its sequence after the unlock', async () => {
    const wait = (shared: Int32Array): void => {
      lock(shared);
      while (Atomics.load(shared, READY) === 0) {
        unlock(shared);
        Atomics.wait(shared, SEQUENCE, Atomics.load(shared, SEQUENCE));
        lock(shared);
      }
      unlock(shared);
    };
    const error = await failureOf({ setup: words(3), threads: [wait, notifyOne] });
    expect(error.verdict).toBe('deadlock'); // it sleeps on the sequence that it should have seen change
  });
});

describe('what else can go wrong', () => {
  it('assertion: a body throws, and its error is the cause', async () => {
    const error = await failureOf({
      setup: words(1),
      threads: [
        (shared: Int32Array) => void Atomics.store(shared, 0, 1),
        (shared: Int32Array) => {
          if (Atomics.load(shared, 0) === 1) throw new RangeError('seen');
        },
      ],
    });
    expect(error.verdict).toBe('assertion');
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.message).toContain('thread b threw RangeError: seen');
  });

  it('assertion: what is thrown has no text', async () => {
    const { reason, cause } = await failureOf({
      setup: words(1),
      threads: [
        () => {
          throw Object.create(null);
        },
      ],
    });
    expect(reason).toBe('thread a threw something that has no text');
    expect(cause).toEqual(Object.create(null));
  });

  it('assertion: an invariant is broken in the middle, though the end is well', async () => {
    const error = await failureOf({
      setup: words(2),
      threads: crew(2, (shared: Int32Array) => {
        Atomics.add(shared, 0, 1);
        Atomics.sub(shared, 0, 1);
      }),
      invariant(shared) {
        if (Atomics.load(shared, 0) > 1) throw new Error('two inside');
      },
      check: (shared) => expect(shared[0]).toBe(0),
    });
    expect(error).toMatchObject({ verdict: 'assertion', schedule: 'ab' });
  });

  it('leak: something is left behind', async () => {
    const error = await failureOf({
      setup: words(1),
      threads: crew(1, (shared: Int32Array) => lock(shared)),
      atRest: (shared) => (shared[0] === 0 ? undefined : 'the lock is held'),
    });
    expect(error.verdict).toBe('leak');
    expect(error.message).toContain('the lock is held');
  });

  it('livelock: a thread spins for ever on what nobody writes', async () => {
    const error = await failureOf(
      {
        setup: words(1),
        threads: [
          (shared: Int32Array) => {
            while (Atomics.load(shared, 0) === 0);
          },
          () => undefined,
        ],
      },
      { maxSteps: 200 },
    );
    expect(error.verdict).toBe('livelock');
  });

  it('livelock: two threads give way to each other for ever', async () => {
    const polite = (mine: number, other: number) => (shared: Int32Array) => {
      for (;;) {
        Atomics.store(shared, mine, 1);
        if (Atomics.load(shared, other) === 0) break;
        Atomics.store(shared, mine, 0);
      }
    };
    const error = await failureOf(
      { setup: words(2), threads: [polite(0, 1), polite(1, 0)] },
      { maxSteps: 100, preemptions: 2 },
    );
    expect(error.verdict).toBe('livelock');
  });

  it('a spin lock is no livelock: who holds it is let run', async () => {
    expect((await explore(spinners)).complete).toBe(true);
  });

  it('nondeterminism: a body that throws dice', async () => {
    let throws = 0;
    const dice = (shared: Int32Array): void => {
      Atomics.add(shared, throws++ % 2, 1);
      Atomics.add(shared, 0, 1);
    };
    await expect(explore({ setup: words(2), threads: crew(2, dice) })).rejects.toMatchObject({
      verdict: 'nondeterminism',
    });
  });

  it('nondeterminism: a body that ends early when it is run again', async () => {
    let runs = 0;
    const forgetful = (shared: Int32Array): void => {
      if (runs++ > 1) return;
      Atomics.add(shared, 0, 1);
      Atomics.add(shared, 0, 1);
    };
    await expect(explore({ setup: words(1), threads: crew(2, forgetful) })).rejects.toMatchObject({
      verdict: 'nondeterminism',
    });
  });

  it('swallowed: a body that catches everything', async () => {
    const error = await failureOf({
      setup: words(1),
      threads: crew(2, (shared: Int32Array) => {
        try {
          if (Atomics.add(shared, 0, 1) === 0) Atomics.wait(shared, 0, 1);
          else Atomics.notify(shared, 0);
        } catch {
          // what it should not
        }
      }),
    });
    expect(error.verdict).toBe('swallowed');
  });

  describe('swallowed', () => {
    const other = (shared: Int32Array): void => {
      Atomics.store(shared, 0, 1);
      Atomics.notify(shared, 0);
    };
    // Each ends by itself; what ends its run, it keeps.
    const BODIES: Record<string, (shared: Int32Array) => void | Promise<void>> = {
      'a catch, in a loop': (shared) => {
        for (;;) {
          try {
            if (Atomics.load(shared, 0) === 1) return;
            Atomics.wait(shared, 0, 0);
          } catch {
            // and tries again
          }
        }
      },
      'a catch, in a loop that waits for a number': (shared) => {
        const big = new BigInt64Array(shared.buffer);
        for (let found = 0n; found !== 77n;) {
          try {
            found = Atomics.add(big, 0, 7n);
          } catch {
            // and tries again
          }
        }
      },
      'a finally that returns': (shared) => {
        try {
          Atomics.wait(shared, 0, 0);
        } finally {
          // oxlint-disable-next-line no-unsafe-finally
          return;
        }
      },
      'a catch around an await': async (shared) => {
        try {
          await Promise.resolve();
          Atomics.add(shared, 1, 1);
          Atomics.add(shared, 1, 1);
        } catch {
          // as if nothing had been
        }
      },
      'a promise whose rejection is dropped': async (shared) => {
        const task = async (): Promise<void> => {
          await Promise.resolve();
          Atomics.add(shared, 1, 1);
          Atomics.add(shared, 1, 1);
        };
        await task().catch(() => undefined);
      },
      'a finally that returns, after an await': async (shared) => {
        try {
          await Promise.resolve();
          Atomics.add(shared, 1, 1);
          Atomics.add(shared, 1, 1);
        } finally {
          // oxlint-disable-next-line no-unsafe-finally
          return;
        }
      },
      'a catch around an await, in a loop': async (shared) => {
        for (;;) {
          try {
            await Promise.resolve();
            if (Atomics.load(shared, 0) === 1) return;
          } catch {
            // and tries again
          }
        }
      },
      'a catch around an await, in a loop that only an event ends': async (shared) => {
        for (;;) {
          try {
            anyTimeSignal();
            Atomics.load(shared, 1);
            const { value } = Atomics.waitAsync(shared, 0, 0);
            if ((await value) === 'not-equal') return;
          } catch {
            // and tries again
          }
        }
      },
    };

    it.each(Object.entries(BODIES))('%s', async (_, body) => {
      const error = await failureOf({ setup: words(2), threads: [body, other] }, { maxSteps: 200 });
      expect(error.verdict).toBe('swallowed');
      expect(error.message).toContain('thread a was suspended and ran on');
    });

    it('not by a finally that awaits, or calls: they end the run as well', async () => {
      const locked = async (shared: Int32Array): Promise<void> => {
        try {
          await Promise.resolve();
          Atomics.add(shared, 1, 1);
        } finally {
          await Promise.resolve();
          Atomics.add(shared, 1, 1);
          await Atomics.waitAsync(shared, 0, 0).value;
        }
      };
      const threads = [locked, other, other];
      const check = (shared: Int32Array) => expect(shared[1]).toBe(2);
      expect((await explore({ setup: words(2), threads, check })).complete).toBe(true);
    });

    it('not by who passes on another error', async () => {
      const wrapping = async (shared: Int32Array): Promise<void> => {
        try {
          await Promise.resolve();
          Atomics.add(shared, 1, 1);
          Atomics.add(shared, 1, 1);
        } catch (cause) {
          throw new Error('it did not work', { cause });
        }
      };
      const threads = [wrapping, other];
      expect((await explore({ setup: words(2), threads })).complete).toBe(true);
    });
  });

  it('nondeterminism: an async body with a state of its own', async () => {
    let runs = 0;
    const forgetful = async (shared: Int32Array): Promise<void> => {
      const word = runs++ === 0 ? 0 : 1;
      await Promise.resolve();
      Atomics.add(shared, word, 1);
      await Promise.resolve();
      Atomics.add(shared, word, 1);
    };
    const model = { setup: words(2), threads: crew(2, forgetful) };
    await expect(explore(model)).rejects.toMatchObject({ verdict: 'nondeterminism' });
  });

  it('operations that throw do so where they are written, and are no steps', async () => {
    const result = await explore({
      setup: words(1),
      threads: crew(2, (shared: Int32Array) => {
        expect(() => Atomics.load(shared, 1)).toThrow(RangeError);
        expect(() => Atomics.wait(new Int32Array(1), 0, 0)).toThrow(TypeError);
        Atomics.add(shared, 0, 1);
      }),
      check: (shared) => expect(shared[0]).toBe(2),
    });
    expect(result.schedules).toBe(2);
  });
});

describe('memory', () => {
  it('of all integer types is explored', async () => {
    const bytes = new SharedArrayBuffer(64);
    const result = await explore({
      setup: () => ({ big: new BigInt64Array(bytes, 0, 2), small: new Uint8Array(bytes, 16, 2) }),
      threads: [
        ({ big, small }) => {
          Atomics.store(big, 0, 2n ** 40n);
          Atomics.notify(big, 0);
          Atomics.add(small, 0, 255);
        },
        ({ big, small }) => {
          Atomics.wait(big, 0, 0n);
          if (Atomics.exchange(big, 0, -1n) === 0n) throw new Error('woken too early');
          Atomics.add(small, 0, 2);
        },
      ],
      check: ({ big, small }) => expect([big[0], small[0]]).toEqual([-1n, 1]),
    });
    expect(result.complete).toBe(true);
  });

  it('is put back after each search', async () => {
    const shared = words(2)();
    await explore({
      setup: () => shared,
      threads: crew(2, (s: Int32Array) => void Atomics.add(s, 1, 7)),
    });
    expect([...shared]).toEqual([0, 0]);
  });

  it('in which views of several kinds write has no two states that are taken for one', async () => {
    const found = new Set<string>();
    await explore({
      setup: () => {
        const words = new Int32Array(new SharedArrayBuffer(12));
        return { words, bytes: new Int8Array(words.buffer) };
      },
      threads: [
        ({ words }) => void Atomics.store(words, 0, -1),
        ({ bytes }) => void Atomics.store(bytes, 0, 0),
        ({ words }) => void Atomics.store(words, 0, 0),
        ({ words }) => void Atomics.store(words, 1, Atomics.load(words, 0)),
        ({ words }) => void Atomics.store(words, 2, Atomics.load(words, 0)),
      ],
      check: ({ words }) => void found.add(words.join()),
    });
    expect(found).toContain([-256, -256, -256].join()); // 0, -1, then 0 in the lowest byte alone
  });

  it('that setup keeps to itself is explored', async () => {
    class Counter {
      readonly #words = words(1)();
      count(): void {
        count(this.#words, 0);
      }
      get value(): number {
        return Atomics.load(this.#words, 0);
      }
    }
    const error = await failureOf({
      setup: () => new Counter(),
      threads: crew(2, (counter: Counter) => counter.count()),
      check: ({ value }) => {
        if (value !== 2) throw new Error(`${value} of 2`);
      },
    });
    expect(error.reason).toContain('1 of 2');
    expect(error.trace[0]).toMatchObject({ word: 'word 0' });
  });

  it.each([
    ['load', (other: Int32Array) => Atomics.load(other, 0)],
    ['add', (other: Int32Array) => Atomics.add(other, 0, 1)],
    ['notify', (other: Int32Array) => Atomics.notify(other, 0)],
    ['wait', (other: Int32Array) => Atomics.wait(other, 0, 0)],
    ['waitAsync', (other: Int32Array) => Atomics.waitAsync(other, 0, 0).async],
  ])('that setup does not return is refused: %s', async (name, touch) => {
    const other = words(1)();
    const look = explore({ setup: words(1), threads: [() => void touch(other)] });
    await expect(look).rejects.toThrow(TypeError);
    await expect(look).rejects.toThrow(
      `Atomics.${name} in a thread on memory that is not explored`,
    );
    expect(other[0]).toBe(0);
  });

  it('that a thread makes for itself is its own, but no place to sleep', async () => {
    const own = (isWaiting: boolean) => () => {
      const mine = new Int32Array(new SharedArrayBuffer(4));
      if (Atomics.add(mine, 0, 1) !== 0) throw new Error('not new');
      if (isWaiting) Atomics.wait(mine, 0, 1);
    };
    const result = await explore({ setup: words(1), threads: crew(2, own(false)) });
    expect(result).toMatchObject({ steps: 0, complete: true });
    const look = explore({ setup: words(1), threads: [own(true)] });
    await expect(look).rejects.toThrow(/Atomics.wait .* `setup` has to return it/);
  });
});

describe('what is no model', () => {
  it('is refused', async () => {
    const threads = crew(27, () => undefined);
    await expect(explore({ setup: words(1), threads })).rejects.toThrow(RangeError);
    const model = { setup: words(1), threads: [] };
    await expect(explore(model, { preemptions: -1 })).rejects.toThrow('`preemptions`');
    await expect(explore(model, { kills: Number.NaN })).rejects.toThrow('`kills`');
    await expect(explore(model, { killable: [1] })).rejects.toThrow('`killable` has a thread 1');
  });

  it('is refused, and is no failure of a thread', async () => {
    const refused = (model: object): Promise<void> =>
      expect(explore(model as typeof none)).rejects.toThrow(TypeError);
    const none = { setup: words(1), threads: [() => {}] };
    await refused({ threads: none.threads });
    await refused({ ...none, setup: async () => new Int32Array(1) });
    await refused({ ...none, threads: [...none.threads, undefined] });
  });

  it('is refused where a look has to be awaited', async () => {
    const none = { setup: words(1), threads: [] };
    for (const look of ['invariant', 'check', 'atRest'] as const) {
      await expect(explore({ ...none, [look]: async () => {} })).rejects.toThrow(TypeError);
    }
  });

  it('without threads has one schedule', async () => {
    expect(await explore({ setup: words(1), threads: [] })).toMatchObject({
      schedules: 1,
      steps: 0,
    });
  });
});

describe('a failure', () => {
  const model = {
    setup: words(1),
    threads: crew(2, (shared: Int32Array) => count(shared, 0)),
    check: (shared: Int32Array) => expect(shared[0]).toBe(2),
  };

  it('is told as a table with a column per thread', async () => {
    const error = await failureOf(model);
    const rows = error.message
      .split('\n')
      .slice(-5)
      .map((row) => row.replace(/\s+testing\/models.ts:\d+:\d+$/, ''));
    expect(rows).toEqual([
      '     a                    b',
      '  1  load(shared[0]) = 0',
      '  2                       load(shared[0]) = 0',
      '  3                       store(shared[0], 1)  0→1',
      '  4  store(shared[0], 1)',
    ]);
    expect(error.trace[2]).toMatchObject({
      thread: 1,
      operation: 'store',
      word: 'shared[0]',
      operands: [1],
      before: 0,
      after: 1,
    });
  });

  it('leaves the real Atomics in place', async () => {
    const before = globalThis.Atomics;
    await expect(explore(model)).rejects.toThrow('assertion');
    expect(globalThis.Atomics).toBe(before);
  });

  it('a schedule that does not fit is refused', async () => {
    await expect(replay(model, 'ac')).rejects.toThrow(RangeError);
    await expect(replay(model, 'a b')).rejects.toThrow(RangeError);
    await expect(replay(model, '7')).rejects.toThrow(RangeError);
  });

  it('an answer that there is not, or none where one is asked for, is refused', async () => {
    const locks = {
      setup: () => new Mutex(),
      threads: crew(2, (mutex: Mutex) => mutex.withLock(() => {})),
      check: () => {
        throw new Error('as it had to come');
      },
    };
    const { schedule } = await caught(runSchedule(locks, [0, 1])); // b sleeps while a holds it
    expect(schedule).toContain('?');
    for (const other of ['?a9', '?z0', 'a']) {
      const strange = replay(locks, schedule.replace(/\?.\d/, other));
      await expect(strange).rejects.toThrow('the schedule does not fit');
    }
  });

  it('a schedule that ends early goes on with the first move there is', async () => {
    expect(await replay(model, 'a2')).toMatchObject({ schedules: 1 });
  });
});
