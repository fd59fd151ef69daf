/**
 * `npm run explored`: explores every program, every pair of operations and every mutant as far as it gets
 * in a short time each, and writes README.md beside this file. Takes some ten minutes.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { format, resolveConfig } from 'prettier';
import type { ExplorationResult, ExploreOptions, Model } from '../../dist/testing/index.js';
import * as amiLink from './ami-link.ts';
import { MUTANTS as AMI_LINK } from './ami-link.mutants.ts';
import * as atomic from './atomic.ts';
import { MUTANTS as ATOMIC } from './atomic.mutants.ts';
import * as barrier from './barrier.ts';
import { MUTANTS as BARRIER } from './barrier.mutants.ts';
import * as board from './board.ts';
import { MUTANTS as BOARD } from './board.mutants.ts';
import * as channel from './channel.ts';
import { MUTANTS as CHANNEL } from './channel.mutants.ts';
import * as condition from './condition-variable.ts';
import { MUTANTS as CONDITION } from './condition-variable.mutants.ts';
import * as deadlock from './deadlock.ts';
import { MUTANTS as DEADLOCK } from './deadlock.mutants.ts';
import type { Bounded } from './depth.ts';
import * as handOut from './hand-out.ts';
import { MUTANTS as HAND_OUT } from './hand-out.mutants.ts';
import * as latch from './latch.ts';
import { MUTANTS as LATCH } from './latch.mutants.ts';
import { type Library, loadLibrary } from './library.ts';
import { type Mutant, searchFor } from './mutants.ts';
import * as mutex from './mutex.ts';
import { MUTANTS as MUTEX } from './mutex.mutants.ts';
import * as future from './future.ts';
import { MUTANTS as FUTURE } from './future.mutants.ts';
import * as once from './once.ts';
import { MUTANTS as ONCE } from './once.mutants.ts';
import { modelOf, movesOf, pairsOf } from './pairs/family.ts';
import { FAMILIES } from './pairs/index.ts';
import * as semaphore from './semaphore.ts';
import { MUTANTS as SEMAPHORE } from './semaphore.mutants.ts';
import * as sharedMutex from './shared-mutex.ts';
import { MUTANTS as SHARED_MUTEX } from './shared-mutex.mutants.ts';
import * as pool from './pool.ts';
import { MUTANTS as POOL } from './pool.mutants.ts';
import * as stop from './stop.ts';
import { MUTANTS as STOP } from './stop.mutants.ts';
import * as thread from './thread.ts';
import { MUTANTS as THREAD } from './thread.mutants.ts';

const SHOWN = 40; // characters of a schedule
/** ms of processor time for one search: all orders, or those with one preemption more. */
const SHARE = 500;

/** ms to find a mutant. */
const PATIENCE = 60_000;

interface Subject {
  readonly name: string;
  readonly programs: Readonly<Record<string, Bounded>>;
  readonly mutants: Readonly<Record<string, Mutant<string>>>;
  model(
    library: Library,
    program: Bounded,
    options: { fairness: 'eventual' | 'fifo' },
  ): Model<unknown>;
}

/** What a subject's programs share is its own business. */
const subject = (
  name: string,
  { PROGRAMS, model }: { readonly PROGRAMS: unknown; readonly model: unknown },
  mutants: unknown,
): Subject => ({ name, programs: PROGRAMS, mutants, model }) as Subject;

const SUBJECTS = [
  subject('Mutex', mutex, MUTEX),
  subject('SharedMutex', sharedMutex, SHARED_MUTEX),
  subject('ConditionVariable', condition, CONDITION),
  subject('Semaphore', semaphore, SEMAPHORE),
  subject('Latch', latch, LATCH),
  subject('Barrier', barrier, BARRIER),
  subject('OnceFlag', once, ONCE),
  subject('Future', future, FUTURE),
  subject('board of a pool', board, BOARD),
  subject('hand-out of a pool', handOut, HAND_OUT),
  subject('AtomicInt32', atomic, ATOMIC),
  subject('Thread', thread, THREAD),
  subject('Channel', channel, CHANNEL),
  subject('ThreadPool', pool, POOL),
  subject('StopToken', stop, STOP),
  subject('AMI', amiLink, AMI_LINK),
  subject('Deadlocks', deadlock, DEADLOCK),
];

/**
 * What the searches took by the clock and of the processor, ms: of the last ones most. Where others work beside
 * them they get longer, so that the page is the same.
 */
const spent = { clock: 1000, processor: 1000 };

const FADES = 0.8; // from one search to the next

async function share<S>(
  library: Library,
  model: Model<S>,
  options: ExploreOptions,
): Promise<ExplorationResult> {
  const slowness = Math.max(1, spent.clock / spent.processor);
  const began = process.cpuUsage();
  const start = performance.now();
  try {
    const result = await library.explore(model, { ...options, maxMilliseconds: SHARE * slowness });
    return { ...result, milliseconds: result.milliseconds / slowness };
  } finally {
    const { user, system } = process.cpuUsage(began);
    spent.clock = FADES * spent.clock + performance.now() - start;
    spent.processor = FADES * spent.processor + (user + system) / 1000;
  }
}

interface Depth {
  /** Of the deepest search that came to its end; or what a deeper one found. */
  readonly bound: number | string;
  readonly schedules: number;
  readonly milliseconds: number;
}

