/** A row's rounds as one line of figures, and whether its target is met. */
import type { Round } from './measure.ts';
import { type Contest, type Row, type Target, valueOf } from './rows.ts';
import { type Spread, spreadOf } from './spread.ts';

export type Verdict = 'met' | 'missed' | 'reported' | 'did not end';

export interface Result {
  readonly row: Row;
  readonly verdict: Verdict;
  readonly ratio?: Spread;
  /** Median ns per operation or hand-off of base and subject; for orientation only. */
  readonly nanoseconds?: { readonly base: number; readonly subject: number };
  readonly error?: Error;
}

export function judge(row: Row, rounds: readonly Round[]): Result {
  const { quantity } = row;
  const ratio = spreadOf(
    rounds.map(({ base, subject }) => valueOf(quantity, subject) / valueOf(quantity, base)),
  );
  const orientation = quantity === 'latency' ? quantity : 'time';
  const median = (side: keyof Round): number =>
    spreadOf(rounds.map((round) => valueOf(orientation, round[side]))).median;
  return {
    row,
    ratio,
    nanoseconds: { base: median('base'), subject: median('subject') },
    verdict: row.target ? (meets(ratio.median, row.target) ? 'met' : 'missed') : 'reported',
  };
}

function meets(ratio: number, target: Target): boolean {
  return 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast;
}

/** How a contested mutex treats those who want it: medians over the rounds. */
export interface Fairness {
  readonly contest: Contest;
  readonly measures: readonly Measure[];
}

export interface Measure {
  readonly name: string;
  readonly unit: 'ns' | 'others';
  readonly base: number;
  readonly subject: number;
}

const MEASURES = [
  { name: 'p99.9 wait', unit: 'ns', of: 'waits', share: 0.999 },
  { name: 'longest wait', unit: 'ns', of: 'waits', share: 1 },
  { name: 'p99.9 bypass', unit: 'others', of: 'bypasses', share: 0.999 },
  { name: 'greatest bypass', unit: 'others', of: 'bypasses', share: 1 },
] as const;

export function fairnessOf(contest: Contest, rounds: readonly Round[]): Fairness {
  const measures = MEASURES.map(({ name, unit, of, share }) => {
    const median = (side: keyof Round): number =>
      spreadOf(
        rounds.map((round) => {
          const seen = round[side][of];
          return (share === 1 ? seen?.max : seen?.quantile(share)) ?? NaN;
        }),
      ).median;
    return { name, unit, base: median('base'), subject: median('subject') };
  });
  return { contest, measures };
}
