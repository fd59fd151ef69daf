/**
 * The fixtures, bundled with the build that they import: a thread loads a few files instead of some eighty,
 * which takes most of the time of its start, and the tests start hundreds. Fixtures keep their places to each
 * other.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { AS_THEY_ARE } from './as-they-are.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the bundled fixtures. */
    fixtures: string;
  }
}

const TESTS = fileURLToPath(new URL('..', import.meta.url));

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'crossthread-fixtures-'));
  const files = await readdir(TESTS, { recursive: true });
  await build({
    absWorkingDir: TESTS,
    entryPoints: files.filter((file) => file.endsWith('.mjs') && !AS_THEY_ARE.test(file)),
    outbase: TESTS,
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    keepNames: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
  });
  project.provide('fixtures', pathToFileURL(`${directory}/`).href);
  return () => rm(directory, { recursive: true, force: true });
}
