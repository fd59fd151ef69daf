/**
 * Programs over the hand-out of a pool's jobs, for the explorer: the worker that is chosen dies, anywhere between
 * that and the outcome. Its job breaks, once, or ran before, once; all others run elsewhere. No worker is started,
 * and messages are permits of semaphores.
 */
import type { Semaphore } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

type Words = Int32Array<SharedArrayBuffer>;

interface Shared {
  readonly board: Words;
  readonly jobs: readonly Words[];
  /** Of each job, how often it was begun. */
  readonly runs: Int32Array;
  /** Set by the first worker when it ends, and broken by its death. */
  readonly end: Words;
  /** To each worker, with a job. */
  readonly mail: readonly Semaphore[];
}

type Body = (shared: Shared) => void | Promise<void>;

export interface Program extends Bounded {
  readonly threads: (library: Library) => readonly Body[];
  /** Who has the jobs. */
  readonly from: number;
}

const [MORTAL, OTHER, DEPOT, OWNER] = [2, 3, 4, 5]; // agent ids, in the order of the threads
const WORKERS = [MORTAL, OTHER];
const JOBS = [0, 1];
const DONE = 7;

/** Takes so many jobs, or the word that none comes, and ends. */
const worker =
  (library: Library, desk: number, most: number): Body =>
  (shared) => {
    const id = WORKERS[desk]!;
    for (let i = 0; i < most; i++) {
      shared.mail[desk]!.acquire();
      const job = JOBS.find((job) => library.isHeldBy(shared.jobs[job]!, id));
      if (job === undefined) break;
      Atomics.add(shared.runs, job, 1);
      const finish = library.State.at(shared.jobs[job]!).setOutcomeLater({ value: DONE });
      boardOf(library, shared).free(desk, id);
      finish();
    }
    if (id === MORTAL) library.State.at(shared.end).setOutcomeLater({ value: undefined })();
  };

/** Hands the first job to the first worker, and what it still has once that has ended to the other. */
const depot =
  (library: Library): Body =>
  (shared) => {
    handOut(library, shared, MORTAL, JOBS[0]!);
    bury(library, shared);
    for (const job of JOBS) handOut(library, shared, OTHER, job);
  };

/** As the depot when jobs are given by the pool's thread: it only buries. */
const sexton =
  (library: Library): Body =>
  (shared) =>
    bury(library, shared);

/** The pool's thread: gives each job to the first that is free, and waits for its outcome. */
const giver =
  (library: Library): Body =>
  (shared) => {
    let broken = 0;
    for (const job of JOBS) {
      const board = boardOf(library, shared);
      const desk = WORKERS.findIndex((id, desk) => board.takeToGive(desk, id));
      if (desk < 0) throw new Error(`no worker is free for job ${job}`);
      give(library, shared, WORKERS[desk]!, job, OWNER);
      library.State.at(shared.jobs[job]!).wait(Infinity);
      if (!isDone(library, shared, job)) broken++;
    }
    if (broken > 1) throw new Error('the dead worker was given a second job');
    for (const mail of shared.mail) mail.release();
  };

const waiter =
  (library: Library): Body =>
  (shared) => {
    for (const job of JOBS) library.State.at(shared.jobs[job]!).wait(Infinity);
    expectOutcomes(library, shared);
  };

const awaiting =
  (library: Library): Body =>
  async (shared) => {
    for (const job of JOBS) await library.State.at(shared.jobs[job]!).waitAsync({});
    expectOutcomes(library, shared);
  };

function bury(library: Library, shared: Shared): void {
  library.State.at(shared.end).wait(Infinity);
  const board = boardOf(library, shared);
  board.clear(0);
  if (board.take(0, MORTAL)) throw new Error('who has ended is free');
}

function handOut(library: Library, shared: Shared, id: number, job: number): void {
  if (!library.isHeldBy(shared.jobs[job]!, DEPOT)) return;
  if (!boardOf(library, shared).take(WORKERS.indexOf(id), id)) throw new Error('nobody is free');
  give(library, shared, id, job, DEPOT);
}

function give({ handOver }: Library, shared: Shared, id: number, job: number, from: number): void {
  if (!handOver(shared.jobs[job]!, from, id)) throw new Error(`job ${job} is another's`);
  shared.mail[WORKERS.indexOf(id)]!.release();
}

/** Only the first can have been the dead worker's. */
function expectOutcomes(library: Library, shared: Shared): void {
  isDone(library, shared, JOBS[0]!);
  if (!isDone(library, shared, JOBS[1]!)) throw new Error('what waited in the depot was lost');
}

/** Whether it ran to its end, once; if not, its promise is broken, for every look. */
function isDone({ State, FutureError }: Library, { jobs, runs }: Shared, job: number): boolean {
  try {
    State.at(jobs[job]!).read();
  } catch (error) {
    if (error instanceof FutureError) return false;
    throw error;
  }
  if (Atomics.load(runs, job) === 1) return true;
  throw new Error(`job ${job} is done, and was begun ${Atomics.load(runs, job)} times`);
}

function boardOf({ Board }: Library, { board }: Shared): InstanceType<Library['Board']> {
  return new Board(board);
}

const handedOut = (wait: (library: Library) => Body) => (library: Library) => [
  worker(library, 0, 1),
  worker(library, 1, 1),
  depot(library),
  wait(library),
];

export const PROGRAMS = {
  'the depot hands out': {
    threads: handedOut(waiter),
    from: DEPOT,
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    quick: { preemptions: 0 },
    deep: { preemptions: 2, kills: 1, killable: [0] },
  },
  'the depot hands out, one awaits': {
    threads: handedOut(awaiting),
    from: DEPOT,
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    quick: { preemptions: 0 },
    deep: { preemptions: 2, kills: 1, killable: [0] },
  },
  "the pool's thread gives": {
    threads: (library) => [
      worker(library, 0, 3),
      worker(library, 1, 3),
      sexton(library),
      giver(library),
    ],
    from: OWNER,
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    quick: { preemptions: 0 },
    deep: { preemptions: 2, kills: 1, killable: [0] },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads, from }: Program): Model<Shared> {
  return {
    setup: () => {
      const board = new library.Board();
      for (const [desk, id] of WORKERS.entries()) board.free(desk, id);
      const stateOf = (agent: number): Words => {
        const { words } = new library.State();
        library.handOver(words, library.thisThread.id, agent);
        return words;
      };
      return {
        board: board.words,
        jobs: JOBS.map(() => stateOf(from)),
        runs: new Int32Array(new SharedArrayBuffer(4 * JOBS.length)),
        end: stateOf(MORTAL),
        mail: WORKERS.map(() => new library.Semaphore(0)),
      };
    },
    threads: threads(library),
    check: ({ runs }) => {
      for (const job of JOBS) {
        if (Atomics.load(runs, job) > 1) throw new Error(`job ${job} was begun twice`);
      }
    },
  };
}
