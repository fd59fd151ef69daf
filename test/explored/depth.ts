/**
 * How far to search: `npm test` has minutes for everything, `npm run test:deep` some more, and `npm run
 * test:nightly` gives each search CROSSTHREAD_SEARCH_SECONDS of its environment, or a minute.
 */
import type { ExploreOptions } from '../../dist/testing/index.js';

const depth = process.env.CROSSTHREAD_DEPTH;
export const isNightly: boolean = depth === 'nightly';
export const isDeep: boolean = depth === 'deep' || isNightly;

/** ms: a deep search goes as far as it gets, a quick one must finish. */
export const SEARCH: number = isNightly ? nightlySearch() : 3_000;

export interface Bounded {
  readonly bounds?: ExploreOptions | undefined;
  /** What is narrower in quick runs, where `bounds` would take seconds. */
  readonly quick?: ExploreOptions | undefined;
  readonly deep?: ExploreOptions | undefined;
}

export function boundsOf({ bounds, quick, deep }: Bounded): ExploreOptions {
  if (isDeep) return deep ?? bounds ?? {};
  return { ...bounds, preemptions: Math.min(bounds?.preemptions ?? 1, 1), ...quick };
}

function nightlySearch(): number {
  const given = process.env.CROSSTHREAD_SEARCH_SECONDS;
  const seconds = Number(given ?? 60);
  if (seconds > 0 && seconds < Infinity) return seconds * 1000;
  throw new RangeError(`CROSSTHREAD_SEARCH_SECONDS=${given}: a number of seconds`);
}
