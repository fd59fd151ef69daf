/** Programs over one once flag, for the explorer. */
import type { Mutex, OnceFlag } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

export interface Shared {
  readonly flag: OnceFlag;
  readonly mutex: Mutex;
  /** How many are at it, how many have done it, how often it was to fail, how many were told of a deadlock. */
  readonly words: Int32Array;
}

export interface Program extends Bounded {
  readonly threads: (library: Library) => readonly Body[];
}

type Body = (shared: Shared) => void | Promise<void>;

const RUNNING = 0;
const DONE = 1;
const FAILURES = 2;
const TOLD = 3;

function run({ words }: Shared): void {
  if (Atomics.add(words, RUNNING, 1) !== 0) throw new Error('two run it');
  if (Atomics.load(words, DONE) !== 0) throw new Error('it runs again');
  Atomics.store(words, DONE, 1);
  Atomics.sub(words, RUNNING, 1);
}

/** For threads that may die in it. */
function runMortal({ words }: Shared): void {
  Atomics.store(words, DONE, 1);
}

const expectDone = ({ words }: Shared): void => {
  if (Atomics.load(words, DONE) !== 1) throw new Error('it returned before it was done');
};

const calling =
  ({ callOnce }: Library, fn = run): Body =>
  (shared) => {
    callOnce(shared.flag, fn, shared);
    expectDone(shared);
  };

const awaiting =
  ({ callOnceAsync }: Library, fn = run): Body =>
  async (shared) => {
    await callOnceAsync(shared.flag, fn, shared);
    expectDone(shared);
  };

const twoTasks =
  (library: Library): Body =>
  async (shared) => {
    await Promise.all([awaiting(library)(shared), awaiting(library)(shared)]);
  };

/** The first that runs it fails. */
const failing =
  ({ callOnce }: Library): Body =>
  (shared) => {
    try {
      callOnce(shared.flag, () => {
        if (Atomics.add(shared.words, FAILURES, 1) === 0) throw new RangeError('not today');
        run(shared);
      });
      expectDone(shared);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  };

/** Of two that wait for each other one is told, and gives up. */
function orTold({ words }: Shared, wait: () => void): void {
  try {
    wait();
  } catch (error) {
    if ((error as Error).name !== 'DeadlockError') throw error;
    if (Atomics.add(words, TOLD, 1) !== 0) throw new Error('both were told', { cause: error });
  }
}

const lockingInside =
  ({ callOnce }: Library): Body =>
  (shared) =>
    callOnce(shared.flag, () => orTold(shared, () => shared.mutex.withLock(() => undefined)));

const callingInside =
  ({ callOnce }: Library): Body =>
  (shared) =>
    shared.mutex.withLock(() => orTold(shared, () => callOnce(shared.flag, () => undefined)));

export const PROGRAMS = {
  'two call': { threads: (library) => [calling(library), calling(library)] },
  'three call': {
    threads: (library) => [calling(library), calling(library), calling(library)],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'O5 the first fails': {
    threads: (library) => [failing(library), failing(library), failing(library)],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'one calls, one awaits': {
    threads: (library) => [calling(library), awaiting(library)],
    bounds: { preemptions: 3 },
  },
  'one calls, two tasks await': {
    threads: (library) => [calling(library), twoTasks(library)],
    bounds: { preemptions: 2 },
  },
  'one dies': {
    threads: (library) => [calling(library, runMortal), calling(library, runMortal)],
    bounds: { preemptions: 3, kills: 1 },
  },
  'who runs it locks, who has locked calls': {
    threads: (library) => [lockingInside(library), callingInside(library)],
    bounds: { preemptions: 2, slices: true, timeouts: 2 },
    deep: { preemptions: 3, slices: true, timeouts: 3 },
  },
  'one of three dies': {
    threads: (library) => [
      calling(library, runMortal),
      calling(library, runMortal),
      awaiting(library, runMortal),
    ],
    bounds: { preemptions: 1, kills: 1 },
    deep: { preemptions: 2, kills: 2 },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads }: Program): Model<Shared> {
  const { Mutex, OnceFlag, unrest } = library;
  return {
    setup: () => ({
      flag: new OnceFlag(),
      mutex: new Mutex(),
      words: new Int32Array(new SharedArrayBuffer(16)),
    }),
    threads: threads(library),
    atRest: ({ flag }) => (flag.isSet ? unrest(flag) : 'the flag is not set'),
  };
}
