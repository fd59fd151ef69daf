/** The same load on the libraries of a chart. */
import { contest as contestOf } from '../contest.ts';
import type { Sample, Side } from '../crew.ts';
import type { Course, Plan } from '../measure.ts';
import type { Series } from './draw.ts';

export type Load = Omit<Side, 'library' | 'fairness'> & Pick<Course, 'threads' | 'unit'>;

const SIDES: { readonly [series in Series]: Pick<Side, 'library' | 'fairness'> } = {
  raw: { library: 'raw' },
  crossthread: { library: 'crossthread' },
  "crossthread, 'fifo'": { library: 'crossthread', fairness: 'fifo' },
  multithreading: { library: 'multithreading' },
  'async-mutex': { library: 'async-mutex' },
};

/** The samples of each, of the same rounds; or why there are none. */
export function contest(
  series: readonly Series[],
  { threads, unit, ...load }: Load,
  plan: Plan,
): Promise<ReadonlyMap<Series, readonly Sample[] | Error>> {
  const sides = new Map(series.map((one) => [one, { ...SIDES[one], ...load }]));
  return contestOf(sides, { threads, unit }, plan);
}
