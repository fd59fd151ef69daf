/**
 * Where everything is in the picture of a schedule: columns from left to right, rows from the top. Widths
 * are counted in letters, so the texts are set in a font that has all of one width.
 */
import type { Step } from '../failure.ts';
import { callOf, changeOf, headOf, shorten } from '../rows.ts';
import type { Sleep } from './sleeps.ts';

export const LETTER = 7.4; // pixels, as all that follows: of the widest usual font, at 12
const SMALL_LETTER = 6.8; // at 11
export const EDGE = 16;
export const LINE = 17; // of text
export const ROW = 25;
export const BOX = 19; // in a row
export const PAD = 7; // beside the text in a box
const GAP = 14; // between lanes
const BAR = 5; // an await, and the room beside it
const LEAST_LANE = 14 * LETTER;
const LEAST_WIDTH = 580; // the legend
export const HEAD = 46; // base line of the first line below the verdict
export const LEGEND = 44;

const MOST_HEAD = 10; // lines of one text
const MOST_SOURCE = 40; // letters, the last ones

/** A row: what is written in its box, and beside. */
export interface Row {
  readonly step: Step;
  readonly call: string;
  readonly change: string;
  readonly source: string;
}

export interface Lane {
  readonly head: string;
  /** Of the boxes. */
  readonly x: number;
  readonly width: number;
  /** Where the bars of its awaits are, by the index of the step that began them. */
  readonly bars: ReadonlyMap<number, number>;
  /** The box at its foot. */
  readonly foot: Foot;
}

interface Foot {
  readonly lines: readonly string[];
  readonly isWrong: boolean;
}

/** What there is to draw. */
interface Shown {
  readonly steps: readonly Step[];
  /** Index of the step in the first row. */
  readonly first: number;
  /** Of the threads' functions. */
  readonly names: readonly string[];
  /** Of the threads. */
  readonly feet: readonly Foot[];
  readonly sleeps: readonly Sleep[];
  /** Lines above all, of any length. */
  readonly head: readonly string[];
}

export class Layout {
  readonly first: number;
  readonly rows: readonly Row[];
  readonly lanes: readonly Lane[];
  /** Where the numbers of the rows end. */
  readonly numbers: number;
  /** Where the lines of the source begin. */
  readonly sources: number;
  readonly width: number;
  readonly height: number;
  readonly head: readonly string[];
  /** Base line of the names of the lanes. */
  readonly names: number;
  /** Of the first row, and below the last. */
  readonly top: number;
  readonly bottom: number;
  /** Of the boxes at the foot. */
  readonly foot: { readonly y: number; readonly height: number };

  constructor({ steps, first, names, feet, sleeps, head }: Shown) {
    this.first = first;
    this.rows = steps.slice(first).map((step) => ({
      step,
      call: shorten(callOf(step)),
      change: changeOf(step),
      source: endOf(step.at ?? ''),
    }));
    this.numbers = EDGE + String(steps.length).length * LETTER;
    let x = this.numbers + GAP;
    this.lanes = feet.map((foot, thread) => {
      const own = sleeps.filter((sleep) => sleep.thread === thread && sleep.to >= first);
      const bars = barsOf(own, x);
      const left = Math.max(x, ...[...bars.values()].map((bar) => bar + BAR));
      const name = shorten(headOf(names[thread]!, thread));
      const width = this.#widthOf(thread, [name, ...foot.lines]);
      x = left + width + GAP;
      return { head: name, x: left, width, bars, foot };
    });
    this.sources = x;
    const longest = Math.max(0, ...this.rows.map(({ source }) => source.length));
    this.width = Math.max(LEAST_WIDTH, x + longest * SMALL_LETTER + EDGE);
    this.head = this.#wrap(head);
    this.names = HEAD + (this.head.length + 1.5) * LINE;
    this.top = this.names + LINE / 2 + (first > 0 ? ROW : 0);
    this.bottom = this.top + this.rows.length * ROW;
    const most = Math.max(1, ...feet.map(({ lines }) => lines.length));
    this.foot = { y: this.bottom + ROW / 2, height: most * LINE + PAD };
    this.height = this.foot.y + this.foot.height + LEGEND;
  }

  /** The lines of the head, each in as many as it needs. */
  #wrap(head: readonly string[]): string[] {
    const most = Math.floor((this.width - 2 * EDGE) / LETTER);
    return head.flatMap((text) => {
      const lines = text.split('\n').flatMap((line) => wrap(line, most));
      return lines.length > MOST_HEAD ? [...lines.slice(0, MOST_HEAD - 1), '…'] : lines;
    });
  }

  /** The middle of the row of a step; the edge of the rows, if it is not shown. */
  middleOf(step: number): number {
    if (step < this.first) return this.top;
    const row = step - this.first;
    return row < this.rows.length ? this.top + (row + 0.5) * ROW : this.bottom;
  }

  #widthOf(thread: number, texts: readonly string[]): number {
    const own = this.rows.filter(({ step }) => step.thread === thread);
    const written = own.map(({ call, change }) => (change === '' ? call : `${call}  ${change}`));
    const letters = Math.max(...[...texts, ...written].map(({ length }) => length));
    return Math.max(LEAST_LANE, letters * LETTER + 2 * PAD);
  }
}

/** Awaits of one thread may overlap: each has the first place that is free. */
function barsOf(sleeps: readonly Sleep[], left: number): Map<number, number> {
  const bars = new Map<number, number>();
  const until: number[] = [];
  for (const { answer, from, to } of sleeps) {
    if (answer === undefined) continue;
    const free = until.findIndex((end) => end <= from);
    const place = free < 0 ? until.length : free;
    until[place] = to;
    bars.set(from, left + place * BAR);
  }
  return bars;
}

/** Of a path and a line the end says most. */
function endOf(source: string): string {
  return source.length > MOST_SOURCE ? `…${source.slice(1 - MOST_SOURCE)}` : source;
}

/** `line` in parts of up to `most` letters, broken where a word ends if one does. */
function wrap(line: string, most: number): string[] {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > most) {
    const space = rest.lastIndexOf(' ', most);
    const end = space > most / 2 ? space : most;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest];
}
