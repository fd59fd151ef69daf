/**
 * Builds examples as plain JavaScript. The sources are the examples' own, file by file, so that they start
 * and import each other by URL as ever.
 */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { installPackage } from '../support/package.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const filesApart: Plugin = {
  name: 'files-apart',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: path.replace(/ts$/, 'js'), external: true },
    );
    onLoad({ filter: /\/examples\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return {
        contents: source.replaceAll(/\.ts(',\s*import\.meta\.url)/g, '.js$1'),
        loader: 'ts',
      };
    });
  },
};

// What CommonJS packages use, bundled into an ES module.
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

// A module is still asked for by the name of its source.
const BOOT = `await import(process.argv.at(-1).replace(/ts$/, 'js'));`;

/** What examples need. */
const PACKAGES = ['async-mutex', 'cli-progress', 'crossthread', 'esbuild', 'pngjs'];

/** Those that do without the AWS SDK. Returns their folder. */
export async function buildExamples(directory: string): Promise<string> {
  const examples = join(directory, 'examples');
  const modules = join(directory, 'node_modules');
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['examples/*.ts', ...(await foldersOf())],
    outbase: 'examples',
    outdir: examples,
    plugins: [filesApart],
    bundle: true,
    packages: 'external',
    sourcemap: 'inline', // stacks name the lines of the source
    platform: 'node',
    target: 'node20',
    format: 'esm',
  });
  await mkdir(modules);
  for (const name of PACKAGES) await installPackage(modules, name);
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  return examples;
}

/**
 * With the SDK bundled, but not crossthread, which starts threads itself. Only boot.mjs, which brings tsx to
 * where it is not, is another. Returns the file to run.
 */
export async function buildPutObjectAsync(directory: string): Promise<string> {
  const examples = join(directory, 'examples');
  await build({
    absWorkingDir: ROOT,
    entryPoints: [
      'examples/put-object-async.ts',
      'examples/put-object-async/*.ts',
      'examples/aws/*.ts',
      'examples/support/command-line.ts',
      'examples/support/memory.ts',
      'examples/support/print.ts',
      'examples/support/sleep.ts',
    ],
    outbase: 'examples',
    outdir: examples,
    plugins: [filesApart],
    external: ['crossthread'],
    bundle: true,
    splitting: true,
    banner: { js: REQUIRE },
    platform: 'node',
    target: 'node20',
    format: 'esm',
  });
  await writeFile(join(examples, 'aws/boot.mjs'), BOOT);
  await mkdir(join(directory, 'node_modules'));
  await installPackage(join(directory, 'node_modules'), 'crossthread');
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  await copyFile(join(ROOT, 'README.md'), join(directory, 'README.md'));
  return join(examples, 'put-object-async.js');
}

/** Those of {@link buildPutObjectAsync} are not wanted. */
async function foldersOf(): Promise<string[]> {
  const entries = await readdir(join(ROOT, 'examples'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !['aws', 'put-object-async'].includes(entry.name))
    .map(({ name }) => `examples/${name}/*.ts`);
}
