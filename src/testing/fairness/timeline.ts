/**
 * The picture of a report: time from left to right, a row for each thread.
 *
 * There are never many more marks than pixels: marks of one kind that are too narrow to be told apart,
 * or that overlap since tasks of one thread wait at the same time, are drawn as one.
 */
import { line, rect, svg, text } from '../svg.ts';
import type { LockHold, LockWait } from './spans.ts';
import { KINDS, type MarkKind } from './timeline-kinds.ts';

/**
 * What of a report is drawn, and how wide.
 *
 * @example
 * ```ts
 * const options: TimelineOptions = { width: 1200, from: 0, to: 5 };
 * console.log(fairnessReport([]).toSvg(options).includes('width="1200"')); // → true
 * ```
 */
export interface TimelineOptions {
  /** Pixels. Default: 960. */
  width?: number;
  /** Milliseconds, on the clock of the events: where to start. Default: at the first event. */
  from?: number;
  /** Where to end. Default: at the last event. */
  to?: number;
}

interface Drawn {
  readonly threads: readonly { readonly thread: number; readonly acquisitions: number }[];
  readonly waits: readonly LockWait[];
  readonly holds: readonly LockHold[];
}

/** One or several spans of a kind, in pixels. */
interface Mark {
  readonly kind: MarkKind;
  readonly left: number;
  right: number;
  readonly title: string;
  count: number;
}

const WIDTH = 960; // pixels, as all that follows
const LABELS = 100; // left of the rows
const EDGE = 20;
const HEAD = 56; // legend
const ROW = 30;
const BAR = 20;
const FOOT = 44; // axis
const LEAST = 1; // what can be told apart
const TICK_EVERY = 90; // at least
const SMALL = { anchor: 'end', name: 'muted', more: 'font-size="9"' } as const;
const LEAST_WIDTH = LABELS + EDGE + 200;

export function drawTimeline(
  { threads, waits, holds }: Drawn,
  { width = WIDTH, from, to }: TimelineOptions = {},
): string {
  const scale = new Scale([...waits, ...holds], width, from, to);
  const bottom = HEAD + threads.length * ROW;
  const rows = threads.flatMap(({ thread, acquisitions }, i) => {
    const isOwn = (span: LockWait | LockHold): boolean => span.thread === thread;
    const spans = [...waits.filter(isOwn), ...holds.filter(isOwn)];
    return drawRow(HEAD + i * ROW, scale, `thread ${thread}`, acquisitions, spans);
  });
  const acquired = threads.map(({ thread, acquisitions }) => `thread ${thread} ${acquisitions}`);
  return svg({
    width,
    height: bottom + FOOT,
    title: 'Who held the lock, and who waited for it',
    description: `Time from left to right, a row for each thread. Acquisitions: ${acquired.join(', ')}.`,
    elements: [...drawLegend(scale.right), ...drawAxis(scale, bottom), ...rows],
  });
}

/** Milliseconds to pixels. */
class Scale {
  readonly left = LABELS;
  readonly right: number;
  readonly from: number;
  readonly to: number;

  constructor(
    spans: readonly { readonly start: number; readonly end: number }[],
    width: number,
    from: number | undefined,
    to: number | undefined,
  ) {
    if (!(width >= LEAST_WIDTH)) {
      throw new RangeError(`\`width\` must be ${LEAST_WIDTH} or more, got ${width}`);
    }
    this.right = width - EDGE;
    const first = spans.reduce((least, { start }) => Math.min(least, start), Infinity);
    const last = spans.reduce((most, { end }) => Math.max(most, end), -Infinity);
    this.from = from ?? (spans.length > 0 ? first : 0);
    this.to = to ?? (last > this.from ? last : this.from + 1);
    if (!(this.from < this.to)) {
      throw new RangeError(`\`from\` must be before \`to\`, got ${this.from} and ${this.to}`);
    }
  }

  at(time: number): number {
    const share = (time - this.from) / (this.to - this.from);
    return this.left + Math.min(Math.max(share, 0), 1) * (this.right - this.left);
  }

  /** Round times, as many as there is room for, and what they count from the start. */
  ticks(): { readonly x: number; readonly label: string }[] {
    const span = this.to - this.from;
    const most = Math.max(Math.floor((this.right - this.left) / TICK_EVERY), 1);
    const step = roundStep(span / most);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)); // log10(0.001) is not quite -3
    return Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => ({
      x: this.at(this.from + i * step),
      label: (i * step).toFixed(digits),
    }));
  }
}

/** 1, 2 or 5 times a power of ten, and not less than `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least)!;
}

function drawRow(
  top: number,
  scale: Scale,
  label: string,
  acquisitions: number,
  spans: readonly (LockWait | LockHold)[],
): string[] {
  const middle = top + ROW / 2;
  const visible = spans.filter(({ start, end }) => end >= scale.from && start <= scale.to);
  return [
    '<g class="thread">',
    text(LABELS - 10, middle - 1, label, { anchor: 'end' }),
    text(LABELS - 10, middle + 10, `got it ${acquisitions}×`, SMALL),
    ...KINDS.flatMap((kind) => {
      const height = BAR * kind.height;
      return merged(kind, scale, visible).map((mark) =>
        drawMark(mark, middle - height / 2, height),
      );
    }),
    '</g>',
  ];
}

function merged(kind: MarkKind, scale: Scale, spans: readonly (LockWait | LockHold)[]): Mark[] {
  const marks: Mark[] = [];
  const ofKind = spans.filter((span) => kind.matches(span));
  for (const span of ofKind.toSorted((a, b) => a.start - b.start)) {
    const left = scale.at(span.start);
    const right = Math.max(scale.at(span.end), left + LEAST / 2); // what was must be seen
    const last = marks.at(-1);
    if (last && isPartOf(last, left, right)) {
      last.right = Math.max(last.right, right);
      last.count++;
    } else {
      marks.push({ kind, left, right, title: kind.title(span), count: 1 });
    }
  }
  return marks;
}

function isPartOf(mark: Mark, left: number, right: number): boolean {
  const overlaps = left < mark.right - LEAST / 2;
  const isNarrow = right - left < LEAST || mark.right - mark.left < LEAST;
  return overlaps || (isNarrow && left < mark.right + LEAST / 2);
}

/** In as many lines as it needs. */
function drawLegend(right: number): string[] {
  let x = EDGE;
  let y = 18;
  return KINDS.flatMap((kind) => {
    const width = 34 + kind.label.length * 7; // about what a letter takes
    if (x + width > right) {
      x = EDGE;
      y += 20;
    }
    const from = x;
    const height = 12 * kind.height;
    x += width;
    return [
      rect({ x: from, y: y - height / 2, width: 18, height }, `fill="${kind.colour}"`),
      text(from + 24, y + 4, kind.label),
    ];
  });
}

function drawAxis(scale: Scale, bottom: number): string[] {
  return [
    line(scale.left, bottom, scale.right, bottom, 'axis'),
    ...scale
      .ticks()
      .flatMap(({ x, label }) => [
        line(x, HEAD - 6, x, bottom, 'rule'),
        line(x, bottom, x, bottom + 4, 'axis'),
        text(x, bottom + 17, label, { anchor: 'middle' }),
      ]),
    text((scale.left + scale.right) / 2, bottom + 35, 'milliseconds', { anchor: 'middle' }),
  ];
}

function drawMark({ kind, left, right, title, count }: Mark, y: number, height: number): string {
  const told = count === 1 ? title : `${count} times: ${kind.label}`;
  return rect({ x: left, y, width: right - left, height }, `fill="${kind.colour}"`, told);
}
