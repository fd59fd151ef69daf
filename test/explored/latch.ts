/** Programs over one latch, for the explorer. */
import type { Latch } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

interface Shared {
  readonly latch: Latch;
  readonly words: Int32Array;
}

export interface Program extends Bounded {
  readonly threads: (library: Library) => readonly Body[];
  readonly expected: number;
}

type Body = (shared: Shared) => void | Promise<void>;

const ARRIVED = 0;

const arriving: Body = ({ latch, words }) => {
  Atomics.add(words, ARRIVED, 1);
  latch.countDown();
};

const waiting: Body = (shared) => {
  shared.latch.wait();
  expectAll(shared);
};

const timed: Body = (shared) => {
  if (shared.latch.waitFor(5)) expectAll(shared);
};

const awaiting: Body = async (shared) => {
  await shared.latch.waitAsync();
  expectAll(shared);
};

const twoTasks: Body = async (shared) => {
  await Promise.all([awaiting(shared), awaiting(shared)]);
};

const meeting: Body = ({ latch, words }) => {
  Atomics.add(words, ARRIVED, 1);
  latch.arriveAndWait();
};

const taskThenBlocking: Body = async (shared) => {
  const task = awaiting(shared);
  void waiting(shared);
  await task;
};

const abortable =
  ({ anyTimeSignal }: Library): Body =>
  async (shared) => {
    try {
      await shared.latch.waitAsync({ signal: anyTimeSignal() });
      expectAll(shared);
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  };

/** An arrival too many throws, and counts nothing. */
const arrivingInVain: Body = ({ latch }) => {
  try {
    latch.countDown(3);
  } catch (error) {
    if ((error as { code?: string }).code === 'invalid_argument') return;
    throw error;
  }
  throw new Error('counted more than were to come');
};

function expectAll({ latch, words }: Shared): void {
  if (!latch.tryWait()) throw new Error('closed behind a waiter that passed');
  if (Atomics.load(words, ARRIVED) < 2) throw new Error('passed before all had arrived');
}

export const PROGRAMS = {
  'one waits': {
    expected: 2,
    threads: () => [waiting, arriving, arriving],
    bounds: { preemptions: 3 },
    deep: {},
  },
  'two wait': {
    expected: 2,
    threads: () => [
      waiting,
      waiting,
      (shared) => {
        void arriving(shared);
        void arriving(shared);
      },
    ],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'all meet': {
    expected: 3,
    threads: () => [meeting, meeting, meeting],
    bounds: { preemptions: 2 },
  },
  'one is timed': {
    expected: 2,
    threads: () => [timed, arriving, arriving],
    bounds: { preemptions: 2, timeouts: 1 },
    deep: { preemptions: 3, timeouts: 1 },
  },
  'one blocks, one awaits': {
    expected: 2,
    threads: () => [
      waiting,
      awaiting,
      (shared) => {
        void arriving(shared);
        void arriving(shared);
      },
    ],
    bounds: { preemptions: 2 },
  },
  'two tasks await': {
    expected: 2,
    threads: () => [twoTasks, arriving, arriving],
    bounds: { preemptions: 2 },
  },
  'a task waits, its thread waits': {
    expected: 2,
    threads: () => [taskThenBlocking, arriving, arriving],
    bounds: { preemptions: 2 },
  },
  'a task is aborted': {
    expected: 2,
    threads: (library) => [abortable(library), arriving, arriving],
    bounds: { preemptions: 2, aborts: 1 },
  },
  'too many arrive': {
    expected: 2,
    threads: () => [
      waiting,
      arrivingInVain,
      (shared) => {
        void arriving(shared);
        void arriving(shared);
      },
    ],
    bounds: { preemptions: 2 },
  },
  'a waiter dies': {
    expected: 2,
    threads: () => [
      waiting,
      waiting,
      (shared) => {
        void arriving(shared);
        void arriving(shared);
      },
    ],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
  },
  'who opens it dies': {
    expected: 2,
    threads: () => [timed, arriving, arriving],
    bounds: { preemptions: 1, kills: 1, killable: [1, 2], timeouts: 1 },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads, expected }: Program): Model<Shared> {
  const { Latch, unrest } = library;
  return {
    setup: () => ({
      latch: new Latch(expected),
      words: new Int32Array(new SharedArrayBuffer(8)),
    }),
    threads: threads(library),
    atRest: ({ latch }) => unrest(latch),
  };
}
