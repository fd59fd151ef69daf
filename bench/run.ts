/**
 * `npm run bench`: ratios of this library to the least that could be written by hand, and how fast the
 * explorer searches.
 *
 *   --quick        one crew, three short rounds: shows that every row runs, measures nothing
 *   --only <text>  only rows whose name contains it
 *   --write        writes RESULTS.md from this run
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cellsOf, FAIRNESS_HEAD, fairnessCellsOf, HEAD } from './cells.ts';
import {
  EXPLORER_HEAD,
  EXPLORER_ROWS,
  explorerCellsOf,
  search,
  type Search,
  type SearchPlan,
} from './explorer.ts';
import { measure, type Size } from './measure.ts';
import { resultsPage } from './results-page.ts';
import { CONTESTS, ROWS, type Row } from './rows.ts';
import { describe, surroundings } from './surroundings.ts';
import { columns } from './terminal.ts';
import { type Fairness, fairnessOf, judge, type Result } from './verdict.ts';

const FULL: Size = {
  operations: { crews: 5, warmUp: 5, rounds: 7, sample: 20 },
  milliseconds: { crews: 3, warmUp: 1, rounds: 5, sample: 100 },
};
const QUICK: Size = {
  operations: { crews: 1, warmUp: 2, rounds: 3, sample: 5 },
  milliseconds: { crews: 1, warmUp: 1, rounds: 3, sample: 20 },
};
const FULL_SEARCH: SearchPlan = { warmUp: 1, rounds: 5, most: Infinity };
const QUICK_SEARCH: SearchPlan = { warmUp: 0, rounds: 1, most: 2000 };
const WIDTHS = [48, 24, 18, 7, 11, 16];
const FAIRNESS_WIDTHS = [24, 32, 32, 32, 32];
const EXPLORER_WIDTHS = [66, 24, 22, 10, 9, 18];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
if (options.write && (options.quick || options.only)) {
  throw new Error('--write takes a whole run, without --quick and --only');
}
const size = options.quick ? QUICK : FULL;
const isChosen = ({ name }: { name: string }): boolean => name.includes(options.only);
const where = surroundings();
console.log(`${describe(where)}\n`);

const results = await compareRows(ROWS.filter(isChosen));
const fairness = await compareFairness();
const searches = await timeSearches();
if (options.write) {
  const page = resultsPage({ where, size, results, fairness, searches });
  writeFileSync(new URL('./RESULTS.md', import.meta.url), page);
}

async function compareRows(rows: readonly Row[]): Promise<Result[]> {
  const found: Result[] = [];
  if (rows.length === 0) return found;
  const print = columns(HEAD, WIDTHS);
  for (const row of rows) {
    const result = await resultOf(row);
    print(cellsOf(result));
    found.push(result);
  }
  return found;
}

/** A row that fails is a line like the others; the run goes on. */
async function resultOf(row: Row): Promise<Result> {
  try {
    return judge(row, await measure(row, size));
  } catch (error) {
    process.exitCode = 1;
    console.error(error);
    return { row, verdict: 'did not end', error: error as Error };
  }
}

async function compareFairness(): Promise<Fairness[]> {
  const found: Fairness[] = [];
  const contests = CONTESTS.filter(isChosen);
  if (contests.length === 0) return found;
  console.log();
  const print = columns(FAIRNESS_HEAD, FAIRNESS_WIDTHS);
  for (const contest of contests) {
    const line = fairnessOf(contest, await measure(contest, size));
    print(fairnessCellsOf(line));
    found.push(line);
  }
  return found;
}

async function timeSearches(): Promise<Search[]> {
  const found: Search[] = [];
  const rows = EXPLORER_ROWS.filter(isChosen);
  if (rows.length === 0) return found;
  console.log();
  const print = columns(EXPLORER_HEAD, EXPLORER_WIDTHS);
  for (const row of rows) {
    const line = await search(row, options.quick ? QUICK_SEARCH : FULL_SEARCH);
    print(explorerCellsOf(line));
    found.push(line);
  }
  return found;
}
