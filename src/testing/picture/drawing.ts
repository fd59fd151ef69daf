/**
 * The picture of a failing schedule: a lane for each thread, time downwards. A row has one box, so that an
 * arrow along it meets no other.
 */
import { line, rect, round, text } from '../svg.ts';
import {
  BOX,
  EDGE,
  HEAD,
  type Lane,
  type Layout,
  LEGEND,
  LETTER,
  LINE,
  PAD,
  type Row,
  ROW,
} from './layout.ts';
import { type Kind, kindOf, KINDS } from './paints.ts';
import type { Sleep } from './sleeps.ts';

const MONO = 'font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace"';
const SMALL = `${MONO} font-size="11"`;
const BOLD = `${MONO} font-weight="bold"`;
const TITLE = 'font-size="17" font-weight="bold"';
const CORNERS = 'rx="4"';
const BAR = 3; // an await
const POINT = 5; // of an arrow
const BASE = 4; // from the middle of a letter to its base line
const SWATCH = 14;

export class Drawing {
  readonly #layout: Layout;
  readonly #verdict: string;
  readonly #sleeps: readonly Sleep[];

  constructor(layout: Layout, verdict: string, sleeps: readonly Sleep[]) {
    this.#layout = layout;
    this.#verdict = verdict;
    this.#sleeps = sleeps;
  }

  /** What comes later lies on top. */
  elements(): string[] {
    const { rows, lanes, first } = this.#layout;
    const sleeps = this.#sleeps.filter(({ to }) => to >= first);
    return [
      ...this.#head(),
      ...rows.map((_, i) => this.#rule(first + i)),
      ...lanes.flatMap((lane) => this.#lane(lane)),
      ...sleeps.flatMap((sleep) => this.#sleep(sleep)),
      ...sleeps.flatMap((sleep) => this.#arrow(sleep)),
      ...rows.flatMap((row, i) => this.#row(row, first + i)),
      ...lanes.flatMap((lane) => this.#foot(lane)),
      ...this.#legend(),
    ];
  }

  #head(): string[] {
    const { head, first, top, numbers } = this.#layout;
    const lines = head.map((content, i) =>
      text(EDGE, HEAD + i * LINE, content, { name: 'muted', more: MONO }),
    );
    const omitted = `… ${first} steps before`;
    return [
      text(EDGE, HEAD - 1.3 * LINE, this.#verdict, { more: TITLE }),
      ...lines,
      ...(first === 0
        ? []
        : [text(numbers, top - ROW / 2 + BASE, omitted, { name: 'muted', more: MONO })]),
    ];
  }

  #rule(step: number): string {
    const { width } = this.#layout;
    const y = this.#layout.middleOf(step) + ROW / 2;
    return line(EDGE, y, width - EDGE, y, 'rule');
  }

  #lane({ head, x, width }: Lane): string[] {
    const { names, foot } = this.#layout;
    const middle = x + width / 2;
    return [
      text(x, names, head, { more: BOLD }),
      line(middle, names + LINE / 2, middle, foot.y, 'rule'),
    ];
  }

  #row({ step, call, change, source }: Row, at: number): string[] {
    const { lanes, numbers, sources } = this.#layout;
    const { x, width } = lanes[step.thread]!;
    const middle = this.#layout.middleOf(at);
    const base = middle + BASE;
    const box = { x, y: middle - BOX / 2, width, height: BOX };
    return [
      text(numbers, base, String(at + 1), { anchor: 'end', name: 'muted', more: SMALL }),
      rect(box, `class="${kindOf(step)}" ${CORNERS}`),
      text(x + PAD, base, call, { more: MONO }),
      ...(change === ''
        ? []
        : [text(x + width - PAD, base, change, { anchor: 'end', more: BOLD })]),
      ...(source === '' ? [] : [text(sources, base, source, { name: 'muted', more: SMALL })]),
    ];
  }

  /** From the box of the wait to the step that ended it, or to the foot. */
  #sleep(sleep: Sleep): string[] {
    const { thread, answer, word, from, to, isOver } = sleep;
    const { lanes, first, rows, foot } = this.#layout;
    const lane = lanes[thread]!;
    const kind: Kind = isOver || !lane.foot.isWrong ? 'sleeps' : 'wrong';
    const top = this.#layout.middleOf(from);
    const end = to < first + rows.length ? this.#layout.middleOf(to) : foot.y;
    if (answer !== undefined) {
      const box = { x: lane.bars.get(from)!, y: top, width: BAR, height: end - top };
      return [rect(box, `class="${kind}"`, `awaits ${word}`)];
    }
    const box = { x: lane.x, y: top, width: lane.width, height: end - top };
    const paint = `class="${kind}" fill-opacity="0.45" stroke-dasharray="3 3" ${CORNERS}`;
    const row = Math.max(from + 1, first); // the one with a word in it
    if (row >= to) return [rect(box, paint)];
    const base = this.#layout.middleOf(row) + BASE;
    const asleep = text(lane.x + PAD, base, 'asleep', {
      name: 'muted',
      more: `${MONO} font-style="italic"`,
    });
    return [rect(box, paint), asleep];
  }

  /** Along the row of the `notify`, to whom it woke. */
  #arrow({ thread, answer, from, wokenAt }: Sleep): string[] {
    const { lanes, rows, first } = this.#layout;
    const row = wokenAt === undefined ? undefined : rows[wokenAt - first];
    if (wokenAt === undefined || !row) return [];
    const waker = lanes[row.step.thread]!;
    const { x, width, bars } = lanes[thread]!;
    const y = this.#layout.middleOf(wokenAt);
    const isLeft = row.step.thread >= thread; // an await is left of the boxes of its own thread
    const start = isLeft ? waker.x : waker.x + waker.width;
    const bar = bars.get(from);
    const left = answer === undefined ? x : bar!;
    const end = isLeft ? left + (answer === undefined ? width : BAR) : left;
    const back = end + (isLeft ? POINT : -POINT);
    const point = `${round(end)},${round(y)} ${round(back)},${round(y - POINT)} ${round(back)},${round(y + POINT)}`;
    return [line(start, y, back, y, 'arrow'), `<polygon class="arrow" points="${point}"/>`];
  }

  #foot({ x, width, foot: { lines, isWrong } }: Lane): string[] {
    const { y, height } = this.#layout.foot;
    const kind: Kind = isWrong ? 'wrong' : 'reads';
    return [
      rect({ x, y, width, height }, `class="${kind}" ${CORNERS}`),
      ...lines.map((content, i) =>
        text(x + PAD, y + PAD / 2 + (i + 0.75) * LINE, content, { more: i === 0 ? BOLD : MONO }),
      ),
    ];
  }

  #legend(): string[] {
    const y = this.#layout.height - LEGEND / 2;
    let x = EDGE;
    return Object.entries(KINDS).flatMap(([kind, meaning]) => {
      const from = x;
      x += SWATCH + 2 * PAD + meaning.length * LETTER;
      return [
        rect(
          { x: from, y: y - SWATCH / 2, width: SWATCH, height: SWATCH },
          `class="${kind}" ${CORNERS}`,
        ),
        text(from + SWATCH + PAD, y + BASE, meaning, { name: 'muted', more: MONO }),
      ];
    });
  }
}
