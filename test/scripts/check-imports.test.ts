import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { check } from '../../scripts/check-imports.mjs';

let src: string;
beforeEach(() => {
  src = fs.mkdtempSync(path.join(os.tmpdir(), 'check-imports-'));
});
afterEach(() => {
  fs.rmSync(src, { recursive: true });
});

function found(file: string, ...lines: string[]): string[] {
  const target = path.join(src, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, lines.join('\n'));
  return check(src).map(({ file, line, message }) => `${file}:${line} ${message}`);
}

describe('imports', () => {
  test.each([
    ['lock/unique.ts', "import { Mutex } from '../mutex/mutex.ts';"],
    ['lock/unique.ts', "import '../mutex/mutex.ts';"],
    ['lock/unique.ts', "import { type Mutex } from '../mutex/mutex.ts';"],
    ['lock/unique.ts', "export * from '../mutex/mutex.ts';"],
    ['lock/unique.ts', "await import('../mutex/mutex.ts');"],
    ['semaphore/semaphore.ts', "import { Latch } from '../latch/latch.ts';"],
    ['errors.ts', "import { park } from './wait/park.ts';"],
    ['mutex/deep/word.ts', "import { Latch } from '../../latch/latch.ts';"],
  ])('%s: refuses %s', (file, line) => {
    expect(found(file, '', line)).toEqual([expect.stringContaining(`${file}:2 `)]);
  });

  test.each([
    ['mutex/mutex.ts', "import { UniqueLock } from '../lock/unique.ts';"],
    ['mutex/mutex.ts', "import { HELD } from './word.ts';"],
    ['mutex/deep/word.ts', "import { HELD } from '../word.ts';"],
    ['lock/unique.ts', "import type { Mutex } from '../mutex/mutex.ts';"],
    ['lock/unique.ts', "export type { Mutex } from '../mutex/mutex.ts';"],
    ['lock/unique.ts', "let m: import('../mutex/mutex.ts').Mutex;"],
    ['lock/unique.ts', "// import '../mutex/mutex.ts'"],
    ['index.ts', "export * from './mutex/mutex.ts';"],
  ])('%s: allows %s', (file, line) => {
    expect(found(file, line)).toEqual([]);
  });

  test('index.ts: for those built on the surface alone, types included', () => {
    const line = "import type { Mutex } from '../index.ts';";
    expect(found('testing/explore.ts', line)).toEqual([]);
    expect(found('lock/unique.ts', line)).toEqual([expect.stringContaining('lock/unique.ts:1')]);
  });

  test('packages and node modules: never in the core, unless as types or on demand', () => {
    expect(found('interop/async-mutex.ts', "import { Mutex } from 'async-mutex';")).toEqual([]);
    expect(
      found(
        'agent/node-host.ts',
        "import type { Worker } from 'node:worker_threads';",
        "const lazily = () => import('node:fs');",
        "import fs from 'node:fs';",
      ),
    ).toEqual(["agent/node-host.ts:3 the core imports 'node:fs'"]);
  });

  test('a folder in no layer is itself a violation', () => {
    expect(found('utils/misc.ts', 'export {};')).toEqual([
      expect.stringContaining('utils is in no layer'),
    ]);
  });
});

describe('Atomics', () => {
  test.each(['wait', 'waitAsync', 'notify'])('%s: wait/ and testing/ alone', (name) => {
    const line = `Atomics.${name}(words, 0);`;
    expect(found('wait/park.ts', line)).toEqual([]);
    expect(found('testing/run.ts', line)).toEqual([]);
    expect(found('mutex/mutex.ts', '', line)).toEqual([
      `mutex/mutex.ts:2 Atomics.${name} belongs to wait/`,
    ]);
  });

  test.each([
    'const load = Atomics.load;',
    'const { load } = Atomics;',
    'const atomics = Atomics;',
    'const atomics = globalThis.Atomics;',
    'const { Atomics: mine } = globalThis;',
    'const load = Atomics.load.bind(Atomics);',
    "const old = Atomics['load'](words, 0);",
    'const load = globalThis.Atomics.load;',
    'use(Atomics.load);',
  ])('refuses %s', (line) => {
    expect(found('testing/facade.ts', line)).toEqual([]);
    expect(found('mutex/mutex.ts', line)[0]).toMatch(
      /^mutex\/mutex\.ts:1 only a call on the global/,
    );
  });

  test.each([
    'const old = Atomics.load(words, 0);',
    'globalThis.Atomics.store(words, 0, 1);',
    'Atomics.pause?.();',
    "const canPause = typeof Atomics.pause === 'function';",
    "const canWait = typeof Atomics.waitAsync === 'function';",
    "const hasAtomics = typeof Atomics !== 'undefined';",
    'let facade: typeof Atomics;',
    '// const load = Atomics.load;',
    "throw new Error('Atomics.wait may not be called here');",
  ])('allows %s', (line) => {
    expect(found('mutex/mutex.ts', line)).toEqual([]);
  });
});
