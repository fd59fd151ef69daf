import { expect, it } from 'vitest';
import { fold } from '../../dist/testing/hash.js';

it('fold: numbers that are not the same do not look it', () => {
  const values = [
    0,
    -0,
    1,
    -1,
    0.5,
    2 ** 40,
    2 ** 53,
    1e300,
    -1e300,
    Infinity,
    -Infinity,
    Number.NaN,
  ];
  expect(new Set(values.map(fold)).size).toBe(values.length);
  expect([0, 1, -1, 2 ** 31 - 1, -(2 ** 31)].map(fold)).toEqual([
    0,
    1,
    -1,
    2 ** 31 - 1,
    -(2 ** 31),
  ]);
  expect(new Set([0n, 1n, 2n ** 32n, -1n, 2n ** 63n].map(fold)).size).toBe(5);
});
