/** The figures in the README are those of the last run of the bench, which writes both. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { WORKS } from '../../bench/others/works.ts';

const read = (page: string): string =>
  readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');

/** The lines of the tables under a heading. */
function rowsIn(page: string, heading: string): string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [until = ''] = section.split('\n## ');
  return until.split('\n').filter((line) => line.startsWith('|'));
}

const shown = rowsIn(read('README.md'), 'How fast');
const measured = rowsIn(read('bench/RESULTS.md'), 'Beside others');
const strangers = (rows: readonly string[]): string[] =>
  rows.filter((row) => !measured.includes(row));

it('README: each line of figures is one of bench/RESULTS.md', () => {
  const works = shown.slice(2).map((row) => row.split(' | ')[0]); // after the head
  expect(works).toEqual(WORKS.filter(({ isShown }) => isShown).map(({ name }) => `| ${name}`));
  expect(strangers(shown)).toEqual([]);
});

it('README: a figure that was edited is noticed', () => {
  const [edited] = shown.slice(-1).map((row) => row.replace(/[^|]+\|$/, ' 0.01x |'));
  expect(strangers([...shown.slice(0, -1), edited!])).toEqual([edited]);
});
