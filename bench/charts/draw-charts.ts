/**
 * `npm run bench -- --charts`: the curves, measured and drawn. The points of each are kept beside its pictures;
 * `--redraw` draws from them without measuring.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, surroundings } from '../surroundings.ts';
import { type Chart, FULL, QUICK } from './chart.ts';
import { draw, type Point } from './draw.ts';
import { FAIRNESS } from './fairness.ts';
import { MUTEXES } from './mutexes.ts';
import { PENDING } from './pending.ts';
import { WORKERS } from './workers.ts';

const CHARTS: readonly Chart[] = [WORKERS, PENDING, MUTEXES, FAIRNESS];

interface Options {
  readonly quick: boolean;
  readonly redraw: boolean;
  /** Only charts whose name contains it. */
  readonly only: string;
}

interface Measured {
  readonly where: string;
  readonly points: readonly Point[];
}

export async function drawCharts({ quick, redraw, only }: Options): Promise<void> {
  const folder = quick
    ? join(tmpdir(), 'crossthread-charts')
    : fileURLToPath(new URL('.', import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const chart of CHARTS.filter(({ name }) => name.includes(only))) {
    const file = join(folder, `${chart.name}.json`);
    if (!redraw) {
      const where = `${describe(surroundings())}.`;
      const began = performance.now();
      const points = await chart.measure(quick ? QUICK : FULL);
      writeFileSync(file, jsonOf({ where, points }));
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      console.log(`${chart.name}: ${points.length} points in ${seconds} s`);
    }
    const { where, points } = JSON.parse(readFileSync(file, 'utf8')) as Measured;
    for (const picture of chart.pictures(points)) {
      writeFileSync(join(folder, `${picture.name}.svg`), await draw(picture, where));
    }
  }
  console.log(`drawn in ${folder}`);
}

/** A line for each point, so that a diff shows which have moved. */
function jsonOf({ where, points }: Measured): string {
  const lines = points.map((point) => `    ${JSON.stringify(point, rounded)}`);
  return `{\n  "where": ${JSON.stringify(where)},\n  "points": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
