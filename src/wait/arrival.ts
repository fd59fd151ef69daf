/** Numbers of arrivals, for words that say whether anybody waits: 0 if not, else who came last. */

/**
 * The number that `ticket` gives an arrival, of `most` numbers: never 0, and other than that of any
 * arrival that is less than `most` tickets away. (Where tickets wrap, after 2^32, a few come twice.)
 */
export function arrivalNumber(ticket: number, most: number): number {
  return ((ticket >>> 0) % most) + 1;
}
