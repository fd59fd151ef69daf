/** Bugs that chaos is to find: each leaves out a step of what happens after a death. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Mutation, replaceOnce } from '../explored/library.ts';
import { replace } from '../explored/mutants.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

export const PLANTED: Readonly<Record<string, Mutation>> = {
  'a dead owner holds its mutex for ever': replace(
    'mutex/turnstile.js',
    '#isStranded(state, owner, turn) {\n        if (isDead(this.agent.table, owner)) {',
    '#isStranded(state, owner, turn) {\n        if (false) {',
  ),
  'permits of the dead are not given back': replace(
    'semaphore/robust-stock.js',
    'if (owner !== 0 && !isDead(table, owner))',
    'if (owner !== 0)',
  ),
  'a dead runner runs for ever': replace(
    'once/once-flag.js',
    'runner === 0 || isDead(this.#agent.table, runner)',
    'runner === 0',
  ),
  'the dead are still to arrive': replace(
    'barrier/roll.js',
    'if (!isDead(this.#agent.table, owner))',
    'if (true)',
  ),
};

/** Has `use` the build with a bug in it, at a URL of its own: real threads load it from there. */
export async function withPlanted<T>(
  mutation: Mutation,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'planted-'));
  try {
    await cp(DIST, home, { recursive: true });
    await writeFile(join(home, 'package.json'), '{ "type": "module" }');
    const file = join(home, mutation.file);
    await writeFile(file, replaceOnce(await readFile(file, 'utf8'), mutation));
    return await use(pathToFileURL(join(home, 'index.js')).href);
  } finally {
    await rm(home, { recursive: true });
  }
}
