/**
 * The build to explore: as it is, or with bugs planted in it. A mutant is made in memory: its modules
 * are bundled with some lines replaced, and run as one script.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import type * as crossthread from '../../dist/index.js';
import type * as testing from '../../dist/testing/index.js';
import type * as board from '../../dist/future/board.js';
import type * as owner from '../../dist/future/owner.js';
import type * as state from '../../dist/future/state.js';
import type * as completion from '../../dist/thread/completion.js';
import type * as link from '../../dist/ami/transport/link.js';
import type * as listener from '../../dist/ami/transport/listener.js';
import type * as adapterMemory from '../../dist/ami/transport/memory.js';

export type Library = typeof crossthread &
  typeof testing &
  typeof completion &
  typeof board &
  typeof owner &
  typeof state &
  typeof link &
  typeof listener &
  typeof adapterMemory;

/** A bug: in this file of the build, these lines instead of those. */
export interface Mutation {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const DIST_URL = new URL('../../dist/', import.meta.url);
const DIST = fileURLToPath(DIST_URL);
const MODULES = [
  'index.js',
  'testing/index.js',
  'thread/completion.js',
  'future/board.js',
  'future/owner.js',
  'future/state.js',
  'ami/transport/link.js',
  'ami/transport/listener.js',
  'ami/transport/memory.js',
];
const ENTRY = MODULES.map((module) => `export * from './${module}';`).join('\n');

export async function loadLibrary(...mutations: readonly Mutation[]): Promise<Library> {
  if (mutations.length === 0) {
    const modules = await Promise.all([
      import('../../dist/index.js'),
      import('../../dist/testing/index.js'),
      import('../../dist/thread/completion.js'),
      import('../../dist/future/board.js'),
      import('../../dist/future/owner.js'),
      import('../../dist/future/state.js'),
      import('../../dist/ami/transport/link.js'),
      import('../../dist/ami/transport/listener.js'),
      import('../../dist/ami/transport/memory.js'),
    ]);
    return Object.assign({}, ...modules) as Library;
  }
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: DIST },
    bundle: true,
    format: 'iife',
    globalName: 'mutant',
    platform: 'node',
    target: 'node20',
    write: false,
    define: { 'import.meta.url': JSON.stringify(new URL('index.js', DIST_URL).href) },
    plugins: [plant(mutations)],
  });
  // A short name: traces are made of stacks, where a module from a data URL is named by all its code.
  const code = `(() => { ${outputFiles[0]!.text} return mutant; })()`;
  return runInThisContext(code, { filename: 'mutant.js' }) as Library;
}

function plant(mutations: readonly Mutation[]): Plugin {
  return {
    name: 'mutations',
    setup({ onLoad }) {
      for (const { file } of mutations) {
        onLoad({ filter: new RegExp(`/${file.replaceAll('.', '\\.')}$`) }, async ({ path }) => {
          let contents = await readFile(path, 'utf8');
          for (const mutation of mutations) {
            if (mutation.file === file) contents = replaceOnce(contents, mutation);
          }
          return { contents };
        });
      }
    },
  };
}

export function replaceOnce(source: string, { file, from, to }: Mutation): string {
  const parts = source.split(from);
  if (parts.length === 2) return parts.join(to);
  throw new Error(`${file} has ${parts.length - 1} places that read: ${from}`);
}
