/**
 * The Mandelbrot set as a picture, drawn by a pool of threads, a task a row. Ctrl-C ends it early.
 *
 *   npx tsx examples/mandelbrot.ts [picture.png] [--width <pixels>] [--depth <steps>]
 *
 * In C++ this is `std::async` on a pool, and a `std::stop_token`: the signal handler does no more than request a
 * stop, each thread sees that at its next pixel and gives up its row, tasks that have not begun never do, and
 * `main` gets all its futures as ever. So there is one way out, and the picture holds whole rows only.
 *
 * Writes the picture (mandelbrot.png) and, on a terminal, shows how far it is. The exit code is 130 after a
 * Ctrl-C, as of any program that was interrupted, and 2 for a command line that makes no sense.
 */
import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import progress from 'cli-progress';
import { hardwareConcurrency, StopSource, type SyncError, ThreadPool } from 'crossthread';
import { PNG } from 'pngjs';
import { drawRow, type Picture } from './mandelbrot/set.ts';
import { run } from './support/command-line.ts';
import { sharedBytes } from './support/memory.ts';

const USAGE =
  'Usage: npx tsx examples/mandelbrot.ts [picture.png] [--width <pixels>] [--depth <steps>]';
const INTERRUPTED = 128 + 2; // what a shell makes of a program that SIGINT, the signal 2, has ended
const MOST_PIXELS = 10_000;
const MOST_STEPS = 2 ** 31;

interface Options {
  readonly fileName: string;
  readonly width: number;
  readonly depth: number;
}

/** Reads the command line. @throws TypeError for a line that makes no sense. */
function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      width: { type: 'string', default: '1200' },
      depth: { type: 'string', default: '1000' },
    },
  });
  const [fileName = 'mandelbrot.png', ...more] = positionals;
  if (more.length > 0) throw new TypeError(`One picture at a time, not ${positionals.length}`);
  if (extname(fileName) !== '.png')
    throw new TypeError(`The picture is a PNG, and ${fileName} is no name for one`);
  return {
    fileName,
    width: readCount('width', values.width, MOST_PIXELS),
    depth: readCount('depth', values.depth, MOST_STEPS),
  };
}

function readCount(name: string, text: string, most: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= most) return count;
  throw new TypeError(`--${name} is a number up to ${most}, and ${text} is none`);
}

async function main({ fileName, width, depth }: Options): Promise<number> {
  const height = Math.ceil((width * 2) / 3);
  const picture: Picture = { width, height, depth, pixels: sharedBytes(width * height * 4) };

  const stop = new StopSource();
  process.once('SIGINT', () => stop.requestStop()); // once: a second Ctrl-C ends it as it would anything

  console.log(`${fileName}: ${width} x ${height} pixels. Ctrl-C stops it.`);
  const bar = new progress.SingleBar({ format: '{bar} {value}/{total} rows  {eta_formatted}' });
  bar.start(height, 0);

  await using pool = new ThreadPool({ max: hardwareConcurrency() });
  const rows = Array.from({ length: height }, async (_, row) => {
    const future = pool.async(drawRow, picture, row, stop.token);
    const isDrawn = await future.getAsync().catch(whetherStopped);
    if (isDrawn) bar.increment();
    return isDrawn;
  });
  const drawn = (await Promise.all(rows)).filter(Boolean).length;
  bar.stop();

  writeFileSync(fileName, encode(picture));
  if (drawn === height) {
    console.log(`All ${height} rows are drawn.`);
    return 0;
  }
  console.log(`Stopped: ${drawn} of ${height} rows are drawn, the others are transparent.`);
  return INTERRUPTED;
}

/** A task that has not begun when its token is stopped never does; its future has this error. */
function whetherStopped(error: Partial<SyncError>): false {
  if (error.code === 'operation_canceled') return false;
  throw error;
}

function encode({ width, height, pixels }: Picture): Buffer {
  const png = new PNG({ width, height });
  png.data.set(pixels);
  return PNG.sync.write(png);
}

await run(USAGE, readOptions, main);
