/** How far to search: `npm test` has minutes for everything, `npm run test:deep` some more. */
import type { ExploreOptions } from '../../dist/testing/index.js';

const depth = process.env.CROSSTHREAD_DEPTH;
export const isNightly: boolean = depth === 'nightly';
export const isDeep: boolean = depth === 'deep' || isNightly;

export interface Bounded {
  readonly bounds?: ExploreOptions | undefined;
  readonly deep?: ExploreOptions | undefined;
}

export function boundsOf({ bounds, deep }: Bounded): ExploreOptions {
  if (isDeep) return deep ?? bounds ?? {};
  return { ...bounds, preemptions: Math.min(bounds?.preemptions ?? 1, 1) };
}
