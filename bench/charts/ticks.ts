/** Where an axis of a chart begins and ends, and which of its values are named. */
export interface Ticks {
  readonly domain: readonly [number, number];
  readonly values: readonly number[];
}

const MANY = 2; // powers of ten; beyond, only they are named

/** For a logarithmic axis that is to show all of `values`. */
export function ticksOf(values: readonly number[]): Ticks {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const steps = Math.log10(greatest / least) > MANY ? [1] : [1, 2, 5];
  const from = Math.floor(Math.log10(least));
  const to = Math.ceil(Math.log10(greatest));
  const all = Array.from({ length: to - from + 1 }, (_, i) =>
    steps.map((step) => Number((step * 10 ** (from + i)).toPrecision(1))),
  ).flat();
  const begin = all.findLast((value) => value <= least) ?? least;
  const end = all.find((value) => value >= greatest && value > begin) ?? greatest;
  return { domain: [begin, end], values: all.filter((value) => value >= begin && value <= end) };
}
