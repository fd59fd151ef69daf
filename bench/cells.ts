/** Figures as they are read, the same on the terminal and in RESULTS.md. */
import type { Target } from './rows.ts';
import type { Fairness, Measure, Result } from './verdict.ts';

export const HEAD: readonly string[] = ['row', 'ratio', 'min to max', 'target', 'verdict', 'ns'];

export function cellsOf({ row, ratio, nanoseconds, verdict }: Result): string[] {
  const quantity = row.quantity === 'time' ? '' : `${row.quantity} of `;
  return [
    row.name,
    ratio ? `${times(ratio.median)} ${quantity}${row.against}` : '',
    ratio ? `${times(ratio.min)} to ${times(ratio.max)}` : '',
    targetOf(row.target),
    verdict,
    nanoseconds ? `${number(nanoseconds.subject)} : ${number(nanoseconds.base)}` : '',
  ];
}

export const FAIRNESS_HEAD: readonly string[] = [
  'contest',
  'p99.9 wait',
  'longest wait',
  'p99.9 bypass',
  'greatest bypass',
];

export function fairnessCellsOf({ contest, measures }: Fairness): string[] {
  return [contest.name, ...measures.map(measureCell)];
}

function measureCell({ unit, base, subject }: Measure): string {
  const show = unit === 'ns' ? duration : number;
  const ratio = base > 0 ? `${times(subject / base)} raw, ` : '';
  return `${ratio}${show(subject)} : ${show(base)}`;
}

function targetOf(target: Target | undefined): string {
  if (!target) return '';
  return 'atMost' in target ? `≤ ${target.atMost}x` : `≥ ${target.atLeast}x`;
}

export const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 0)}x`;

export const number = (value: number): string =>
  value < 100 ? String(Number(value.toPrecision(3))) : Math.round(value).toLocaleString('en');

function duration(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${number(nanoseconds)} ns`;
  return nanoseconds < 1e6 ? `${number(nanoseconds / 1e3)} us` : `${number(nanoseconds / 1e6)} ms`;
}
