/** Operations mean what they mean to the engine, and are told as they were written. */
import { expect, it } from 'vitest';
import { explore } from 'crossthread/testing';
import { crew, failureOf, words } from './models.ts';

const SLEEPERS = 3;

it.each([
  [undefined, 3],
  [Infinity, 3],
  [2 ** 32 + 1, 3],
  [2, 2],
  [1.9, 1],
  [0.9, 0],
  [-1, 0],
  [Number.NaN, 0],
])('notify: a count of %s wakes %i of three', async (count, woken) => {
  const found = new Set<number>();
  await explore({
    setup: words(1),
    threads: [
      ...crew(SLEEPERS, (shared: Int32Array) => void Atomics.wait(shared, 0, 0, 5)),
      (shared: Int32Array) => void found.add(Atomics.notify(shared, 0, count)),
    ],
  });
  expect(Math.max(...found)).toBe(woken);
});

it.each([[1.5], ['1'], [1 + 2 ** -40]])(
  'an index of %s is that of the second word',
  async (index) => {
    const second = index as number;
    const { steps } = await explore({
      setup: words(2),
      threads: [
        (shared: Int32Array) => void Atomics.wait(shared, second, 1, 5),
        (shared: Int32Array) => void Atomics.notify(shared, second),
        (shared: Int32Array) => void Atomics.add(shared, second, 1),
      ],
      check: (shared) => expect([...shared]).toEqual([0, 1]),
    });
    expect(steps).toBeGreaterThan(3);
  },
);

it('a table shows the operands that were given, and no more', async () => {
  const error = await failureOf({
    setup: words(1),
    threads: [
      (shared: Int32Array) => {
        Atomics.load(shared, 0);
        Atomics.store(shared, 0, 1);
        Atomics.add(shared, 0, 2);
        Atomics.exchange(shared, 0, 4);
        Atomics.compareExchange(shared, 0, 4, 5);
        throw new Error('enough');
      },
    ],
  });
  expect(error.trace.map(({ operands }) => operands)).toEqual([[], [1], [2], [4], [4, 5]]);
});

it('takes no big integer for a number, nor a number for one, as the engine does', async () => {
  await explore({
    setup: () => ({ word: words(1)(), big: new BigInt64Array(new SharedArrayBuffer(8)) }),
    threads: [
      ({ word, big }) => {
        const call = Atomics.wait as (...args: unknown[]) => unknown;
        const wrong = [
          [word, 0, 0n, 1],
          [word, 0, 0, 1n],
          [big, 0, 0, 1],
        ];
        for (const args of wrong) expect(() => call(...args)).toThrow(TypeError);
      },
    ],
  });
});
