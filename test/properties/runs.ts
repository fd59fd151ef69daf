/** How many programs a property is tried with. */
import { isDeep, isNightly } from '../explored/depth.ts';

/** `quick` of them in a quick run. fast-check prints the seed of those that failed. */
export const runs = (quick: number): { readonly numRuns: number } => ({
  numRuns: isNightly ? 30 * quick : isDeep ? 3 * quick : quick,
});
