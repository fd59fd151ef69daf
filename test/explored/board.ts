/**
 * Programs over the board of a pool, for the explorer: one worker, and two that may give it a job. No worker is
 * started, and messages are permits of semaphores.
 */
import type { Semaphore } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

type Words = Int32Array<SharedArrayBuffer>;
type Job = 'ownersJob' | 'depotsJob';

interface Shared {
  readonly board: Words;
  readonly ownersJob: Words;
  readonly depotsJob: Words;
  /** How many jobs the worker has; and of which job how often it was begun. */
  readonly counts: Int32Array;
  /** To the worker, with a job; to the depot, that the worker is free, and that the other job was submitted. */
  readonly mail: Semaphore;
  readonly news: Semaphore;
  readonly submitted: Semaphore;
}

type Body = (shared: Shared) => void;

export interface Program extends Bounded {
  readonly threads: (library: Library) => readonly Body[];
  /** The depot's job is there from the first: so it is the first to begin. */
  readonly isWaiting?: boolean;
}

const WORKER = 2; // agent ids, in the order of the threads
const OWNER = 3;
const DEPOT = 4;
const SUCCESSOR = 9;
const DESK = 0;
const AT_HAND = 0;
const BEGUN = { ownersJob: 1, depotsJob: 2 };

const worker =
  (library: Library, jobs: number, submits = false): Body =>
  (shared) => {
    for (let i = 0; i < jobs; i++) {
      shared.mail.acquire();
      const job = isWorkers(library, shared, 'ownersJob') ? 'ownersJob' : 'depotsJob';
      Atomics.add(shared.counts, BEGUN[job], 1);
      if (submits) boardOf(library, shared).countPosted(DESK);
      const finish = library.State.at(shared[job]).setOutcomeLater({ value: job });
      Atomics.sub(shared.counts, AT_HAND, 1);
      if (boardOf(library, shared).free(DESK, WORKER)) shared.news.release();
      finish();
    }
  };

/** Submits a job, and waits for its outcome. */
const owner =
  (library: Library, mayBreak = false): Body =>
  (shared) => {
    const { ownersJob, submitted } = shared;
    const board = boardOf(library, shared);
    if (board.takeToGive(DESK, WORKER)) {
      give(library, shared, 'ownersJob', OWNER);
    } else {
      library.handOver(ownersJob, OWNER, DEPOT);
      board.addMatters(1);
    }
    submitted.release();
    const state = library.State.at(ownersJob);
    state.wait(Infinity);
    try {
      state.read();
    } catch (error) {
      if (!mayBreak || !(error instanceof library.FutureError)) throw error;
    }
  };

/** Hands out its own job, and then the other if that was not given. */
const depot =
  (library: Library, isCounted: boolean): Body =>
  (shared) => {
    if (!isCounted) boardOf(library, shared).addMatters(1);
    handOut(library, shared, 'depotsJob');
    shared.submitted.acquire();
    if (library.isHeldBy(shared.ownersJob, DEPOT)) handOut(library, shared, 'ownersJob');
  };

/** Looks whether all that was given is done. */
const onlooker =
  (library: Library): Body =>
  (shared) => {
    const board = boardOf(library, shared);
    const { given } = board;
    if (!board.isFree(DESK, WORKER)) return;
    const begun = Atomics.load(shared.counts, BEGUN.ownersJob);
    if (begun < given) throw new Error(`${given} given, and ${begun} done by a free worker`);
  };

/** The depot, before what the job of the pool's thread has submitted is received: it must not rest. */
const hasty =
  (library: Library): Body =>
  (shared) => {
    const board = boardOf(library, shared);
    if (board.given === 0 || !board.isDone(DESK, WORKER, 0)) return;
    throw new Error('all is done, and a job is on the way');
  };

/** The depot, when the worker has ended: another has its desk. */
const undertaker =
  (library: Library): Body =>
  (shared) => {
    library.State.at(shared.ownersJob).wait(Infinity);
    const board = boardOf(library, shared);
    board.clear(DESK);
    board.free(DESK, SUCCESSOR);
    if (!board.isDone(DESK, SUCCESSOR, 0)) throw new Error('what it has not posted is waited for');
  };

function handOut(library: Library, shared: Shared, job: Job): void {
  const board = boardOf(library, shared);
  while (!board.take(DESK, WORKER)) shared.news.acquire();
  give(library, shared, job, DEPOT);
  board.addMatters(-1);
}

function give({ handOver }: Library, shared: Shared, job: Job, from: number): void {
  if (Atomics.add(shared.counts, AT_HAND, 1) > 0) throw new Error('the worker has a job');
  handOver(shared[job], from, WORKER);
  shared.mail.release();
}

function isWorkers({ isHeldBy }: Library, shared: Shared, job: Job): boolean {
  return isHeldBy(shared[job], WORKER);
}

function boardOf({ Board }: Library, { board }: Shared): InstanceType<Library['Board']> {
  return new Board(board);
}

export const PROGRAMS = {
  'a job comes to the depot meanwhile': {
    threads: (library) => [worker(library, 2), owner(library), depot(library, false)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'a job waits in the depot': {
    threads: (library) => [worker(library, 2), owner(library), depot(library, true)],
    isWaiting: true,
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'the depot looks whether all is done': {
    threads: (library) => [worker(library, 1), owner(library), onlooker(library)],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'a job submits another as its last act': {
    threads: (library) => [worker(library, 1, true), owner(library), hasty(library)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 3 },
  },
  'the worker ends, and another has its desk': {
    threads: (library) => [worker(library, 1, true), owner(library), undertaker(library)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'the worker dies': {
    threads: (library) => [worker(library, 1), owner(library, true)],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    deep: { preemptions: 3, kills: 1, killable: [0] },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads, isWaiting = false }: Program): Model<Shared> {
  return {
    setup: () => {
      const board = new library.Board();
      board.free(DESK, WORKER);
      if (isWaiting) board.addMatters(1);
      const jobOf = (agent: number): Words => {
        const { words } = new library.State();
        library.handOver(words, library.thisThread.id, agent);
        return words;
      };
      return {
        board: board.words,
        ownersJob: jobOf(OWNER),
        depotsJob: jobOf(DEPOT),
        counts: new Int32Array(new SharedArrayBuffer(12)),
        mail: new library.Semaphore(0),
        news: new library.Semaphore(0),
        submitted: new library.Semaphore(0),
      };
    },
    threads: threads(library),
    check: ({ counts }) => {
      for (const [job, index] of Object.entries(BEGUN)) {
        if (Atomics.load(counts, index) > 1) throw new Error(`${job} was begun twice`);
      }
    },
    invariant: ({ counts }) => {
      if (!isWaiting || Atomics.load(counts, BEGUN.ownersJob) === 0) return;
      if (Atomics.load(counts, BEGUN.depotsJob) === 0)
        throw new Error('one has overtaken the other');
    },
  };
}
