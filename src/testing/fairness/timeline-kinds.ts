/** What a mark of the picture stands for. The heights differ with the colours. */
import { COLOURS } from '../svg.ts';
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
  wait('waited', COLOURS.sky, (outcome, bypasses) => outcome === 'got' && bypasses === 0),
  wait(
    'waited and was overtaken',
    COLOURS.orange,
    (outcome, bypasses) => outcome === 'got' && bypasses > 0,
  ),
  wait(
    'waited in vain',
    COLOURS.purple,
    (outcome) => outcome === 'gave up' || outcome === 'waiting',
  ),
  {
    label: 'held',
    colour: COLOURS.blue,
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
