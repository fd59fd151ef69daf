/** The few numbers that a report is made of. Of nothing, a mean or a quantile is `NaN`. */

/**
 * One bar of a histogram: how many values there were from `from` to `to`.
 *
 * @example
 * ```ts
 * const bar: FairnessBar = { from: 2, to: 3, count: 5 };
 * console.log(`${bar.count} were overtaken by ${bar.from} or ${bar.to}`); // → 5 were overtaken by 2 or 3
 * ```
 */
export interface FairnessBar {
  /** The least value that counts here. */
  readonly from: number;
  /** The greatest. */
  readonly to: number;
  /** How many there were. */
  readonly count: number;
}

/** The least of `sorted` that `share` of all do not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? NaN;
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

export function median(values: readonly number[]): number {
  return quantile(ascending(values), 0.5);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Not by spreading into `Math.max`: there may be more than arguments. */
export function greatest(values: readonly number[], least = 0): number {
  return values.reduce((most, value) => Math.max(most, value), least);
}

export function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

/** (Σx)² / nΣx²: 1 where all have the same, 1/n where one has all, and 1 where nobody has any. */
export function jainIndex(values: readonly number[]): number {
  const squares = sum(values.map((value) => value * value));
  return squares === 0 ? 1 : sum(values) ** 2 / (values.length * squares);
}

/** Bars of whole numbers: 0, 1, 2–3, 4–7 and so on, up to the last that is not empty. */
export function histogram(values: readonly number[]): FairnessBar[] {
  const counts: number[] = [];
  for (const value of values) {
    const bar = value === 0 ? 0 : Math.floor(Math.log2(value)) + 1;
    while (counts.length <= bar) counts.push(0);
    counts[bar]!++;
  }
  return counts.map((count, bar) =>
    bar === 0 ? { from: 0, to: 0, count } : { from: 2 ** (bar - 1), to: 2 ** bar - 1, count },
  );
}
