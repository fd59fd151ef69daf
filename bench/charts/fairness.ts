/** How long the unlucky wait, and how often they are passed by, against how much gets done. */
import type { Sample } from '../crew.ts';
import { spreadOf } from '../spread.ts';
import type { Chart, Extent } from './chart.ts';
import { contest, type Load } from './contest.ts';
import type { Axis, Panel, Picture, Point, Series } from './draw.ts';

const OURS = ['crossthread', "crossthread, 'fifo'"] as const;
const LONG = 0.05; // ms: twenty of them, and a waiter is next

interface Form {
  readonly form: string;
  readonly series: readonly Series[];
  /** What so many contenders do. */
  load(contenders: number): Omit<Load, 'module' | 'unit'>;
}

const FORMS: readonly Form[] = [
  {
    form: 'threads that block',
    series: ['raw', ...OURS, 'multithreading'],
    load: (threads) => ({ load: 'observed', threads }),
  },
  {
    form: 'threads that await',
    series: ['raw', ...OURS, 'multithreading'],
    load: (threads) => ({ load: 'observedAwaited', threads }),
  },
  {
    form: 'tasks of one thread',
    series: ['raw', ...OURS, 'multithreading', 'async-mutex'],
    load: (tasks) => ({ load: 'observedAwaited', threads: 1, tasks }),
  },
];
const SECTIONS = [
  { section: 'short', hold: 0 },
  { section: 'long', hold: LONG },
] as const;

export const FAIRNESS: Chart = {
  name: 'fairness',

  async measure(extent) {
    const points: Point[] = [];
    for (const form of FORMS) {
      for (const section of SECTIONS) {
        for (const contenders of extent.contenders) {
          points.push(...(await pointsOf(form, section, contenders, extent)));
        }
      }
    }
    return points;
  },

  pictures(points) {
    return [
      pictureOf(points, 'wait', 'p99.9 of the wait, us', 'How long one in a thousand waits'),
      pictureOf(points, 'longest', 'longest wait, us', 'How long the unluckiest waits'),
      pictureOf(points, 'bypass', 'p99.9 of the bypasses, and 1', 'How many others go first'),
      pictureOf(points, 'greatest', 'most bypasses, and 1', 'How many go before the unluckiest'),
    ];
  },
};

function pictureOf(points: readonly Point[], field: string, what: string, title: string): Picture {
  const x: Axis = { field: 'throughput', title: 'acquisitions a second' };
  const y: Axis = { field, title: what };
  const panels = SECTIONS.flatMap(({ section, hold }) =>
    FORMS.map(({ form }): Panel => {
      const chosen = points.filter(
        (point) => point['form'] === form && point['section'] === section,
      );
      const held = hold > 0 ? `held ${hold * 1000} us` : 'held briefly';
      return { title: `${form}, ${held}`, points: chosen, x, y, label: 'count' };
    }),
  );
  return {
    name: `fairness-${field}`,
    title: `${title}, against how much gets done`,
    subtitle: [
      'Better is down and to the right. The number at a point: how many threads, or tasks, want the mutex all the time.',
      `${comparison(points, field)} Medians of the rounds.`,
    ],
    columns: FORMS.length,
    panels,
  };
}

/** In how many contests the default is better than raw. */
function comparison(points: readonly Point[], field: string): string {
  const of = (series: Series): (number | undefined)[] =>
    points.filter((point) => point.series === series).map((point) => point[field] as number);
  const [raw, ours] = [of('raw'), of('crossthread')];
  const isUnder = (value: number | undefined, i: number): boolean => Number(value) < Number(raw[i]);
  return `crossthread is under raw in ${ours.filter(isUnder).length} of ${ours.length} contests.`;
}

async function pointsOf(
  { form, series, load }: Form,
  { section, hold }: (typeof SECTIONS)[number],
  count: number,
  { plan }: Extent,
): Promise<Point[]> {
  const found = await contest(
    series,
    { module: 'increments.mjs', unit: 'milliseconds', hold, ...load(count) },
    plan,
  );
  return series.map((one): Point => {
    const samples = found.get(one);
    const place = { series: one, form, section, count };
    if (samples && !(samples instanceof Error)) return { ...place, ...figuresOf(samples) };
    return { ...place, failed: `${count} ${form}, ${section}: ${samples?.message}.` };
  });
}

/** Medians over the rounds; times in microseconds. */
function figuresOf(samples: readonly Sample[]): Record<string, number> {
  const median = (of: (sample: Sample) => number | undefined): number =>
    spreadOf(samples.map((sample) => of(sample) ?? NaN)).median;
  return {
    throughput: median(({ operations, nanoseconds }) => (operations * 1e9) / nanoseconds),
    wait: median(({ waits }) => waits?.quantile(0.999)) / 1e3,
    longest: median(({ waits }) => waits?.max) / 1e3,
    bypass: median(({ bypasses }) => bypasses?.quantile(0.999)) + 1,
    greatest: median(({ bypasses }) => bypasses?.max) + 1,
  };
}
