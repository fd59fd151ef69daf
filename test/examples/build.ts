/**
 * Builds put-object-async as plain JavaScript. The sources are the example's own, file by file, so that
 * they start and import each other by URL as ever; the packages are bundled; only boot.mjs, which
 * brings tsx to where it is not, is another.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const filesApart: Plugin = {
  name: 'files-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: path.replace(/ts$/, 'js'), external: true },
    );
  },
};

// What CommonJS packages use, bundled into an ES module.
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

// A module is still asked for by the name of its source.
const BOOT = `await import(process.argv.at(-1).replace(/ts$/, 'js'));`;

/** Returns the file to run. */
export async function buildPutObjectAsync(directory: string): Promise<string> {
  const examples = join(directory, 'examples');
  await build({
    absWorkingDir: ROOT,
    entryPoints: [
      'examples/put-object-async.ts',
      'examples/put-object-async/*.ts',
      'examples/support/command-line.ts',
      'examples/support/memory.ts',
      'examples/support/sleep.ts',
    ],
    outbase: 'examples',
    outdir: examples,
    plugins: [filesApart],
    bundle: true,
    splitting: true,
    banner: { js: REQUIRE },
    platform: 'node',
    target: 'node20',
    format: 'esm',
  });
  await writeFile(join(examples, 'put-object-async/boot.mjs'), BOOT);
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  await copyFile(join(ROOT, 'README.md'), join(directory, 'README.md'));
  return join(examples, 'put-object-async.js');
}
