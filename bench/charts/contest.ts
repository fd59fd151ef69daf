/** The same load on several libraries in turn. One that hangs or loses something is left out, and named. */
import { type Sample, type Side, SideFailed } from '../crew.ts';
import { type Course, measureInTurn, type Plan } from '../measure.ts';
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
export async function contest(
  series: readonly Series[],
  { threads, unit, ...load }: Load,
  plan: Plan,
): Promise<ReadonlyMap<Series, readonly Sample[] | Error>> {
  const found = new Map<Series, readonly Sample[] | Error>();
  const sides = new Map(series.map((one) => [one, { ...SIDES[one], ...load }]));
  while (sides.size > 0) {
    try {
      const rounds = await measureInTurn([...sides.values()], threads, unit, plan);
      [...sides.keys()].forEach((one, i) =>
        found.set(
          one,
          rounds.map((round) => round[i]!),
        ),
      );
      break;
    } catch (error) {
      if (!(error instanceof SideFailed)) throw error;
      const [failed] = [...sides].find(([, side]) => side === error.side)!;
      found.set(failed, error);
      sides.delete(failed);
    }
  }
  return found;
}
