/** How many schedules there are, where that can be counted otherwise. */
import { expect, it } from 'vitest';
import { explore, type Model } from 'crossthread/testing';
import { words } from './models.ts';

/** Threads of so many steps each. */
const straight = (...lengths: readonly number[]): Model<Int32Array> => ({
  setup: words(1),
  threads: lengths.map((steps) => (shared) => {
    for (let i = 0; i < steps; i++) Atomics.add(shared, 0, 1);
  }),
  check: (shared) => expect(shared[0]).toBe(sum(lengths)),
});

const sum = (lengths: readonly number[]): number => lengths.reduce((all, n) => all + n, 0);
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
const interleavings = (lengths: readonly number[]): number =>
  lengths.reduce((all, n) => all / factorial(n), factorial(sum(lengths)));

it.each([[[1]], [[7]], [[1, 1]], [[3, 5]], [[6, 6]], [[2, 2, 2]], [[1, 2, 4]], [[1, 1, 1, 1, 1]]])(
  'threads of %j steps interleave in as many ways as cards are shuffled',
  async (lengths) => {
    const result = await explore(straight(...lengths), { stateCache: false });
    expect(result).toMatchObject({ schedules: interleavings(lengths), complete: true });
  },
);

it.each([1, 2, 3, 4, 5])('%i threads without preemption: all orders of them', async (n) => {
  const lengths = Array.from({ length: n }, () => 3);
  const result = await explore(straight(...lengths), { stateCache: false, preemptions: 0 });
  expect(result).toMatchObject({ schedules: factorial(n), complete: true });
  expect(result.bound).toBe(n === 1 ? Infinity : 0);
});

it.each([2, 3, 6])('two threads of %i steps, one preemption: at any step of either', async (n) => {
  const result = await explore(straight(n, n), { stateCache: false, preemptions: 1 });
  expect(result).toMatchObject({ schedules: 2 + 2 * (n - 1), bound: 1 });
});

it('each bound has the schedules of the one before', async () => {
  const counts: number[] = [];
  for (let preemptions = 0; preemptions < 6; preemptions++) {
    counts.push((await explore(straight(3, 3), { stateCache: false, preemptions })).schedules);
  }
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(counts.at(-1)).toBe(interleavings([3, 3]));
});
