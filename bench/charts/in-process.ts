/** Points that are measured in processes of their own, where nothing else is in memory: see worker/. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spreadOf } from '../spread.ts';
import type { Point, Series } from './draw.ts';

const LIMIT = 20_000; // ms

/** A point for each number and each series: medians over so many processes, in microseconds and MiB. */
export async function measureApart(
  script: string,
  series: readonly Series[],
  counts: readonly number[],
  processes: number,
): Promise<Point[]> {
  const points: Point[] = [];
  for (const count of counts) {
    for (const one of series) {
      points.push({ series: one, count, ...(await figuresOf(script, one, count, processes)) });
    }
  }
  return points;
}

type Figures = Readonly<Record<string, number>>;

async function figuresOf(
  script: string,
  series: Series,
  count: number,
  processes: number,
): Promise<Figures | { failed: string }> {
  const found: Figures[] = [];
  try {
    for (let i = 0; i < processes; i++) found.push(await run(script, series, count));
  } catch (error) {
    const { message, killed } = error as Error & { killed?: boolean };
    const reason = killed ? `not within ${LIMIT / 1000} s` : message;
    return { failed: `${series}, ${count.toLocaleString('en')}: ${reason}.` };
  }
  const median = (name: string): number => spreadOf(found.map((each) => each[name] ?? NaN)).median;
  return Object.fromEntries(Object.keys(found[0] ?? {}).map((name) => [name, median(name)]));
}

async function run(script: string, series: Series, count: number): Promise<Figures> {
  const path = fileURLToPath(new URL(`./worker/${script}`, import.meta.url));
  const args = ['--expose-gc', path, series, String(count)];
  const options = { timeout: LIMIT, killSignal: 'SIGKILL' } as const;
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return JSON.parse(stdout) as Figures;
}

/** With fewer, what they take of memory is lost in that of the engine. */
export const LARGE = ({ count }: Point): boolean => Number(count) >= 1000;
