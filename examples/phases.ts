/**
 * Phases of a simulation: the Game of Life on a field cut into strips, one thread a strip.
 *
 *   npx tsx examples/phases.ts [picture.svg]
 *
 * At the edge of a strip a cell depends on those of the next strip, so no thread may go on to a
 * generation before all are done with the last. They meet at a `std::barrier`. Its completion, run by
 * the thread that arrives last while the others still wait, swaps the two arrays of cells.
 *
 * Prints the last generation, and writes a picture of it to the file. One thread alone must come to
 * the same; if it does not, the exit code is 1. It is 2 for a command line that makes no sense.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { Barrier } from 'crossthread';
import { HEIGHT, seed, step, WIDTH } from './phases/life.ts';
import { svgOf, textOf } from './phases/picture.ts';
import { run } from './support/command-line.ts';
import { sharedBytes, sharedInts } from './support/memory.ts';
import { Thread } from './support/thread.ts';

const USAGE = 'Usage: npx tsx examples/phases.ts [picture.svg]';
const GENERATIONS = 120;
const STRIPS = 4;
const ROWS = HEIGHT / STRIPS; // of a strip

interface Field {
  readonly barrier: Barrier;
  readonly generation: Int32Array; // one number, which only the completion changes
  readonly cells: readonly Uint8Array[]; // of the generations 0, 2, 4, … and of 1, 3, 5, …
}

export function live({ barrier, generation, cells }: Field, strip: number): void {
  barrier.onCompletion(() => {
    generation[0]!++;
  });
  while (generation[0]! < GENERATIONS) {
    const now = cells[generation[0]! % 2]!;
    const next = cells[(generation[0]! + 1) % 2]!;
    step(now, next, strip * ROWS, (strip + 1) * ROWS);
    barrier.arriveAndWait();
  }
}

/** What one thread comes to. */
function liveAlone(): Uint8Array {
  let now = new Uint8Array(WIDTH * HEIGHT);
  let next = new Uint8Array(WIDTH * HEIGHT);
  seed(now);
  for (let generation = 0; generation < GENERATIONS; generation++) {
    step(now, next, 0, HEIGHT);
    [now, next] = [next, now];
  }
  return now;
}

interface Options {
  /** Where the picture goes; `undefined`: only to the terminal. */
  readonly fileName: string | undefined;
}

/** Reads the command line. @throws TypeError for a line that makes no sense. */
function readOptions(): Options {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [fileName, ...more] = positionals;
  if (more.length > 0) throw new TypeError(`One picture at a time, not ${positionals.length}`);
  if (fileName !== undefined && extname(fileName) !== '.svg')
    throw new TypeError(`The picture is an SVG, and ${fileName} is no name for one`);
  return { fileName };
}

async function main({ fileName }: Options): Promise<number> {
  const field: Field = {
    barrier: new Barrier(STRIPS),
    generation: sharedInts(1),
    cells: [sharedBytes(WIDTH * HEIGHT), sharedBytes(WIDTH * HEIGHT)],
  };
  seed(field.cells[0]!);
  const threads = Array.from({ length: STRIPS }, (_, strip) =>
    Thread.start(import.meta.url, live, field, strip),
  );
  for (const thread of threads) await thread.joinAsync();

  const last = field.cells[GENERATIONS % 2]!;
  console.log(textOf(last));
  if (fileName !== undefined) writeFileSync(fileName, svgOf(last, ROWS));
  assert.equal(textOf(last), textOf(liveAlone()), 'one thread alone comes to something else');
  console.log(
    `Generation ${GENERATIONS}, by ${STRIPS} threads, is what one thread alone comes to.`,
  );
  return 0;
}

if (isMainThread) await run(USAGE, readOptions, main);
