/**
 * The pages that users read, and the comments that their editors show: the code runs and prints what it
 * says, the facts are the source's.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as crossthread from 'crossthread';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as layout from '../../src/agent/table.ts';
import { type Block, blocksOf, moduleOf } from './blocks.ts';
import { cellsOf, TABLED } from './cells.ts';
import { costs } from './costs.ts';
import { errorOf, MISUSE } from './misuse.ts';
import { makeProject } from './project.ts';
import { type Outcome, runSnippets } from './snippets.ts';

const ROOT = new URL('../../', import.meta.url);
const README = 'README.md';
const NOTES = 'SharedArrayBuffer-notes.md';
const PAGES = [README, NOTES, ...filesIn('docs', '.md')];
const SOURCES = filesIn('src', '.ts');
const LIMIT = 120_000; // ms: a block that takes longer hangs, and is killed

const blocks = [...PAGES, ...SOURCES].flatMap((page) => blocksOf(page, ROOT));
const snippets = blocks.filter(({ file }) => file === undefined);
const programs = blocks.filter(({ file }) => file !== undefined && file !== 'server.mjs');
const server = blocks.find(({ file }) => file === 'server.mjs')!;

// Where the blocks are tried: a project that has installed the package.
let project: string;
let complaints: string; // of the compiler
let outcomes: readonly Outcome[]; // of the snippets, in their order, and then of the process

beforeAll(async () => {
  project = await makeProject('docs', { skipDefaultLibCheck: true }, ['*.mts']);
  for (const block of snippets) await write(`${nameOf(block)}.mts`, moduleOf(block));
  for (const block of blocks) if (block.file !== undefined) await write(block.file, block.code);
  for (const page of TABLED) await write(`${nameOf({ page })}.mts`, cellsOf(page, ROOT));
  const tsc = await run(fileURLToPath(new URL('node_modules/typescript/bin/tsc', ROOT)));
  complaints = tsc.stdout;
  outcomes = await runSnippets(
    snippets.map((block) => join(project, `${nameOf(block)}.mjs`)),
    project,
    LIMIT,
  );
}, 5 * LIMIT);

afterAll(() => rm(project, { recursive: true, force: true }));

const nameOf = ({ page, line }: Pick<Block, 'page'> & { line?: number }): string =>
  `${page.replaceAll(/\W/g, '-')}-${line ?? 'cells'}`;
const titleOf = (block: Block): string => `${block.page}:${block.line} ${block.file ?? ''}`.trim();

function write(file: string, text: string): Promise<void> {
  return writeFile(join(project, file), text);
}

/** What `node file` printed and how it ended, in the project. */
function run(file: string): Promise<{ error: Error | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const limits = { cwd: project, timeout: LIMIT, killSignal: 'SIGKILL' } as const;
    execFile(process.execPath, [file], limits, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    );
  });
}

