/**
 * What is shipped: `src` in a few files, so that a thread starts soon and takes little. A file for each
 * entry of the package, one for each program that the library starts threads with, and the chunks
 * that these share. All lie in one folder: a program is found beside whatever module asks for it.
 */
import { basename } from 'node:path';
import { defineConfig } from 'rolldown';
import manifest from './package.json' with { type: 'json' };

const PROGRAMS = [
  'ami/servant-entry',
  'future/depot-entry',
  'future/pool-worker',
  'testing/programs/worker',
  'thread/entry',
];

const input = Object.fromEntries(PROGRAMS.map((file) => [basename(file), `src/${file}.ts`]));
for (const target of Object.values(manifest.exports)) {
  if (typeof target === 'string') continue;
  const source = target.types.replace(/^\.\/dist\/(.*)\.d\.ts$/, 'src/$1.ts');
  input[basename(target.default, '.js')] = source;
}

export default defineConfig({
  input,
  platform: 'neutral', // what a browser can do is found out where it runs
  external: /^[^./]/,
  transform: { target: 'es2022' },
  treeshake: { moduleSideEffects: true },
  output: { format: 'esm', sourcemap: true, chunkFileNames: '[name]-[hash].js' },
});
