/** Programs over one atomic, for the explorer. */
import type { AtomicInt32 } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

export interface Program extends Bounded {
  readonly threads: (library: Library) => readonly Body[];
}

type Shared = { readonly atomic: AtomicInt32 };
type Body = (shared: Shared) => void | Promise<void>;

const waiting =
  (old: number): Body =>
  ({ atomic }) => {
    atomic.wait(old);
    if (old === 0 && atomic.load() === 0) throw new Error('it has not changed'); // it only grows
  };

const waitingTwice: Body = (shared) => {
  void waiting(0)(shared);
  void waiting(1)(shared);
};

const timed: Body = ({ atomic }) => {
  if (atomic.waitFor(0, 5) && atomic.load() === 0) throw new Error('it has not changed');
};

const awaiting: Body = async ({ atomic }) => {
  await atomic.waitAsync(0);
  if (atomic.load() === 0) throw new Error('it has not changed');
};

const abortable =
  ({ anyTimeSignal }: Library): Body =>
  async ({ atomic }) => {
    try {
      await atomic.waitAsync(0, { signal: anyTimeSignal() });
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  };

const storing =
  (...values: number[]): Body =>
  ({ atomic }) => {
    for (const value of values) {
      atomic.store(value);
      atomic.notifyOne();
    }
  };

export const PROGRAMS = {
  'one waits': { threads: () => [waiting(0), storing(1)] },
  'two wait': { threads: () => [waiting(0), waiting(0), storing(1)], bounds: { preemptions: 2 } },
  'two wait, each for another value to go': {
    threads: () => [waiting(1), waiting(0), storing(1, 2)],
    bounds: { preemptions: 2 },
  },
  'one waits twice': { threads: () => [waitingTwice, storing(1, 2)], bounds: { preemptions: 3 } },
  'one waits twice, one stores twice, one notifies': {
    threads: () => [waitingTwice, storing(1, 2), ({ atomic }) => atomic.notifyOne()],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'two wait, one of them for a time': {
    threads: () => [timed, waiting(0), storing(1)],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'one waits, one awaits': {
    threads: () => [waiting(0), awaiting, storing(1)],
    bounds: { preemptions: 2 },
  },
  'one is aborted, one waits': {
    threads: (library) => [abortable(library), waiting(0), storing(1)],
    bounds: { preemptions: 1, aborts: 1 },
    deep: { preemptions: 2, aborts: 1 },
  },
  'two tasks of one await, the first is aborted': {
    threads: (library) => [
      async (shared) => void (await Promise.all([abortable(library)(shared), awaiting(shared)])),
      storing(1),
    ],
    bounds: { preemptions: 2, aborts: 1 },
  },
  'one of two that wait dies': {
    threads: () => [waiting(0), waiting(0), storing(1)],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    deep: { preemptions: 2, kills: 1, killable: [0] },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads }: Program): Model<Shared> {
  const { AtomicInt32, unrest } = library;
  return {
    setup: () => ({ atomic: new AtomicInt32() }),
    threads: threads(library),
    atRest: ({ atomic }) => unrest(atomic),
  };
}
