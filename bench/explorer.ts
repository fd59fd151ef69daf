/** How fast the explorer searches: interleavings run to their end, or states, in a second. */
import { Worker } from 'node:worker_threads';
import type { ExplorationResult, ExploreOptions } from 'crossthread/testing';
import { spreadOf } from './spread.ts';
import type { Verdict } from './verdict.ts';

interface ExplorerRow {
  readonly name: string;
  /** An export of worker/models.mjs. */
  readonly model: string;
  readonly threads: number;
  readonly options: ExploreOptions;
  readonly counts: 'schedules' | 'states';
  /** A second. */
  readonly target?: number;
}

export interface Search {
  readonly row: ExplorerRow;
  readonly verdict: Verdict;
  /** A second, per round. */
  readonly rates: readonly number[];
  /** Of one round; all rounds are alike. */
  readonly count: number;
  readonly isComplete: boolean;
}

export interface SearchPlan {
  readonly warmUp: number;
  readonly rounds: number;
  /** Interleavings at which a search ends, if not before. */
  readonly most: number;
}

/** An interleaving counts when it was run to its end, and none is left out. */
const every = { stateCache: false } as const;
/** Where there are more than there is time for. */
const many = { ...every, maxSchedules: 50_000 } as const;

export const EXPLORER_ROWS: readonly ExplorerRow[] = [
  {
    name: 'explorer / three-state mutex / 3 threads',
    model: 'bare',
    threads: 3,
    options: every,
    counts: 'schedules',
    target: 100_000,
  },
  {
    name: 'explorer / Mutex / 2 threads',
    model: 'shipped',
    threads: 2,
    options: many,
    counts: 'schedules',
    target: 50_000,
  },
  {
    name: 'explorer / Mutex / 3 threads, 2 preemptions',
    model: 'shipped',
    threads: 3,
    options: { ...every, preemptions: 2 },
    counts: 'schedules',
    target: 50_000,
  },
  {
    name: 'explorer / three-state mutex, awaited / 3 threads',
    model: 'bareAsync',
    threads: 3,
    options: many,
    counts: 'schedules',
    target: 10_000,
  },
  {
    name: 'explorer / Mutex, awaited / 2 threads',
    model: 'shippedAsync',
    threads: 2,
    options: many,
    counts: 'schedules',
    target: 10_000,
  },
  {
    name: 'explorer / three-state mutex / 4 threads, 3 preemptions, states',
    model: 'bare',
    threads: 4,
    options: { preemptions: 3 },
    counts: 'states',
  },
  {
    name: 'explorer / Mutex / 3 threads, 2 preemptions, states',
    model: 'shipped',
    threads: 3,
    options: { preemptions: 2 },
    counts: 'states',
  },
  {
    name: 'explorer / Mutex, awaited / 2 threads, states',
    model: 'shippedAsync',
    threads: 2,
    options: {},
    counts: 'states',
  },
];

export async function search(row: ExplorerRow, plan: SearchPlan): Promise<Search> {
  const results = await run(row, plan);
  const rates = results.map((result) => (result[row.counts] * 1000) / result.milliseconds);
  const { median } = spreadOf(rates);
  const [{ [row.counts]: count, complete: isComplete }] = results as [ExplorationResult];
  return { row, rates, count, isComplete, verdict: judge(median, row.target) };
}

function judge(rate: number, target: number | undefined): Verdict {
  if (target === undefined) return 'reported';
  return rate >= target ? 'met' : 'missed';
}

async function run(row: ExplorerRow, plan: SearchPlan): Promise<readonly ExplorationResult[]> {
  const { model, threads, options } = row;
  const { warmUp, rounds, most } = plan;
  const maxSchedules = Math.min(most, options.maxSchedules ?? Infinity);
  const worker = new Worker(new URL('./worker/explorer.mjs', import.meta.url), {
    workerData: { model, threads, options: { ...options, maxSchedules }, warmUp, rounds },
    execArgv: [],
  });
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}

export const EXPLORER_HEAD: readonly string[] = [
  'search',
  'a second',
  'min to max',
  'target',
  'verdict',
  'of one search',
];

export function explorerCellsOf({ row, verdict, rates, count, isComplete }: Search): string[] {
  const { median, min, max } = spreadOf(rates);
  const what = row.counts === 'schedules' ? 'interleavings' : 'states';
  return [
    row.name,
    `${number(median)} ${what}`,
    `${number(min)} to ${number(max)}`,
    row.target === undefined ? '' : `≥ ${number(row.target)}`,
    verdict,
    isComplete ? `all ${number(count)}` : `the first ${number(count)}`,
  ];
}

const number = (value: number): string => Math.round(value).toLocaleString('en');
