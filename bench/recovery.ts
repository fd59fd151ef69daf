/** How long the others need to go on after a death, and what waiting costs meanwhile. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Mutex } from 'crossthread';
import { type Spread, spreadOf } from './spread.ts';
import { now } from './worker/clock.mjs';
import { DIED, ENDS, GO, newScene, type Scene, TOLD } from './worker/scene.mjs';

interface RecoveryRow {
  readonly name: string;
  readonly end: string;
  readonly isMainBlocked: boolean;
}

export interface RecoveryPlan {
  readonly rounds: number;
  /** s: for how long the cost of a wait is measured. */
  readonly seconds: number;
}

/** ms from a death to the return of those that wait for what the dead one held. */
export interface Recovery {
  readonly row: RecoveryRow;
  /** A thread that was blocked. */
  readonly blocked: Spread;
  /** The main thread: awaiting, or blocked itself. */
  readonly main: Spread;
}

export const RECOVERY_ROWS: readonly RecoveryRow[] = Object.keys(ENDS).flatMap((end) =>
  [false, true].map((isMainBlocked) => ({
    name: `recovery / ${end} / main ${isMainBlocked ? 'blocked' : 'free'}`,
    end,
    isMainBlocked,
  })),
);

const SMALL = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 8 };
const LIMIT = 30_000; // ms

export async function recover(row: RecoveryRow, { rounds }: RecoveryPlan): Promise<Recovery> {
  const survivor = new Worker(new URL('./worker/survivor.mjs', import.meta.url), { execArgv: [] });
  await once(survivor, 'message');
  const blocked: number[] = [];
  const main: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const scene = newScene(new Mutex());
    const victim = new Worker(new URL('./worker/victim.mjs', import.meta.url), {
      workerData: { scene, end: row.end },
      resourceLimits: row.end === 'out of memory' ? SMALL : {},
      execArgv: [],
    });
    victim.on('error', () => {});
    await once(victim, 'message');
    const ended = new Promise((resolve) => victim.once('exit', resolve)); // `once` rejects for an error
    survivor.postMessage(scene);
    Atomics.wait(scene.words, GO, 0, LIMIT);
    await pause(50); // until it sleeps
    const returned = await outlive(scene, victim, row);
    await ended;
    while (scene.times[TOLD] === 0) await pause(1);
    blocked.push(scene.times[TOLD]! - scene.times[DIED]!);
    main.push(returned - scene.times[DIED]!);
  }
  await survivor.terminate();
  return { row, blocked: spreadOf(blocked.map(toMs)), main: spreadOf(main.map(toMs)) };
}

/** Has the victim die, and waits for the mutex that it holds. Returns when that was over. */
async function outlive(
  { mutex, times, words }: Scene,
  victim: Worker,
  { end, isMainBlocked }: RecoveryRow,
): Promise<number> {
  const locked = isMainBlocked ? undefined : mutex.lockAsync();
  if (end === 'terminate()') {
    times[DIED] = now();
    void victim.terminate();
  } else {
    Atomics.store(words, GO, 2);
    victim.postMessage('die');
  }
  try {
    if (locked) await locked;
    else mutex.tryLockFor(LIMIT);
  } catch {
    return now(); // an OwnerDiedError
  }
  throw new Error('the mutex of a dead owner was taken');
}

/** What it costs to wait for a mutex while nothing happens. */
export interface Cost {
  readonly name: string;
  readonly value: string;
  readonly target: string;
}

interface CostRow {
  readonly name: string;
  readonly target: string;
  /** Of worker/waiter.mjs; without one it is the threads that are counted. */
  readonly form?: 'blocked' | 'awaiting' | 'bare' | 'bare timer';
}

const NEAR_BARE = '< 0.1 % more than bare';

export const COST_ROWS: readonly CostRow[] = [
  { name: 'recovery / cost / a thread that is blocked', form: 'blocked', target: NEAR_BARE },
  { name: 'recovery / cost / bare Atomics.wait, 4 a second', form: 'bare', target: '' },
  { name: 'recovery / cost / a thread that awaits', form: 'awaiting', target: NEAR_BARE },
  { name: 'recovery / cost / bare timer, 4 a second', form: 'bare timer', target: '' },
  { name: 'recovery / cost / threads that the library starts', target: '0' },
];

export async function costOf({ name, target, form }: CostRow, plan: RecoveryPlan): Promise<Cost> {
  if (!form) {
    const script = fileURLToPath(new URL('./worker/count-threads.mjs', import.meta.url));
    const value = execFileSync(process.execPath, [script], { encoding: 'utf8' }).trim();
    return { name, value, target };
  }
  const scene = newScene(new Mutex());
  const holder = new Worker(new URL('./worker/victim.mjs', import.meta.url), {
    workerData: { scene },
    execArgv: [],
  });
  await once(holder, 'message');
  const { seconds } = plan;
  const waiter = new Worker(new URL('./worker/waiter.mjs', import.meta.url), {
    workerData: { mutex: scene.mutex, form, seconds },
    execArgv: [],
  });
  const [nanoseconds] = (await once(waiter, 'message')) as [number];
  await Promise.all([waiter.terminate(), holder.terminate()]);
  const share = (100 * nanoseconds) / (seconds * 1e9);
  return { name, value: `${share.toFixed(3)} % of a core`, target };
}

export const RECOVERY_HEAD: readonly string[] = [
  'death',
  'a blocked thread returns after',
  'at most',
  'main returns after',
  'at most',
];
export const COST_HEAD: readonly string[] = ['waiting for a mutex', 'costs', 'target'];

export const costCellsOf = ({ name, value, target }: Cost): string[] => [name, value, target];

export function recoveryCellsOf({ row, blocked, main }: Recovery): string[] {
  const of = ({ median, max }: Spread): string[] =>
    [median, max].map((ms) => `${ms.toFixed(1)} ms`);
  return [row.name, ...of(blocked), ...of(main)];
}

const toMs = (nanoseconds: number): number => nanoseconds / 1e6;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
