/** Points as pictures: every chart in the same colours, shapes and order, whatever is in it. */
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { ticksOf } from './ticks.ts';

/** Okabe and Ito's colours, which the colour-blind can tell apart too; so do the shapes. */
const SERIES = [
  { name: 'raw', color: '#000000', shape: 'circle', dash: [4, 3] },
  { name: 'crossthread', color: '#0072b2', shape: 'square', dash: [1, 0] },
  { name: "crossthread, 'fifo'", color: '#d55e00', shape: 'triangle-up', dash: [1, 0] },
  { name: 'multithreading', color: '#009e73', shape: 'diamond', dash: [8, 2] },
  { name: 'async-mutex', color: '#cc79a7', shape: 'cross', dash: [2, 2] },
] as const;

export type Series = (typeof SERIES)[number]['name'];

/** Figures by name. */
export interface Point {
  readonly series: Series;
  /** Why there are none. */
  readonly failed?: string;
  readonly [figure: string]: string | number | undefined;
}

/** Logarithmic, if nothing else is said. */
export interface Axis {
  readonly field: string;
  readonly title: string;
  /** Where all that occur are named, each twice the last. */
  readonly isDoubling?: boolean;
  readonly isLinear?: boolean;
}

export interface Panel {
  readonly title: string;
  readonly points: readonly Point[];
  readonly x: Axis;
  readonly y: Axis;
  /** A field that is written beside each point, and by which they are joined; by x without it. */
  readonly label?: string;
  /** Where the sides are equal. */
  readonly even?: number;
}

export interface Picture {
  /** Of its file, without the ending. */
  readonly name: string;
  readonly title: string;
  readonly subtitle: readonly string[];
  /** Of each row. */
  readonly columns: number;
  readonly panels: readonly Panel[];
}

type Spec = Record<string, unknown>;

/** A picture as SVG, with a line on where its figures are from. */
export async function draw(
  { title, subtitle, columns, panels }: Picture,
  where: string,
): Promise<string> {
  const points = panels.flatMap(({ points }) => points);
  const failures = new Set(points.flatMap(({ failed }) => failed ?? []));
  const shown = SERIES.filter(({ name }) => points.some(({ series }) => series === name));
  const spec: Spec = {
    background: 'white',
    padding: 16,
    title: {
      text: title,
      subtitle: [...subtitle, where, ...failures],
      anchor: 'start',
      offset: 16,
    },
    columns,
    concat: panels.map((panel) => specOf(panel, looksOf(shown))),
    spacing: { column: 32, row: 28 },
    config: {
      font: 'DejaVu Sans, Verdana, Arial, sans-serif',
      title: { fontSize: 15, subtitleFontSize: 11, subtitleColor: '#444', subtitlePadding: 6 },
      axis: {
        labelFontSize: 10,
        titleFontSize: 11,
        titleFontWeight: 'normal',
        gridColor: '#e4e4e4',
      },
      legend: { labelFontSize: 12, symbolSize: 70, labelLimit: 0, symbolStrokeWidth: 0 },
    },
  };
  const { spec: compiled } = compile(spec as unknown as TopLevelSpec);
  const view = new vega.View(vega.parse(compiled), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

type Looks = Readonly<Record<'color' | 'shape' | 'strokeDash', Spec>>;

function looksOf(shown: readonly (typeof SERIES)[number][]): Looks {
  const domain = shown.map(({ name }) => name);
  const by = (range: readonly unknown[]): Spec => ({
    field: 'series',
    type: 'nominal',
    scale: { domain, range },
    legend: { title: null, orient: 'bottom', direction: 'horizontal' },
  });
  return {
    color: by(shown.map(({ color }) => color)),
    shape: by(shown.map(({ shape }) => shape)),
    strokeDash: by(shown.map(({ dash }) => dash)),
  };
}

function specOf(
  { title, points, x, y, label, even }: Panel,
  { color, shape, strokeDash }: Looks,
): Spec {
  // Memory may be less than before, which is nowhere on an axis of powers.
  const isPlaced = (point: Point, { field, isLinear }: Axis): boolean =>
    isLinear === true || Number(point[field]) > 0;
  const values = points.filter(
    (point) => point.failed === undefined && isPlaced(point, x) && isPlaced(point, y),
  );
  const place = { x: channelOf(x, values), y: channelOf(y, values, even) };
  const joined = label && { order: { field: label, type: 'quantitative' } };
  const layer: Spec[] = [
    {
      mark: { type: 'line', strokeWidth: 1.5 },
      encoding: { ...place, color, strokeDash, ...joined },
    },
    {
      mark: { type: 'point', filled: true, size: 50, opacity: 1 },
      encoding: { ...place, color, shape },
    },
  ];
  if (even !== undefined) {
    layer.unshift({ mark: { type: 'rule', color: '#888' }, encoding: { y: { datum: even } } });
  }
  if (label !== undefined) {
    const mark = { type: 'text', dx: 9, dy: -6, fontSize: 9 };
    layer.push({ mark, encoding: { ...place, text: { field: label }, color } });
  }
  return {
    title: { text: title, fontSize: 12, anchor: 'start' },
    width: 250,
    height: 180,
    data: { values },
    layer,
  };
}

/** `even`: a value to be shown too. */
function channelOf(axis: Axis, points: readonly Point[], even?: number): Spec {
  const { field, title, isDoubling, isLinear } = axis;
  const channel = { field, type: 'quantitative', title };
  if (isLinear) return channel;
  const values = points.map((point) => Number(point[field]));
  const ticks = isDoubling
    ? { domain: undefined, values: [...new Set(values)] }
    : ticksOf(even === undefined ? values : [...values, even]);
  return {
    ...channel,
    scale: { type: 'log', base: isDoubling ? 2 : 10, nice: false, domain: ticks.domain },
    axis: {
      values: ticks.values,
      labelExpr: "datum.value < 1 ? format(datum.value, '~g') : format(datum.value, '~s')",
    },
  };
}
