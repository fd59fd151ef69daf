/**
 * Programs over the end of a thread, for the explorer. No worker is started: the first thread of each
 * program is the one that ends, and payloads are words instead of messages.
 */
import type { Semaphore } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

interface Shared {
  readonly called: Semaphore;
  readonly words: Int32Array;
  readonly completion: Int32Array<SharedArrayBuffer>;
}

export interface Program extends Bounded {
  readonly threads: (library: Library) => readonly Body[];
}

type Body = (shared: Shared) => void | Promise<void>;

const ENDING = 2; // the agent id of a program's first thread
const OUTCOME = 0;
const LEFT = 1; // what it did last: nothing may come after the end

const ending =
  ({ complete }: Library): Body =>
  ({ called, words, completion }) => {
    called.release();
    Atomics.store(words, OUTCOME, 7);
    Atomics.store(words, LEFT, 1);
    complete(completion);
  };

const joining =
  (library: Library): Body =>
  (shared) => {
    endOf(library, shared).wait();
    expectEnd(shared);
  };

const joiningAsync =
  (library: Library): Body =>
  async (shared) => {
    await endOf(library, shared).waitAsync({});
    expectEnd(shared);
  };

/** As `Thread.join` of a thread that may be dead. */
const joiningMortal =
  (library: Library): Body =>
  (shared) => {
    const end = endOf(library, shared);
    end.wait();
    if (!end.isOver) throw new Error('joined a thread that runs');
    const left = Atomics.load(shared.words, LEFT);
    const outcome = Atomics.load(shared.words, OUTCOME);
    if (left === 1 && outcome !== 7) throw new Error('the outcome came after the end');
  };

const joiningMortalAsync =
  (library: Library): Body =>
  async (shared) => {
    const end = endOf(library, shared);
    await end.waitAsync({});
    if (!end.isOver) throw new Error('joined a thread that runs');
  };

/** Waits for the end by a task, and blocks for it as well. */
const joiningTwice =
  (library: Library): Body =>
  async (shared) => {
    const task = joiningAsync(library)(shared);
    void joining(library)(shared);
    await task;
  };

/** Is woken for a task, by what the thread does before its end, while it blocks for the end. */
const joiningWithTask =
  (library: Library): Body =>
  async (shared) => {
    const called = shared.called.acquireAsync();
    void joining(library)(shared);
    await called;
  };

function endOf(
  { Completion }: Library,
  { completion }: Shared,
): InstanceType<Library['Completion']> {
  return new Completion(completion, ENDING, 'thread');
}

function expectEnd({ words }: Shared): void {
  if (Atomics.load(words, OUTCOME) !== 7) throw new Error('joined before the outcome was there');
  if (Atomics.load(words, LEFT) !== 1) throw new Error('joined before the work at the exit');
}

export const PROGRAMS = {
  'one joins': {
    threads: (library) => [ending(library), joining(library)],
    bounds: { preemptions: 3 },
    deep: {},
  },
  'one joins, awaiting': {
    threads: (library) => [ending(library), joiningAsync(library)],
    bounds: { preemptions: 3 },
    deep: {},
  },
  'a task and its thread join': {
    threads: (library) => [ending(library), joiningTwice(library)],
    bounds: { preemptions: 2 },
  },
  'one joins, and a task of it is woken meanwhile': {
    threads: (library) => [ending(library), joiningWithTask(library)],
    bounds: { preemptions: 2 },
  },
  'the thread dies': {
    threads: (library) => [ending(library), joiningMortal(library)],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    deep: { preemptions: 2, kills: 1, killable: [0] },
  },
  'the thread dies, one awaits': {
    threads: (library) => [ending(library), joiningMortalAsync(library)],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    deep: { preemptions: 2, kills: 1, killable: [0] },
  },
  'who joins dies': {
    threads: (library) => [ending(library), joining(library)],
    bounds: { preemptions: 1, kills: 1, killable: [1] },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads }: Program): Model<Shared> {
  return {
    setup: () => ({
      called: new library.Semaphore(0),
      words: new Int32Array(new SharedArrayBuffer(16)),
      completion: library.newCompletion(),
    }),
    threads: threads(library),
  };
}
