/**
 * Programs in which threads wait for each other, for the explorer. Each thread that is told of a deadlock gives
 * up what it holds, so in the end all have gone on: a deadlock that nobody is told of leaves them stuck.
 */
import type { Mutex, SharedMutex } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

interface Shared {
  readonly mutexes: readonly Mutex[];
  readonly shared: SharedMutex;
  /** How many were told of a deadlock. */
  readonly words: Int32Array;
}

export interface Program extends Bounded {
  readonly threads: readonly Body[];
  /** How many are told, at most; with one that dies, perhaps nobody. Default: none. */
  readonly told?: number;
}

type Body = (shared: Shared) => void;
type Lockable = Pick<Mutex, 'lock' | 'unlock'>;

const TOLD = 0;

/** Holds `first` while it waits for `second`. */
function inTurn(shared: Shared, first: Lockable, second: Lockable): void {
  first.lock();
  try {
    visit(shared, second);
  } finally {
    first.unlock();
  }
}

function visit({ words }: Shared, mutex: Lockable): void {
  try {
    mutex.lock();
  } catch (error) {
    if ((error as Error).name !== 'DeadlockError') throw error;
    Atomics.add(words, TOLD, 1);
    return;
  }
  mutex.unlock();
}

const nested =
  (first: number, second: number): Body =>
  (shared) =>
    inTurn(shared, shared.mutexes[first]!, shared.mutexes[second]!);

/** Holds one at a time: waits for nobody who waits for it. */
const oneByOne =
  (...indices: number[]): Body =>
  ({ mutexes }) => {
    for (const index of indices) mutexes[index]!.withLock(() => undefined);
  };

/** Its second wait ends by itself. */
const timed =
  (first: number, second: number): Body =>
  ({ mutexes }) => {
    mutexes[first]!.withLock(() => {
      if (mutexes[second]!.tryLockFor(2000)) mutexes[second]!.unlock();
    });
  };

const readingSide = ({ shared }: Shared): Lockable => ({
  lock: () => shared.lockShared() as never,
  unlock: () => shared.unlockShared(),
});

const readsThenLocks: Body = (all) => inTurn(all, readingSide(all), all.mutexes[0]!);
const locksThenReads: Body = (all) => inTurn(all, all.mutexes[0]!, readingSide(all));
const locksThenWrites: Body = (all) => inTurn(all, all.mutexes[0]!, all.shared);
const reads: Body = (all) => visit(all, readingSide(all));
const writes: Body = (all) => visit(all, all.shared);

/** Whoever dies is told of by those that come after. */
const unlessDead =
  (body: Body): Body =>
  (shared) => {
    try {
      body(shared);
    } catch (error) {
      if ((error as { code?: string }).code !== 'owner_dead') throw error;
    }
  };

const SLICED = { slices: true, timeouts: 2 };

export const PROGRAMS = {
  'two in a circle': {
    told: 1,
    threads: [nested(0, 1), nested(1, 0)],
    bounds: { ...SLICED, preemptions: 2 },
    deep: { ...SLICED, preemptions: 3, timeouts: 3 },
  },
  'three in a circle': {
    told: 1,
    threads: [nested(0, 1), nested(1, 2), nested(2, 0)],
    bounds: { ...SLICED, preemptions: 1, timeouts: 1 },
    deep: { ...SLICED, preemptions: 2 },
  },
  'four in a circle': {
    told: 1,
    threads: [nested(0, 1), nested(1, 2), nested(2, 3), nested(3, 0)],
    bounds: { ...SLICED, preemptions: 0, timeouts: 1 },
    deep: { ...SLICED, preemptions: 1, timeouts: 1 },
  },
  'two in a circle, one behind it': {
    told: 1,
    threads: [nested(0, 1), nested(1, 0), oneByOne(0)],
    bounds: { ...SLICED, preemptions: 1, timeouts: 1 },
    deep: { ...SLICED, preemptions: 2 },
  },
  'one holds two, the other one at a time': {
    threads: [nested(0, 1), oneByOne(1, 0)],
    bounds: { ...SLICED, preemptions: 3 },
    deep: { ...SLICED, preemptions: 4, timeouts: 3 },
  },
  'what was waited for changes hands': {
    threads: [nested(0, 1), oneByOne(1, 0), oneByOne(1)],
    bounds: { ...SLICED, preemptions: 1, timeouts: 1 },
    deep: { ...SLICED, preemptions: 2 },
  },
  'one of two gives up': {
    threads: [nested(0, 1), timed(1, 0)],
    bounds: { ...SLICED, preemptions: 2, timeouts: 3 },
    deep: { ...SLICED, preemptions: 3, timeouts: 4 },
  },
  'a writer waits for a reader that waits for it': {
    told: 1,
    threads: [readsThenLocks, locksThenWrites],
    bounds: { ...SLICED, preemptions: 2 },
    deep: { ...SLICED, preemptions: 3 },
  },
  'a reader stands behind a writer that waits for readers': {
    told: 1,
    threads: [readsThenLocks, writes, locksThenReads],
    bounds: { ...SLICED, preemptions: 1, timeouts: 1 },
    deep: { ...SLICED, preemptions: 2 },
  },
  'a writer waits for two readers, one of which waits for it': {
    told: 1,
    threads: [readsThenLocks, locksThenWrites, reads],
    bounds: { ...SLICED, preemptions: 0, timeouts: 1 },
    deep: { ...SLICED, preemptions: 1 },
  },
  'who was told waits for another, and keeps what it has': {
    told: 1,
    threads: [
      nested(1, 0),
      (all) => {
        all.mutexes[0]!.lock();
        visit(all, all.mutexes[1]!);
        all.mutexes[2]!.lock();
        all.mutexes[2]!.unlock();
        all.mutexes[0]!.unlock();
      },
      oneByOne(2),
    ],
    bounds: { ...SLICED, preemptions: 1, timeouts: 1 },
    deep: { ...SLICED, preemptions: 2 },
  },
  'one of two dies': {
    told: 1,
    threads: [unlessDead(nested(0, 1)), unlessDead(nested(1, 0))],
    bounds: { ...SLICED, preemptions: 1, timeouts: 0, kills: 1 },
    deep: { ...SLICED, preemptions: 2, kills: 1 },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads, told = 0 }: Program): Model<Shared> {
  const { Mutex, SharedMutex, unrest } = library;
  return {
    setup: () => ({
      mutexes: [0, 1, 2, 3].map(() => new Mutex()),
      shared: new SharedMutex(),
      words: new Int32Array(new SharedArrayBuffer(4)),
    }),
    threads,
    check: ({ words }) => {
      const found = Atomics.load(words, TOLD);
      if (found > told) throw new Error(`${found} were told of a deadlock`);
    },
    atRest: ({ mutexes, shared }) =>
      [...mutexes, shared].map((mutex) => unrest(mutex)).find((reason) => reason !== undefined),
  };
}
