/**
 * The package as a project has it that installed it, but bundled: a thread loads a few files instead of
 * some hundred, which takes most of the time of its start.
 */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// What the library starts threads with, found beside the module that asks for it.
const THREADS = [
  'ami/servant-entry',
  'thread/entry',
  'future/depot-entry',
  'future/pool-worker',
  'testing/programs/worker',
];

interface Exports {
  readonly [path: string]: string | { readonly types: string; readonly default: string };
}

/** Puts `crossthread` into `modules`, a folder of that name. */
export async function installPackage(modules: string): Promise<void> {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Exports;
  };
  const home = join(modules, 'crossthread');
  const entryPoints = Object.fromEntries(
    THREADS.map((file) => [basename(file), `dist/${file}.js`]),
  );
  const bundled: Record<string, unknown> = {};
  for (const [path, file] of Object.entries(exports)) {
    if (typeof file === 'string') continue;
    const name = path === '.' ? 'index' : path.slice(2).replaceAll('/', '-');
    entryPoints[name] = file.default;
    bundled[path] = { types: file.types, default: `./${name}.js` };
  }
  await mkdir(home, { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints,
    outdir: home,
    bundle: true,
    splitting: true,
    keepNames: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
  });
  await symlink(join(ROOT, 'dist'), join(home, 'dist'), 'junction'); // the types
  const manifest = { name: 'crossthread', type: 'module', exports: bundled };
  await writeFile(join(home, 'package.json'), JSON.stringify(manifest));
}
