/** What is shipped: the library in a few files, made by rolldown.config.mjs. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const BUNDLE = new URL('../../dist/bundle/', import.meta.url);
const files = readdirSync(BUNDLE).filter((file) => file.endsWith('.js'));
const textOf = (file: string): string => readFileSync(new URL(file, BUNDLE), 'utf8');
const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found!);

const entries = Object.values(manifest.exports).flatMap((target) =>
  typeof target === 'string' ? [] : [basename(target.default)],
);

/** A file and all that it loads with itself. */
function loadedBy(file: string, loaded: Set<string> = new Set()): ReadonlySet<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  for (const next of matches(textOf(file), /(?:from|import) ?["']\.\/([^"']+)["']/g)) {
    loadedBy(next, loaded);
  }
  return loaded;
}

describe('the bundle', () => {
  it.each(entries)('%s: its classes have the names of its exports', async (file) => {
    const exports = (await import(new URL(file, BUNDLE).href)) as Record<string, unknown>;
    const names = Object.values(exports)
      .filter((value) => typeof value === 'function' && /^class\b/.test(String(value)))
      .map((value) => (value as { name: string }).name); // of an alias, that of its class
    expect(Object.keys(exports)).toEqual(expect.arrayContaining(names));
  });

  it('has the programs of threads beside the files that start them', () => {
    const programs = files.flatMap((file) =>
      matches(textOf(file), /new URL\(["']\.\/([^"']+)["'], import\.meta\.url\)/g),
    );
    expect(programs.length).toBeGreaterThan(0);
    expect(files).toEqual(expect.arrayContaining(programs));
  });

  it('loads in a browser: the core asks for no module of Node, and for no package', () => {
    const loaded = [...loadedBy('index.js')];
    expect(loaded.length).toBeGreaterThan(1);
    const imports = /^(?:import|export)\b.*?from ?["']([^."'][^"']*)["']/gm;
    expect(loaded.flatMap((file) => matches(textOf(file), imports))).toEqual([]);
  });
});
