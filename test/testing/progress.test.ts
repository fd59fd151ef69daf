/** What a long search shows while it runs: on a terminal, and nowhere else. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explore, type ExploreOptions } from 'crossthread/testing';
import { type Figures, type Output, outputOf, Progress } from '../../dist/testing/progress.js';
import { caught, words } from './models.ts';

const CLEARED = '\u001B[1G\u001B[2K'; // to the start of the line, which is then emptied

class Terminal implements Output {
  readonly isTTY: boolean;
  text = '';

  constructor(isTTY = true) {
    this.isTTY = isTTY;
  }

  write(text: string | Uint8Array): boolean {
    this.text += String(text);
    return true;
  }
}

const LATE: Figures = { schedules: 12_345, states: 0, steps: 40_000, milliseconds: 2000, bound: 2 };
const BUDGET = { maxMilliseconds: 60_000, maxSchedules: Infinity };

/** What is shown of a search that is as far as `figures`, and then over. */
async function shown(
  figures: Partial<Figures>,
  terminal: Terminal = new Terminal(),
  budget = BUDGET,
): Promise<string> {
  const progress = new Progress(budget, terminal);
  await progress.show({ ...LATE, ...figures });
  progress.stop();
  return terminal.text;
}

describe('Progress', () => {
  it('shows nothing of what is over within a second', async () => {
    expect(await shown({ milliseconds: 999 })).toBe('');
  });

  it('shows time, schedules, speed and bound, and takes it off at the end', async () => {
    const text = await shown({});
    expect(text).toContain('2/60 s  12.3K schedules  20K steps/s  bound 2');
    expect(text.endsWith(CLEARED)).toBe(true);
  });

  it('shows states, if there are any; no bound, no limit', async () => {
    const text = await shown({ states: 7, bound: Infinity }, new Terminal(), {
      maxMilliseconds: Infinity,
      maxSchedules: Infinity,
    });
    expect(text).toContain(' 2 s  12.3K schedules  7 states  20K steps/s  no bound');
  });

  it.each([
    [
      'time',
      { milliseconds: 30_000, schedules: 1 },
      { maxMilliseconds: 60_000, maxSchedules: 100 },
    ],
    [
      'schedules',
      { milliseconds: 6000, schedules: 50 },
      { maxMilliseconds: 60_000, maxSchedules: 100 },
    ],
  ])('the bar shows of which limit more is used: %s', async (_, figures, budget) => {
    expect(await shown(figures, new Terminal(), budget)).toContain(
      `${'█'.repeat(7)}${'░'.repeat(7)} `,
    );
  });

  it('fits in 80 columns', async () => {
    const figures = {
      schedules: 123_456_789,
      states: 123_456_789,
      steps: 123_456_789_000,
      bound: 10,
    };
    const text = await shown({ ...figures, milliseconds: 1_000_000 }, new Terminal(false), {
      ...BUDGET,
      maxMilliseconds: 3_600_000,
    });
    const [line = ''] = text.split('\n');
    expect(line).toMatch(/steps\/s {2}bound 10$/);
    expect(line.length).toBeLessThanOrEqual(80);
  });

  it('writes lines where it is asked for without a terminal', async () => {
    expect(await shown({}, new Terminal(false))).toMatch(/^░+ 2\/60 s .*bound 2\n/);
  });

  it('shows nothing once it was stopped', async () => {
    const terminal = new Terminal();
    const progress = new Progress(BUDGET, terminal);
    progress.stop();
    await progress.show(LATE);
    expect(terminal.text).toBe('');
  });
});

