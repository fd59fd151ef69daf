import { describe, test } from 'vitest';
import type { ExploreOptions } from '../../dist/testing/index.js';
import { isDeep, isNightly, SEARCH } from './depth.ts';
import { loadLibrary } from './library.ts';
import { type Family, isAsync, modelOf, mortalModelOf, movesOf, pairsOf } from './pairs/family.ts';
import { FAMILIES } from './pairs/index.ts';
import { mustPass } from './suites.ts';

/** ms of one search: nightly bounds are gone through as far as its time allows, the others to the end. */
const limit = isNightly ? SEARCH : 300_000;

/** Quick runs take every eighth pair; with more time, all orders of all pairs where that can be. */
const chosen = (family: Family<object>): [string, string][] =>
  pairsOf(family).filter((_, i) => isDeep || i % 8 === 0);

function depthOf({ isSmall, third }: Family<object>, names: readonly string[]): ExploreOptions {
  if (isDeep && isSmall) return { strategy: 'dpor' };
  const bound = third ? 0 : 1;
  return { preemptions: isNightly ? bound + (names.some(isAsync) ? 1 : 2) : bound };
}

describe.each(Object.entries(FAMILIES))('%s', (_, family) => {
  test.each(chosen(family))('%s against %s', async (...names) => {
    const library = await loadLibrary();
    const depth = depthOf(family, names);
    const options = { ...movesOf(names), ...depth, maxMilliseconds: limit };
    await mustPass(library.explore(modelOf(library, family, names), options), !isNightly);
  });
});

/** One sample of each family in quick runs; the rest is for deeper ones. */
const mortals = Object.entries(FAMILIES).filter(([, { mortal }]) => mortal);

describe.each(mortals)('%s, one of two killed at any step', (_, family) => {
  const pairs = pairsOf(family).filter((_, i) => isDeep || i === 1);
  test.each(pairs)('%s against %s', async (...names) => {
    const library = await loadLibrary();
    const search = library.explore(mortalModelOf(library, family, names), {
      kills: 1,
      killable: [0, 1],
      preemptions: isNightly ? 1 : 0,
      maxMilliseconds: limit,
    });
    await mustPass(search, !isNightly);
  });
});
