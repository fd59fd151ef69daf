/** From 1 to 64 workers on one object. */
import type { Sample } from '../crew.ts';
import { spreadOf } from '../spread.ts';
import type { Chart, Extent } from './chart.ts';
import { contest, type Load } from './contest.ts';
import type { Axis, Panel, Point, Series } from './draw.ts';
import { measureApart } from './in-process.ts';

interface Work extends Omit<Load, 'threads'> {
  readonly object: string;
  /** Beside raw and ours, while there are few workers: each series starts as many of its own. */
  readonly others?: readonly Series[];
}

const FEW = 8; // workers
const BOTH = ['raw', 'crossthread'] as const;
const OBJECTS: readonly Work[] = [
  {
    object: 'Mutex: lock and unlock',
    others: ["crossthread, 'fifo'", 'multithreading'],
    module: 'increments.mjs',
    load: 'blocking',
    unit: 'milliseconds',
  },
  {
    object: 'Semaphore: acquire and release',
    module: 'permits.mjs',
    load: 'semaphore',
    unit: 'milliseconds',
  },
  {
    object: 'Condition variable: notifyOne',
    module: 'permits.mjs',
    load: 'notifyOne',
    unit: 'milliseconds',
  },
  {
    object: 'Condition variable: notifyAll',
    module: 'phases.mjs',
    load: 'notifyAll',
    unit: 'operations',
  },
  {
    object: 'Barrier: a phase',
    module: 'phases.mjs',
    load: 'barrier',
    unit: 'operations',
  },
];
const MEMORY = 'Memory';

export const WORKERS: Chart = {
  name: 'workers',

  async measure(extent) {
    const points: Point[] = [];
    for (const work of OBJECTS) {
      const began = performance.now();
      for (const workers of extent.workers) points.push(...(await pointsOf(work, workers, extent)));
      console.log(`${work.object}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
    const memory = await measureApart('crowd.mjs', BOTH, extent.workers, 1); // a mean of many already
    return [...points, ...memory.map((point) => ({ ...point, object: MEMORY }))];
  },

  pictures(points) {
    const of = (object: string): Point[] => points.filter((point) => point['object'] === object);
    const x: Axis = {
      field: 'count',
      title: 'workers',
      isDoubling: true,
    };
    const time = OBJECTS.map(({ object }): Panel => {
      const y: Axis = { field: 'time', title: 'us for each operation' };
      return { title: object, points: of(object), x, y };
    });
    const ratio = OBJECTS.map(({ object }): Panel => {
      const y: Axis = { field: 'ratio', title: 'time, times that of raw' };
      const others = of(object).filter(({ series }) => series !== 'raw');
      return { title: object, points: others, x, y, even: 1 };
    });
    const memory: Panel = {
      title: 'Memory of a worker that has loaded it',
      points: of(MEMORY),
      x,
      y: { field: 'resident', title: 'MiB resident for each', isLinear: true },
    };
    return [
      {
        name: 'workers',
        title: 'Many workers on one object',
        subtitle: [
          'All workers want it all the time; with more than there are cores the others can only wait. Under 1: less time than raw.',
          'notifyOne: one permit, under a mutex. notifyAll, barrier: until all workers are through a phase.',
        ],
        columns: 3,
        panels: [
          ...time.slice(0, 3),
          ...ratio.slice(0, 3),
          ...time.slice(3),
          memory,
          ...ratio.slice(3),
        ],
      },
    ];
  },
};

async function pointsOf(
  { object, others = [], ...load }: Work,
  count: number,
  { plan }: Extent,
): Promise<Point[]> {
  const series: readonly Series[] = count > FEW ? BOTH : [...BOTH, ...others];
  const found = await contest(series, { ...load, threads: count }, plan);
  const raw = timesOf(found.get('raw'));
  return series.map((one): Point => {
    const samples = found.get(one);
    const place = { series: one, object, count };
    if (samples instanceof Error) {
      return { ...place, failed: `${object}, ${count} workers: ${samples.message}.` };
    }
    const times = timesOf(samples);
    const ratio = spreadOf(times.map((time, round) => time / (raw[round] ?? NaN)));
    return { ...place, time: spreadOf(times).median, ratio: ratio.median };
  });
}

/** us for each operation. */
function timesOf(samples: readonly Sample[] | Error | undefined): number[] {
  if (!samples || samples instanceof Error) return [];
  return samples.map(({ nanoseconds, operations }) => nanoseconds / operations / 1e3);
}
