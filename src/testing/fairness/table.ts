/** A report as text: a line that says it all, a row for each thread, and who was overtaken how often. */
import { columnsOf } from '../columns.ts';
import type { FairnessReport } from './report.ts';
import type { FairnessBar } from './statistics.ts';
import type { Fairness } from './summary.ts';

const COLUMNS: readonly (readonly [head: string, cell: (row: Fairness) => string])[] = [
  ['acquired', ({ acquisitions }) => String(acquisitions)],
  ['gave up', ({ gaveUp }) => String(gaveUp)],
  ['waiting', ({ waiting }) => String(waiting)],
  ['held ms', ({ held }) => decimal(held)],
  ['bypassed max', ({ bypasses }) => String(bypasses.max)],
  ['wait ms p50', ({ wait }) => decimal(wait.p50)],
  ['p99', ({ wait }) => decimal(wait.p99)],
  ['p99.9', ({ wait }) => decimal(wait.p999)],
  ['max', ({ wait }) => decimal(wait.max)],
  ['longest run', ({ longestRun }) => String(longestRun)],
  ['MTTR median', ({ reacquire }) => decimal(reacquire.median)],
  ['mean', ({ reacquire }) => decimal(reacquire.mean)],
];

export function tableOf({ all, threads, jain, lost }: FairnessReport): string {
  const rows = [
    ['thread', ...COLUMNS.map(([head]) => head)],
    ...threads.map((row) => [String(row.thread), ...cellsOf(row)]),
    ['all', ...cellsOf(all)],
  ];
  const bars = all.bypasses.histogram.filter(({ count }) => count > 0);
  return [
    `${all.acquisitions} acquisitions by ${counted(threads.length, 'thread')}; Jain's index ` +
      `${jain.acquisitions.toFixed(3)} of acquisitions, ${jain.held.toFixed(3)} of time held`,
    ...(lost > 0 ? [`${counted(lost, 'event')} lost: counts are the least there were`] : []),
    '',
    ...columnsOf(rows, 'right'),
    '',
    `waits by how many overtook them: ${bars.map(textOf).join(', ') || 'none'}`,
  ].join('\n');
}

function cellsOf(row: Fairness): string[] {
  return COLUMNS.map(([, cell]) => cell(row));
}

function textOf({ from, to, count }: FairnessBar): string {
  return `${from === to ? from : `${from}–${to}`}: ${count}`;
}

function decimal(value: number): string {
  if (Number.isNaN(value)) return '-';
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 3 : 1);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
