/**
 * `npm run bench`: ratios of this library to the least that could be written by hand, and of others to this library;
 * how fast the explorer searches, how long the others need to go on after a death, and how much memory threads take.
 *
 *   --quick        one crew, three short rounds: shows that every row runs, measures nothing
 *   --only <text>  only rows whose name contains it
 *   --write        writes RESULTS.md from this run, and what README.md shows of it
 *   --charts       measures and draws the curves of charts/ instead, and with --redraw only draws them
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cellsOf, FAIRNESS_HEAD, fairnessCellsOf, HEAD } from './cells.ts';
import {
  EXPLORER_HEAD,
  EXPLORER_ROWS,
  explorerCellsOf,
  search,
  type SearchPlan,
} from './explorer.ts';
import { FLOW_HEAD, FLOW_ROWS, flowCellsOf, flowOf } from './flow.ts';
import { measure, type Size } from './measure.ts';
import { MEMORY_HEAD, MEMORY_ROWS, memoryCellsOf, memoryOf } from './memory.ts';
import { compare, type Comparison } from './others/compare.ts';
import { OTHERS_HEAD, othersCellsOf, shownIn } from './others/section.ts';
import { WORKS } from './others/works.ts';
import {
  COST_HEAD,
  COST_ROWS,
  costCellsOf,
  costOf,
  recover,
  RECOVERY_HEAD,
  RECOVERY_ROWS,
  recoveryCellsOf,
  type RecoveryPlan,
} from './recovery.ts';
import { resultsPage } from './results-page.ts';
import { CONTESTS, ROWS, type Row } from './rows.ts';
import { describe, surroundings } from './surroundings.ts';
import { columns, type Print } from './terminal.ts';
import { fairnessOf, judge, type Result } from './verdict.ts';

const FULL: Size = {
  operations: { crews: 5, settling: 5000, warmUp: 5, rounds: 7, sample: 20 },
  milliseconds: { crews: 3, settling: 500, warmUp: 1, rounds: 5, sample: 100 },
};
const QUICK: Size = {
  operations: { crews: 1, warmUp: 2, rounds: 3, sample: 5 },
  milliseconds: { crews: 1, warmUp: 1, rounds: 3, sample: 20 },
};
const FULL_SEARCH: SearchPlan = { warmUp: 1, rounds: 5, most: Infinity };
const QUICK_SEARCH: SearchPlan = { warmUp: 0, rounds: 1, most: 2000 };
const FULL_RECOVERY: RecoveryPlan = { rounds: 20, seconds: 20 };
const QUICK_RECOVERY: RecoveryPlan = { rounds: 1, seconds: 1 };
const WIDTHS = [48, 24, 18, 7, 11, 16];
const OTHERS_WIDTHS = [64, 24, 18, 18];
const FAIRNESS_WIDTHS = [24, 32, 32, 32, 32];
const EXPLORER_WIDTHS = [66, 24, 22, 10, 9, 18];
const RECOVERY_WIDTHS = [48, 31, 10, 18, 10];
const COST_WIDTHS = [52, 20, 8];
const MEMORY_WIDTHS = [52, 20];
const FLOW_WIDTHS = [52, 12, 12, 12, 14];
const QUICK_FLOW = 20_000; // requests

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    charts: { type: 'boolean', default: false },
    redraw: { type: 'boolean', default: false },
  },
});
if (options.write && (options.quick || options.only)) {
  throw new Error('--write takes a whole run, without --quick and --only');
}
if (options.charts) {
  const { drawCharts } = await import('./charts/draw-charts.ts');
  await drawCharts(options);
  process.exit();
}
const size = options.quick ? QUICK : FULL;
const isChosen = ({ name }: { name: string }): boolean => name.includes(options.only);
const where = surroundings();
console.log(describe(where));

const results = await table(ROWS, HEAD, WIDTHS, cellsOf, resultOf);
const comparisons = await compareAll();
const fairness = await table(
  CONTESTS,
  FAIRNESS_HEAD,
  FAIRNESS_WIDTHS,
  fairnessCellsOf,
  async (row) => fairnessOf(row, await measure(row, size)),
);
const searches = await table(
  EXPLORER_ROWS,
  EXPLORER_HEAD,
  EXPLORER_WIDTHS,
  explorerCellsOf,
  (row) => search(row, options.quick ? QUICK_SEARCH : FULL_SEARCH),
);
const recoveryPlan = options.quick ? QUICK_RECOVERY : FULL_RECOVERY;
const recoveries = await table(
  RECOVERY_ROWS,
  RECOVERY_HEAD,
  RECOVERY_WIDTHS,
  recoveryCellsOf,
  (row) => recover(row, recoveryPlan),
);
const costs = await table(COST_ROWS, COST_HEAD, COST_WIDTHS, costCellsOf, (row) =>
  costOf(row, recoveryPlan),
);
const memories = await table(MEMORY_ROWS, MEMORY_HEAD, MEMORY_WIDTHS, memoryCellsOf, async (row) =>
  memoryOf(row, options.quick ? 1 : 5),
);
const flows = await table(FLOW_ROWS, FLOW_HEAD, FLOW_WIDTHS, flowCellsOf, async (row) =>
  flowOf(row, options.quick ? QUICK_FLOW : Infinity),
);
if (options.write) {
  const page = await resultsPage({
    where,
    size,
    results,
    comparisons,
    fairness,
    searches,
    recoveries,
    costs,
    memories,
    flows,
  });
  writeFileSync(new URL('./RESULTS.md', import.meta.url), page);
  const readme = new URL('../README.md', import.meta.url);
  writeFileSync(readme, shownIn(readFileSync(readme, 'utf8'), comparisons));
}

/** Measures the rows that are chosen, one after another, and prints a line for each. */
async function table<R extends { readonly name: string }, L>(
  rows: readonly R[],
  head: readonly string[],
  widths: readonly number[],
  cellsOf: (line: L) => readonly string[],
  measured: (row: R) => Promise<L>,
): Promise<L[]> {
  const found: L[] = [];
  const chosen = rows.filter(isChosen);
  if (chosen.length === 0) return found;
  console.log();
  const print = columns(head, widths);
  for (const row of chosen) {
    const line = await measured(row);
    print(cellsOf(line));
    found.push(line);
  }
  return found;
}

/** Of each work the peers that are chosen, together. */
async function compareAll(): Promise<Comparison[]> {
  const found: Comparison[] = [];
  let print: Print | undefined;
  for (const work of WORKS) {
    const peers = work.peers.filter((peer) =>
      isChosen({ name: `others / ${work.name} / ${peer}` }),
    );
    if (peers.length === 0) continue;
    if (!print) {
      console.log();
      print = columns(OTHERS_HEAD, OTHERS_WIDTHS);
    }
    const compared = await compare(work, peers, size);
    for (const comparison of compared) print(othersCellsOf(comparison));
    found.push(...compared);
  }
  return found;
}

async function resultOf(row: Row): Promise<Result> {
  try {
    return judge(row, await measure(row, size));
  } catch (error) {
    process.exitCode = 1;
    console.error(error);
    return { row, verdict: 'did not end', error: error as Error };
  }
}
