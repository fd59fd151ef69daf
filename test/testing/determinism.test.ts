/** Bodies that depend on what is not explored, and bodies that catch what ends their run. */
import { describe, expect, it } from 'vitest';
import { explore, type Model } from 'crossthread/testing';
import { crew, failureOf, lock, unlock, words } from './models.ts';

/** `hidden` gives a number that no word holds. */
const depending = (hidden: () => number): Model<Int32Array>['threads'] =>
  crew(2, (shared) => {
    Atomics.add(shared, 0, hidden());
    Atomics.add(shared, 0, 1);
  });

const dependingAsync = (hidden: () => number): Model<Int32Array>['threads'] =>
  crew(2, async (shared) => {
    await Promise.resolve();
    Atomics.add(shared, 0, hidden());
    await Promise.resolve();
    Atomics.add(shared, 0, 1);
  });

let calls = 0;
const seen = new Map<string, number>();
const notes: number[] = [];
const SOURCES: Readonly<Record<string, () => number>> = {
  'Math.random': () => Math.floor(Math.random() * 2 ** 30),
  'performance.now': () => Math.floor(performance.now() * 1e6),
  'process.hrtime': () => Number(process.hrtime.bigint() % 2n ** 30n),
  'a counter of the module': () => ++calls,
  'a map of the module': () => {
    const before = seen.get('key') ?? 0;
    seen.set('key', before + 1);
    return before;
  },
  'an array that grows': () => notes.push(0),
};

describe.each(Object.keys(SOURCES))('%s', (name) => {
  it.each([
    ['blocking', depending],
    ['async', dependingAsync],
  ])('in a body is found: nondeterminism, %s', async (_, model) => {
    const run = explore({ setup: words(1), threads: model(SOURCES[name]!) });
    await expect(run).rejects.toMatchObject({ verdict: 'nondeterminism' });
    await expect(run).rejects.toThrow('after 0 operations it did');
  });
});

const add = (shared: Int32Array): void => void Atomics.add(shared, 0, 1);

describe('what is caught', () => {
  const WRONG: Readonly<Record<string, (shared: Int32Array) => void>> = {
    'a catch that takes everything': (shared) => {
      try {
        add(shared);
        add(shared);
      } catch {
        // what it should not
      }
    },
    'a catch that goes on': (shared) => {
      for (let i = 0; i < 3; i++) {
        try {
          add(shared);
        } catch {
          continue;
        }
      }
    },
    'a finally that returns': (shared) => {
      try {
        add(shared);
        add(shared);
      } finally {
        // oxlint-disable-next-line no-unsafe-finally -- it is what is tested
        return;
      }
    },
    'a promise that is made of a function': (shared) => {
      void new Promise<void>(() => {
        add(shared);
        add(shared);
      });
    },
  };

  it.each(Object.keys(WRONG))('%s is found', async (name) => {
    const error = await failureOf({ setup: words(1), threads: crew(2, WRONG[name]!) });
    expect(error.verdict).toBe('swallowed');
    expect(error.message).toMatch(/thread [ab] was suspended and ran on/);
  });

  it('who rethrows what it does not know may catch', async () => {
    const result = await explore({
      setup: words(2),
      threads: crew(2, (shared: Int32Array) => {
        try {
          if (Atomics.add(shared, 0, 1) === 1) throw new RangeError('second');
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          Atomics.store(shared, 1, 1);
        }
      }),
      check: (shared: Int32Array) => expect(shared[1]).toBe(1),
    });
    expect(result.complete).toBe(true);
  });

  it('a finally may act, and await', async () => {
    const guarded = (shared: Int32Array): void => {
      lock(shared);
      try {
        add(shared.subarray(1));
      } finally {
        unlock(shared);
      }
    };
    const guardedAsync = async (shared: Int32Array): Promise<void> => {
      lock(shared);
      try {
        add(shared.subarray(1));
        await Promise.resolve();
        add(shared.subarray(1));
      } finally {
        await Promise.resolve();
        unlock(shared);
      }
    };
    const result = await explore({
      setup: words(2),
      threads: [guarded, guardedAsync],
      check: (shared) => expect([...shared]).toEqual([0, 3]),
    });
    expect(result.complete).toBe(true);
  });

  it('an async body that catches everything still sees nothing but what has happened', async () => {
    // It is suspended at any of its awaits; what it makes of that goes no further.
    const ends = async (body: (shared: Int32Array) => Promise<void>): Promise<Set<string>> => {
      const found = new Set<string>();
      await explore({
        setup: words(3),
        threads: [body, body, (shared) => void Atomics.store(shared, 2, Atomics.load(shared, 0))],
        check: (shared) => void found.add(shared.join()),
      });
      return found;
    };
    const step = async (shared: Int32Array, word: number): Promise<void> => {
      await Promise.resolve();
      Atomics.add(shared, word, 1);
    };
    const plain = async (shared: Int32Array): Promise<void> => {
      await step(shared, 0);
      await step(shared, 0);
    };
    const catching = async (shared: Int32Array): Promise<void> => {
      await step(shared, 0);
      try {
        await step(shared, 0);
      } catch {
        await step(shared, 1); // never: no step has failed
      } finally {
        await Promise.resolve();
      }
    };
    expect(await ends(catching)).toEqual(await ends(plain));
  });
});
