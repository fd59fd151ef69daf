/**
 * Programs over a job of a pool, for the explorer: who takes it over, and what who waits for it sees, and for a
 * promise among its arguments. No worker is started, and messages are permits of a semaphore. The first two
 * threads of each program are the depot and its worker.
 */
import type { Semaphore } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

interface Shared {
  /** How often it was begun. */
  readonly runs: Int32Array;
  readonly state: Int32Array<SharedArrayBuffer>;
  /** Those among its arguments, of the third thread. */
  readonly promises: readonly Int32Array<SharedArrayBuffer>[];
  readonly mail: Semaphore;
}

export interface Program extends Bounded {
  readonly threads: (library: Library) => readonly Body[];
  /** How many promises are among the arguments. */
  readonly promises?: number;
}

type Body = (shared: Shared) => void | Promise<void>;

const DEPOT = 2; // agent ids
const WORKER = 3;
const WAITER = 4; // who has submitted it
const CANCELLER = 5;
const [DONE, CANCELED] = [7, 8];

const depot =
  ({ handOut }: Library): Body =>
  (shared) => {
    if (handOut(shared, DEPOT, WORKER)) shared.mail.release();
  };

/** Only what was mailed is its own: the tests end without mail, too. */
const worker =
  (library: Library): Body =>
  (shared) => {
    if (shared.mail.tryAcquireFor(1)) run(library, shared);
    else if (isWorkers(library, shared)) run(library, shared); // the mail was late
  };

/** As `get()`: runs it, or waits for who does. */
const waiter =
  (library: Library, mayBreak = false): Body =>
  (shared) => {
    if (library.claim(shared, DEPOT, WAITER)) run(library, shared);
    library.State.at(shared.state).wait(Infinity);
    expectOutcome(library, shared, mayBreak);
  };

const awaiting =
  (library: Library, mayBreak = false): Body =>
  async (shared) => {
    await library.State.at(shared.state).waitAsync({});
    expectOutcome(library, shared, mayBreak);
  };

const canceller =
  (library: Library): Body =>
  (shared) => {
    if (library.claim(shared, DEPOT, CANCELLER)) cancel(library, shared);
  };

/** It is posted already: the promises among its arguments follow. Then, if it waits, `act`. */
const submitter =
  (library: Library, act?: (library: Library, shared: Shared) => void): Body =>
  (shared) => {
    library.follow(shared, WAITER);
    if (act && library.claim(shared, DEPOT, WAITER)) act(library, shared);
  };

/** Has the future of the job, and of a promise among its arguments. */
const listener =
  (library: Library, mayBreak = false): Body =>
  (shared) => {
    for (const words of [shared.state, ...shared.promises]) {
      const state = library.State.at(words);
      state.wait(Infinity);
      try {
        state.read();
      } catch (error) {
        if (!mayBreak || !(error instanceof library.FutureError)) throw error;
      }
    }
  };

function isWorkers({ isHeldBy }: Library, { state }: Shared): boolean {
  return isHeldBy(state, WORKER);
}

function cancel({ State, breakAll }: Library, { state, promises }: Shared): void {
  breakAll(promises);
  State.at(state).setOutcomeLater({ value: CANCELED })();
}

function run({ State }: Library, { runs, state, promises }: Shared): void {
  Atomics.add(runs, 0, 1);
  for (const words of promises) {
    const promise = State.at(words);
    promise.adopt();
    if (promise.isOwned && !promise.isReady) promise.setValue(DONE);
  }
  State.at(state).setOutcomeLater({ value: DONE })();
}

function expectOutcome(
  { State, FutureError }: Library,
  { runs, state }: Shared,
  mayBreak: boolean,
): void {
  let outcome: unknown;
  try {
    outcome = State.at(state).read();
  } catch (error) {
    if (!mayBreak || !(error instanceof FutureError)) throw error;
    return;
  }
  const expected = outcome === CANCELED ? 0 : 1;
  if (Atomics.load(runs, 0) === expected) return;
  throw new Error(`begun ${Atomics.load(runs, 0)} times, and the outcome is ${String(outcome)}`);
}

export const PROGRAMS = {
  'a worker runs it, or who waits': {
    threads: (library) => [depot(library), worker(library), waiter(library)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'one cancels it': {
    threads: (library) => [depot(library), worker(library), waiter(library), canceller(library)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'the depot or the worker dies': {
    threads: (library) => [depot(library), worker(library), waiter(library, true)],
    bounds: { preemptions: 1, kills: 1, killable: [0, 1] },
    deep: { preemptions: 2, kills: 1, killable: [0, 1] },
  },
  'the worker dies, one awaits': {
    threads: (library) => [depot(library), worker(library), awaiting(library, true)],
    bounds: { preemptions: 1, kills: 1, killable: [1] },
    deep: { preemptions: 2, kills: 1, killable: [1] },
  },
  'a promise among the arguments': {
    threads: (library) => [
      depot(library),
      worker(library),
      submitter(library, run),
      listener(library),
    ],
    promises: 1,
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'a promise among the arguments, one dies': {
    threads: (library) => [
      depot(library),
      worker(library),
      submitter(library, run),
      listener(library, true),
    ],
    promises: 1,
    bounds: { preemptions: 1, kills: 1, killable: [0, 1, 2] },
    quick: { preemptions: 0 },
    deep: { preemptions: 2, kills: 1, killable: [0, 1, 2] },
  },
  'a promise among the arguments, none claims it, one dies': {
    threads: (library) => [
      depot(library),
      worker(library),
      submitter(library),
      listener(library, true),
    ],
    promises: 1,
    bounds: { preemptions: 1, kills: 1, killable: [0, 1, 2] },
    quick: { preemptions: 0 },
    deep: { preemptions: 2, kills: 1, killable: [0, 1, 2] },
  },
  'a promise among the arguments, one cancels it': {
    threads: (library) => [
      depot(library),
      worker(library),
      submitter(library, cancel),
      listener(library, true),
    ],
    promises: 1,
    bounds: { preemptions: 1 },
    deep: { preemptions: 2, kills: 1, killable: [0, 1, 2] },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads, promises = 0 }: Program): Model<Shared> {
  const promiseOf = (agent: number): Int32Array<SharedArrayBuffer> => {
    const { words } = new library.State();
    library.handOver(words, library.thisThread.id, agent);
    return words;
  };
  return {
    setup: () => {
      return {
        runs: new Int32Array(new SharedArrayBuffer(4)),
        state: promiseOf(DEPOT),
        promises: Array.from({ length: promises }, () => promiseOf(WAITER)),
        mail: new library.Semaphore(0),
      };
    },
    threads: threads(library),
    check: ({ runs }) => {
      if (Atomics.load(runs, 0) > 1) throw new Error(`begun ${Atomics.load(runs, 0)} times`);
    },
  };
}