/** All orders, or else those with as many preemptions as can be had. */
async function depthOf<S>(
  library: Library,
  model: Model<S>,
  moves: ExploreOptions,
): Promise<Depth | undefined> {
  try {
    return await deepest(model, (more) => share(library, model, { ...moves, ...more }));
  } catch (error) {
    if (!(error instanceof library.ExplorationError)) throw error;
    const { verdict, schedule, schedules } = error;
    if (schedule.length > SHOWN) console.log(`to be replayed: ${schedule}`);
    const shown = schedule.length > SHOWN ? `${schedule.slice(0, SHOWN)}…` : schedule;
    return { bound: `**${verdict}**: \`${shown}\``, schedules, milliseconds: 0 };
  }
}

async function deepest<S>(
  { invariant }: Model<S>,
  explore: (more: ExploreOptions) => Promise<ExplorationResult>,
): Promise<Depth | undefined> {
  const reduced = invariant
    ? undefined
    : await explore({ strategy: 'dpor', preemptions: Infinity });
  if (reduced?.complete) return reduced;
  let found: ExplorationResult | undefined;
  for (let preemptions = 0; ; preemptions++) {
    const result = await explore({ preemptions });
    if (!result.complete) return found;
    found = result;
    if (result.bound === Infinity) return found;
  }
}

function rowOf<S>(name: string, model: Model<S>, moves: ExploreOptions, depth?: Depth): string {
  const { timeouts = 0, aborts = 0, kills = 0, slices = false } = moves;
  const count = (n: number, what: string): string =>
    n > 0 ? `${n} ${what}${n > 1 ? 's' : ''}` : '';
  const told = [
    count(timeouts, 'timeout'),
    count(aborts, 'abort'),
    count(kills, 'kill'),
    slices ? 'slices' : '',
  ];
  const cells = [name, model.threads.length, told.filter(Boolean).join(', ')];
  if (!depth) return `| ${[...cells, 'none', '', ''].join(' | ')} |`;
  const bound = depth.bound === Infinity ? 'all orders' : String(depth.bound);
  const seconds = (depth.milliseconds / 1000).toFixed(2);
  return `| ${[...cells, bound, depth.schedules, seconds].join(' | ')} |`;
}

const HEAD = [
  '| scenario | agents | moves | preemptions, all of them | schedules | seconds |',
  '| --- | --: | --- | --- | --: | --: |',
];

async function programRows(
  library: Library,
  { name, programs, model }: Subject,
): Promise<string[]> {
  const rows: string[] = [];
  for (const [title, program] of Object.entries(programs)) {
    const made = model(library, program, { fairness: 'eventual' });
    const moves = program.bounds ?? {};
    rows.push(rowOf(title, made, moves, await depthOf(library, made, moves)));
    console.log(name, rows.at(-1));
  }
  return [`## ${name}, programs`, '', ...HEAD, ...rows, ''];
}

async function pairRows(library: Library, name: keyof typeof FAMILIES): Promise<string[]> {
  const family = FAMILIES[name];
  const rows: string[] = [];
  for (const names of pairsOf(family)) {
    const made = modelOf(library, family, names);
    const moves = movesOf(names);
    const title = `${names[0]} × ${names[1]}`;
    rows.push(rowOf(title, made, moves, await depthOf(library, made, moves)));
    console.log(name, rows.at(-1));
  }
  return [`## ${name}, operation × operation`, '', ...HEAD, ...rows, ''];
}

async function mutantRows({ name, mutants, programs, model }: Subject): Promise<string[]> {
  const rows: string[] = [];
  for (const [title, mutant] of Object.entries(mutants)) {
    const { mutations, program, fairness = 'eventual', breaks } = mutant;
    const library = await loadLibrary(...mutations);
    const planted = programs[program]!;
    const found = await library
      .explore(model(library, planted, { fairness }), searchFor(mutant, planted, PATIENCE))
      .then(
        () => ['**not found** in this time', ''],
        ({ verdict, schedules }: { verdict: string; schedules: number }) => [verdict, schedules],
      );
    rows.push(`| ${[title, breaks, program, ...found].join(' | ')} |`);
    console.log(name, rows.at(-1));
  }
  return [
    `## ${name}, mutants`,
    '',
    '| bug | breaks | found by | as | schedules |',
    '| --- | --- | --- | --- | --: |',
    ...rows,
    '',
  ];
}

const library = await loadLibrary();
const lines = [
  '# What was explored, and how far',
  '',
  `Written by \`npm run explored\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ` +
    `${cpus()[0]?.model.trim()}. What failed is **bold**, and open.`,
  '',
  'Each row is a program that was searched to the end: in all orders that its steps can have (one of ' +
    'those that differ only where steps commute), or where that takes more than ' +
    `${SHARE / 1000} seconds, in all with so many preemptions. Slices and timeouts beyond those told, and ` +
    'spurious wake-ups are off. `npm run test:deep` and `npm run test:nightly` go further with most.',
  '',
];
for (const each of SUBJECTS) lines.push(...(await programRows(library, each)));
for (const name of Object.keys(FAMILIES)) {
  lines.push(...(await pairRows(library, name as keyof typeof FAMILIES)));
}
for (const each of SUBJECTS) lines.push(...(await mutantRows(each)));

const page = new URL('./README.md', import.meta.url);
const config = await resolveConfig(page);
writeFileSync(page, await format(lines.join('\n'), { ...config, parser: 'markdown' }));
