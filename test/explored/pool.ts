/**
 * Programs over a job of a pool, for the explorer: who takes it over, and what who waits for it sees. No worker
 * is started, and messages are permits of a semaphore. The first two threads of each program are the depot
 * and its worker.
 */
import type { Semaphore } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

interface Shared {
  /** How often it was begun. */
  readonly runs: Int32Array;
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly mail: Semaphore;
}

export interface Program extends Bounded {
  readonly threads: (library: Library) => readonly Body[];
}

type Body = (shared: Shared) => void | Promise<void>;

const DEPOT = 2; // agent ids
const WORKER = 3;
const WAITER = 4;
const CANCELLER = 5;
const [DONE, CANCELED] = [7, 8];

const depot =
  ({ handOver }: Library): Body =>
  ({ state, mail }) => {
    if (handOver(state, DEPOT, WORKER)) mail.release();
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
    if (library.handOver(shared.state, DEPOT, WAITER)) run(library, shared);
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
  ({ state }) => {
    if (!library.handOver(state, DEPOT, CANCELLER)) return;
    library.State.at(state).setOutcomeLater({ value: CANCELED })();
  };

function isWorkers({ isHeldBy }: Library, { state }: Shared): boolean {
  return isHeldBy(state, WORKER);
}

function run({ State }: Library, { runs, state }: Shared): void {
  Atomics.add(runs, 0, 1);
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
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads }: Program): Model<Shared> {
  return {
    setup: () => {
      const state = new library.State();
      const { words } = state;
      library.handOver(words, library.thisThread.id, DEPOT);
      return {
        runs: new Int32Array(new SharedArrayBuffer(4)),
        state: words,
        mail: new library.Semaphore(0),
      };
    },
    threads: threads(library),
    check: ({ runs }) => {
      if (Atomics.load(runs, 0) > 1) throw new Error(`begun ${Atomics.load(runs, 0)} times`);
    },
  };
}
