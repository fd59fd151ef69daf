/**
 * What a mark of the picture stands for. Colours can be told apart also by those who do not see red
 * and green as two (Okabe and Ito), and the heights differ with them.
 */
import type { LockHold, LockWait } from './spans.ts';

export interface MarkKind {
  readonly label: string;
  readonly colour: string;
  /** Part of the height of a row. */
  readonly height: number;
  matches(span: LockWait | LockHold): boolean;
  title(span: LockWait | LockHold): string;
}

type Outcome = LockWait['outcome'] | undefined;

/** In the order in which they are drawn: what comes later lies on top. */
export const KINDS: readonly MarkKind[] = [
  wait('waited', '#a6cee3', (outcome, bypasses) => outcome === 'got' && bypasses === 0),
  wait(
    'waited and was overtaken',
    '#e69f00',
    (outcome, bypasses) => outcome === 'got' && bypasses > 0,
  ),
  wait('waited in vain', '#cc79a7', (outcome) => outcome === 'gave up' || outcome === 'waiting'),
  {
    label: 'held',
    colour: '#0072b2',
    height: 1,
    matches: (span) => outcomeOf(span) === undefined,
    title: (span) => `held ${lengthOf(span)} ms, ticket ${span.ticket}`,
  },
];

function wait(
  label: string,
  colour: string,
  matches: (outcome: Outcome, bypasses: number) => boolean,
): MarkKind {
  return {
    label,
    colour,
    height: 0.4,
    matches: (span) => matches(outcomeOf(span), bypassesOf(span)),
    title: (span) =>
      `${label} ${lengthOf(span)} ms, ticket ${span.ticket}, overtaken by ${bypassesOf(span)}`,
  };
}

function outcomeOf(span: LockWait | LockHold): Outcome {
  return 'outcome' in span ? span.outcome : undefined;
}

function bypassesOf(span: LockWait | LockHold): number {
  return 'bypasses' in span ? span.bypasses : 0;
}

function lengthOf({ start, end }: LockWait | LockHold): string {
  return (end - start).toFixed(3);
}
