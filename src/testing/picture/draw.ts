/** `toSvg`: what there is to say of a failing schedule, handed to layout and drawing. */
import type { ThreadEnd } from '../ends.ts';
import type { Step, Verdict } from '../failure.ts';
import { MOST_ROWS } from '../rows.ts';
import { svg } from '../svg.ts';
import { Drawing } from './drawing.ts';
import { footOf, isWrong } from './foot.ts';
import { Layout } from './layout.ts';
import { PAINTS } from './paints.ts';
import { sleepsOf } from './sleeps.ts';

/**
 * How much of a schedule is drawn.
 *
 * @example
 * ```ts
 * const options: PictureOptions = { steps: Infinity };
 * console.log(options.steps); // → Infinity
 * ```
 */
export interface PictureOptions {
  /** How many of the last steps. The picture says how many came before. Default: 80. */
  steps?: number;
}

interface Schedule {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly schedule: string;
  readonly trace: readonly Step[];
  readonly threads: readonly ThreadEnd[];
}

export function drawSchedule(
  { verdict, reason, schedule, trace, threads }: Schedule,
  { steps = MOST_ROWS }: PictureOptions = {},
): string {
  if (!(steps >= 1)) throw new RangeError(`\`steps\` must be 1 or more, got ${steps}`);
  const sleeps = sleepsOf(trace);
  const layout = new Layout({
    steps: trace,
    first: Math.max(0, trace.length - Math.floor(steps)),
    names: threads.map(({ name }) => name),
    feet: threads.map((end) => ({ lines: footOf(end, verdict), isWrong: isWrong(end, verdict) })),
    sleeps,
    head: [reason, `replay(model, '${schedule}', options)`],
  });
  const { lanes, width, height } = layout;
  const ends = lanes.map(({ head, foot }) => `${head}: ${foot.lines.join(' ')}`);
  return svg({
    width,
    height,
    title: `${verdict}: ${reason.split('\n', 1)[0]}`,
    description:
      `${reason}\nA lane for each thread, a row for each step of ${trace.length}. ` +
      `At the end: ${ends.join('; ')}.`,
    paints: PAINTS,
    elements: new Drawing(layout, verdict, sleeps).elements(),
  });
}