describe('outputOf', () => {
  const terminal = new Terminal();
  const pipe = new Terminal(false);
  it.each([
    ['a terminal', 'auto', terminal, {}, true],
    ['a terminal in CI', 'auto', terminal, { CI: 'true' }, false],
    ['a terminal, CI denied', 'auto', terminal, { CI: 'false' }, true],
    ['a terminal that knows no control codes', 'auto', terminal, { TERM: 'dumb' }, false],
    ['a pipe', 'auto', pipe, {}, false],
    ['a terminal, not wanted', false, terminal, {}, false],
    ['a pipe in CI, wanted', true, pipe, { CI: 'true' }, true],
  ] as const)('%s', (_, setting, stderr, env, isShown) => {
    expect(outputOf(setting, { stderr, env })).toBe(isShown ? stderr : undefined);
  });

  it('a browser', () => {
    expect(outputOf('auto', {})).toBeUndefined();
    expect(outputOf(true, {})).toBeUndefined();
  });
});

describe('explore', () => {
  const own = Object.getOwnPropertyDescriptor(process, 'stderr')!;
  const { CI, TERM } = process.env;
  let terminal: Terminal;
  const use = (isTTY: boolean): void => {
    terminal = new Terminal(isTTY);
    Object.defineProperty(process, 'stderr', { configurable: true, get: () => terminal });
  };
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  beforeEach(() => {
    use(true);
    set('CI', undefined);
    set('TERM', 'xterm');
  });
  afterEach(() => {
    Object.defineProperty(process, 'stderr', own);
    set('CI', CI);
    set('TERM', TERM);
  });

  /** More schedules than anybody can try; fails as soon as something is shown. */
  const search = (options: ExploreOptions): Promise<unknown> =>
    explore(
      {
        setup: words(1),
        threads: Array.from({ length: 5 }, (_, i) => (shared: Int32Array) => {
          for (let n = 0; n < 9; n++) Atomics.add(shared, 0, i);
        }),
        check: () => {
          if (terminal.text !== '') throw new Error('shown');
        },
      },
      { stateCache: false, preemptions: 7, ...options },
    );

  it('shows on a terminal how far it is, and takes it off before it throws', async () => {
    const error = await caught(search({}));
    expect(error.verdict).toBe('assertion');
    expect(terminal.text).toMatch(/░+ \d+\/60 s {2}\S+ schedules {2}\S+ steps\/s {2}bound 7/);
    expect(terminal.text.endsWith(CLEARED)).toBe(true);
  });

  it('shows nothing in CI', async () => {
    set('CI', '1');
    await search({ maxMilliseconds: 1400 });
    expect(terminal.text).toBe('');
  });

  it('shows it in CI and in a pipe, if it is wanted', async () => {
    set('CI', '1');
    use(false);
    await caught(search({ progress: true }));
    expect(terminal.text).toMatch(/bound 7\n/);
  });

  it.each(['no', 1, null])('progress: %o is refused', async (progress) => {
    const wrong = { progress } as unknown as ExploreOptions;
    await expect(search(wrong)).rejects.toThrow(RangeError);
  });
});

describe('without cli-progress', () => {
  it('a browser never sees it: a bundle for one has nothing of it', async () => {
    const { metafile, warnings } = await build({
      entryPoints: [fileURLToPath(import.meta.resolve('crossthread/testing'))],
      bundle: true,
      platform: 'browser',
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    const inputs = Object.entries(metafile.inputs).filter(([file]) =>
      file.includes('cli-progress'),
    );
    expect(inputs.every(([file]) => file.startsWith('(disabled):'))).toBe(true);
  });

  it('a search does without where it is not installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crossthread-bare-'));
    try {
      await cp(new URL('../../dist', import.meta.url), join(folder, 'dist'), { recursive: true });
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await writeFile(
        join(folder, 'main.js'),
        `import { Progress } from './dist/testing/progress.js';
         const progress = new Progress(${JSON.stringify({ maxMilliseconds: 9000, maxSchedules: 9 })}, process.stderr);
         await progress.show(${JSON.stringify(LATE)});
         await progress.show(${JSON.stringify(LATE)});
         progress.stop();
         console.log('goes on');`,
      );
      const printed = await new Promise<unknown>((resolve) => {
        execFile(
          process.execPath,
          [join(folder, 'main.js')],
          { timeout: 20_000 },
          (_, stdout, stderr) => resolve({ stdout, stderr }),
        );
      });
      expect(printed).toEqual({ stdout: 'goes on\n', stderr: '' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