describe('code blocks', () => {
  it('are there', () => {
    expect(snippets.length).toBeGreaterThan(5);
    expect(programs.map(({ file }) => file)).toContain('counter.mjs');
  });

  it('have the types that users see, and so have the cells of tables', () => {
    expect(complaints).toBe('');
  });

  it.each(programs.map((block) => [titleOf(block), block] as const))('%s', async (_, block) => {
    expect(await run(block.file!)).toEqual({ error: null, stdout: block.prints, stderr: '' });
  });

  it.each(snippets.map((block, i) => [titleOf(block), block, i] as const))('%s', (_, block, i) => {
    expect(outcomes[i]).toEqual({ error: null, stdout: block.prints, stderr: '' });
  });

  it('snippets: nothing of them keeps the process alive', () => {
    expect(outcomes[snippets.length]).toEqual({ error: null, stdout: '', stderr: '' });
  });

  it(`${titleOf(server)}: isolates the page`, async () => {
    const child = spawn(process.execPath, [server.file!], { cwd: project, timeout: LIMIT });
    try {
      const [printed] = (await once(child.stdout, 'data')) as [Buffer];
      const origin = printed.toString().trim();
      const script = await fetch(`${origin}/server.mjs`);
      expect(script.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(script.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(script.headers.get('content-type')).toBe('text/javascript');
      expect(await script.text()).toBe(server.code);
      expect((await fetch(`${origin}/`)).status).toBe(404);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('facts', () => {
  const readme = textOf(README);
  const notes = textOf(NOTES);
  const { Barrier, ConditionVariable, Latch, Mutex, RecursiveMutex, Semaphore, SharedMutex } =
    crossthread;
  const { allotArena, allotRecord, createTable, MAX_AGENT_ID, MAX_OBJECTS, SLOT_COUNT } = layout;
  const {
    CHAINS,
    GLOBALS,
    SLOTS,
    POOL,
    LABELS,
    ORDER,
    ID,
    EXITED,
    CLAIM,
    EVIDENCE,
    PARK,
    RESTING,
    HELPERS,
    LINEAGE,
  } = layout;
  const amount = (n: number): string => n.toLocaleString('en-US');

  it.each(PAGES)('%s: links lead somewhere', (page) => {
    for (const [, target = ''] of textOf(page).matchAll(/\]\((?!https?:)([^)]*)\)/g)) {
      const [file, anchor] = target.split('#') as [string, string?];
      const url = file === '' ? new URL(page, ROOT) : new URL(file, new URL(page, ROOT));
      expect(existsSync(url), target).toBe(true);
      if (anchor !== undefined)
        expect(anchorsOf(readFileSync(url, 'utf8')), target).toContain(anchor);
    }
  });

  it.each(PAGES)('%s: is shipped', (page) => {
    const { files } = JSON.parse(textOf('package.json')) as { files: string[] };
    const always = [README];
    expect([...always, ...files]).toContain(page.replace(/^docs\/.*(?=\.md$)/, 'docs/*'));
  });

  it.each(PAGES)('%s: commands exist', (page) => {
    const { scripts } = JSON.parse(textOf('package.json')) as {
      scripts: Record<string, string>;
    };
    for (const [, name = ''] of textOf(page).matchAll(/npm run ([\w:]+)/g))
      expect(scripts).toHaveProperty([name]);
  });

  it('the names of the C++ table exist', () => {
    const objects: Record<string, object> = {
      mutex: crossthread.Mutex.prototype,
      shared: crossthread.SharedMutex.prototype,
      atomic: crossthread.AtomicInt32.prototype,
      flag: crossthread.AtomicFlag.prototype,
      lock: crossthread.UniqueLock.prototype,
      condition: crossthread.ConditionVariable.prototype,
      semaphore: Semaphore.prototype,
      latch: Latch.prototype,
      barrier: Barrier.prototype,
      thread: crossthread.JThread.prototype,
      source: crossthread.StopSource.prototype,
      token: crossthread.StopToken.prototype,
      promise: crossthread.StdPromise.prototype,
      future: crossthread.Future.prototype,
    };
    const table = section(readme, 'C++ to crossthread');
    for (const [, ours = ''] of table.matchAll(/^\|.*\| ([^|]*) \|$/gm)) {
      for (const [, code = ''] of ours.matchAll(/`(?:using lock = )?(?:new )?([^`]*)`/g)) {
        const [name = '', member = ''] = code.match(/[A-Za-z0-9]+/g) ?? [];
        const owner = objects[name] ?? (crossthread as Record<string, unknown>)[name];
        expect(owner, code).toBeDefined();
        if (code.startsWith(`${name}.`)) expect(member in Object(owner), code).toBe(true);
      }
    }
  });

  const misuse = rowsOf(section(readme, 'Errors', '### Misuse'));

  it('misuse: each row of the README is tried', () => {
    const tried = Object.entries(MISUSE).flatMap(([of, rows]) =>
      Object.keys(rows).map((call) => `${of}: ${call}`),
    );
    expect(misuse.map(({ of, call }) => `${of}: ${call}`)).toEqual(tried);
    expect(readme).toContain(`All ${tried.length}<`);
  });

  it.each(misuse)('misuse: $of, $call: $error', async ({ of, call, error }) => {
    expect(await errorOf(MISUSE[of]![call]!)).toBe(error);
  });

  it('limits: the numbers are those of the source', () => {
    const limits = section(readme, 'Limits');
    const table = createTable();
    let records = 0;
    while (allotRecord(table) !== 0) records++;
    let arena = 0; // bytes, by the cache line
    while (allotArena(table, 16) !== 0) arena += 64;
    expect(limits).toContain(`| threads alive at once | ${SLOT_COUNT} |`);
    expect(limits).toContain(`| threads in the life of a process | ${amount(MAX_AGENT_ID - 1)} |`);
    expect(limits).toContain(`futures among them | ${amount(MAX_OBJECTS)} |`);
    expect(limits).toContain(`| permits of a semaphore | ${amount(new Semaphore(0).max)} |`);
    expect(limits).toContain(`| arrivals of a latch | ${amount(Latch.MAX)} |`);
    expect(limits).toContain(`| arrivals in a phase of a barrier | ${amount(Barrier.MAX)} |`);
    expect(limits).toContain(`| ${amount(records)} |`);
    expect(limits).toContain(`keys included | ${arena / 2 ** 20} MiB;`);
  });

  it('layouts: the places are those of the source', () => {
    const layouts = section(notes, 'Layouts');
    const regions = { CHAINS, GLOBALS, SLOTS, POOL, LABELS, ORDER };
    for (const [name, from] of Object.entries(regions))
      expect(layouts, name).toContain(`\n| ${amount(from)} | `);
    for (const [name, word] of Object.entries({
      ID,
      EXITED,
      CLAIM,
      EVIDENCE,
      PARK,
      RESTING,
      HELPERS,
      LINEAGE,
    }))
      expect(layouts, name).toContain(`\n| ${word} \`${name}\` | `);
    for (const type of [Mutex, RecursiveMutex, ConditionVariable, Semaphore, Latch])
      expect(layouts).toContain(`Objects: ${type.BYTE_LENGTH} bytes each`);
    expect(layouts).toContain(`a \`SharedMutex\` ${SharedMutex.BYTE_LENGTH}`);
    expect(layouts).toContain(`a \`Barrier\` ${amount(Barrier.BYTE_LENGTH)}`);
  });

  it('costs: the atomic operations are as many as the notes say', () => {
    const table = section(notes, 'What an operation costs');
    const said = [...table.matchAll(/^\| `([^`]*)` \| (\d+) \|/gm)].map(
      ([, call = '', count]) => [call, Number(count)] as const,
    );
    expect(said.length).toBeGreaterThan(5);
    expect(Object.fromEntries(said)).toEqual(costs(said.map(([call]) => call)));
  });
});

function filesIn(folder: string, ending: string): string[] {
  if (!existsSync(new URL(folder, ROOT))) return [];
  return readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith(ending) && !file.startsWith('docs/api/'))
    .toSorted();
}

function textOf(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8');
}

/** A section, or its part from `heading` on. */
function section(page: string, title: string, heading = ''): string {
  const start = page.indexOf(`\n## ${title}\n`);
  if (start < 0) throw new Error(`there is no section '${title}'`);
  const end = page.indexOf('\n## ', start + 1);
  const whole = page.slice(start, end < 0 ? undefined : end);
  return whole.slice(whole.indexOf(heading));
}

/** The rows of the table of misuse; a class is named in its first. */
function rowsOf(table: string): { of: string; call: string; error: string }[] {
  let last = '';
  const rows = [...table.matchAll(/^\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)].slice(2);
  return rows.map(([, of = '', call = '', error = '']) => {
    last = of.replaceAll('`', '').trim() || last;
    return {
      of: last,
      call: call.replaceAll('`', '').trim(),
      error: error.replaceAll('`', '').trim(),
    };
  });
}

/** As GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
