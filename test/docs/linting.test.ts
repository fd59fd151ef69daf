/** docs/linting.md: its configuration for oxlint finds in its example what it says, and nothing else. */
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fencedIn } from './blocks.ts';
import { makeProject } from './project.ts';

const ROOT = new URL('../../', import.meta.url);
const EXAMPLE = 'example.ts';
const FOUND = /✗ ([\w-]+)/; // behind a line: the rule that finds it
const LIMIT = 120_000; // ms

const files = fencedIn('docs/linting.md', ROOT).filter(({ file }) => file !== undefined);
const pathOf = (path: string): string => fileURLToPath(new URL(path, ROOT));

let project: string;
beforeAll(async () => {
  project = await makeProject('linting', { noEmit: true });
  for (const { file, code } of files) await writeFile(join(project, file!), code);
});
afterAll(() => rm(project, { recursive: true, force: true }));

it('oxlint: finds what the page says', async () => {
  const { code } = files.find(({ file }) => file === EXAMPLE)!;
  const said = code.split('\n').flatMap((line, i) => {
    const rule = FOUND.exec(line)?.[1];
    return rule === undefined ? [] : [`${i + 1} ${rule}`];
  });
  expect(said.length).toBeGreaterThan(3);
  expect((await lint()).toSorted()).toEqual(said.toSorted());
});

/** Line and rule of each finding. */
async function lint(): Promise<string[]> {
  const args = [pathOf('node_modules/oxlint/bin/oxlint'), '--type-aware', '--format=unix', EXAMPLE];
  const output = await new Promise<string>((resolve) => {
    const env = {
      ...process.env,
      OXLINT_TSGOLINT_PATH: pathOf('node_modules/oxlint-tsgolint/bin/tsgolint.js'),
    };
    execFile(process.execPath, args, { cwd: project, timeout: LIMIT, env }, (_, stdout) =>
      resolve(stdout),
    );
  });
  const findings = output.matchAll(/^example\.ts:(\d+):\d+: .*\((.*)\)\]$/gm);
  return [...findings].map(([, line, rule]) => `${line} ${rule}`);
}
