/** Programs over one shared mutex, for the explorer. */
import type { Latch, MutexOptions, SharedMutex } from '../../dist/index.js';
import type { ExplorerHistory, Model, SharedMutexOperation } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

export interface Shared {
  readonly mutex: SharedMutex;
  readonly gate: Latch;
  readonly inside: Latch;
  readonly done: Latch;
  /** How many read, and how many write. */
  readonly words: Int32Array;
}

type History = ExplorerHistory<SharedMutexOperation>;

export interface Program extends Bounded {
  readonly threads: (library: Library, history: History) => readonly Body[];
}

type SyncBody = (shared: Shared) => void;
type AsyncBody = (shared: Shared) => Promise<void>;
type Body = SyncBody | AsyncBody;

const WRITING = 0;
const READING = 1;

function visitWriting({ words }: Shared): void {
  if (Atomics.add(words, WRITING, 1) !== 0) throw new Error('two write');
  if (Atomics.load(words, READING) !== 0) throw new Error('one writes, one reads');
  Atomics.sub(words, WRITING, 1);
}

function visitReading({ words }: Shared): void {
  Atomics.add(words, READING, 1);
  if (Atomics.load(words, WRITING) !== 0) throw new Error('one reads, one writes');
  Atomics.sub(words, READING, 1);
}

const write: SyncBody = (shared) => {
  shared.mutex.lock();
  visitWriting(shared);
  shared.mutex.unlock();
};

const read: SyncBody = (shared) => {
  shared.mutex.lockShared();
  visitReading(shared);
  shared.mutex.unlockShared();
};

const readUntilOpen: SyncBody = ({ mutex, gate }) => {
  mutex.lockShared();
  gate.wait();
  mutex.unlockShared();
};

/** Writes, and again once another reads, if that is over in time. */
const writeThenBesideReader: SyncBody = (shared) => {
  write(shared);
  shared.gate.countDown();
  shared.inside.wait();
  if (shared.mutex.tryLockFor(5)) {
    visitWriting(shared);
    shared.mutex.unlock();
  }
  shared.done.countDown();
};

const readUntilDone: SyncBody = ({ mutex, gate, inside, done, words }) => {
  gate.wait();
  mutex.lockShared();
  Atomics.add(words, READING, 1);
  inside.countDown();
  done.wait();
  Atomics.sub(words, READING, 1);
  mutex.unlockShared();
};

const readTwice: SyncBody = (shared) => {
  read(shared);
  read(shared);
};

const nested: SyncBody = (shared) => {
  shared.mutex.lockShared();
  read(shared);
  visitReading(shared);
  shared.mutex.unlockShared();
};

const downgrade: SyncBody = (shared) => {
  shared.mutex.lock();
  visitWriting(shared);
  shared.mutex.downgrade();
  visitReading(shared);
  shared.mutex.unlockShared();
};

const writeTimed: SyncBody = (shared) => {
  if (!shared.mutex.tryLockFor(5)) return;
  visitWriting(shared);
  shared.mutex.unlock();
};

const readTimed: SyncBody = (shared) => {
  if (!shared.mutex.tryLockSharedFor(5)) return;
  visitReading(shared);
  shared.mutex.unlockShared();
};

const tryToWrite: SyncBody = (shared) => {
  if (!shared.mutex.tryLock()) return;
  visitWriting(shared);
  shared.mutex.unlock();
};

const tryToRead: SyncBody = (shared) => {
  if (!shared.mutex.tryLockShared()) return;
  visitReading(shared);
  shared.mutex.unlockShared();
};

const tryUntilWriting: SyncBody = (shared) => {
  while (!shared.mutex.tryLock());
  visitWriting(shared);
  shared.mutex.unlock();
};

/** Tries while it reads, and a task of its own is in line. */
const readAndTryBesideTask: AsyncBody = async (shared) => {
  shared.mutex.lockShared();
  const task = writeAwaited(shared);
  if (shared.mutex.tryLock()) throw new Error('it reads and writes');
  shared.mutex.unlockShared();
  await task;
};

/** One after another, each let go at once. */
const tries =
  (history: History, ...calls: readonly ('write' | 'read')[]): SyncBody =>
  ({ mutex }) => {
    for (const call of calls) {
      const [name, end] =
        call === 'write'
          ? (['tryLock', 'unlock'] as const)
          : (['tryLockShared', 'unlockShared'] as const);
      const isIn = history.record(name, undefined, () => mutex[name]() !== null);
      if (isIn) history.record(end, undefined, () => mutex[end]());
    }
  };

/** Nobody is left that could be in the way of a reader. */
const tryToReadOnceOpen: SyncBody = (shared) => {
  shared.gate.wait();
  if (!shared.mutex.tryLockShared()) throw new Error('nobody writes, and one may not read');
  visitReading(shared);
  shared.mutex.unlockShared();
};

const writeAwaited: AsyncBody = async (shared) => {
  const guard = await shared.mutex.lockAsync();
  visitWriting(shared);
  guard.unlock();
};

const readAwaited: AsyncBody = async (shared) => {
  const guard = await shared.mutex.lockSharedAsync();
  visitReading(shared);
  guard.unlock();
};

const readAndWriteAwaited: AsyncBody = async (shared) => {
  await Promise.all([readAwaited(shared), writeAwaited(shared)]);
};

const twoReadAwaited: AsyncBody = async (shared) => {
  await Promise.all([readAwaited(shared), readAwaited(shared)]);
};

const abortable =
  ({ anyTimeSignal }: Library, kind: 'lockAsync' | 'lockSharedAsync'): AsyncBody =>
  async (shared) => {
    try {
      const guard = await shared.mutex[kind]({ signal: anyTimeSignal() });
      (kind === 'lockAsync' ? visitWriting : visitReading)(shared);
      guard.unlock();
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  };

/** A task waits to write, and its thread then sleeps elsewhere until the others are done. */
const writeTaskThenGate: AsyncBody = async (shared) => {
  const task = writeAwaited(shared);
  if (!shared.mutex.isOwnedByThisThread) shared.gate.wait();
  await task;
};

const readTaskThenGate: AsyncBody = async (shared) => {
  const task = readAwaited(shared);
  const reader = shared.mutex.tryLockShared(); // the task reads already, or could
  if (reader) reader.unlock();
  else shared.gate.wait();
  await task;
};

const thenOpen =
  (body: SyncBody): SyncBody =>
  (shared) => {
    body(shared);
    shared.gate.countDown();
  };

/** A mutex whose writer died is of no use until repaired. */
const orRecover =
  (body: SyncBody): SyncBody =>
  (shared) => {
    for (;;) {
      try {
        body(shared);
        return;
      } catch (error) {
        if (codeOf(error) !== 'owner_dead') throw error;
      }
      try {
        shared.mutex.recover(() => Atomics.store(shared.words, WRITING, 0)).unlock();
      } catch (error) {
        if (codeOf(error) !== 'operation_not_permitted') throw error; // another was faster
      }
    }
  };

/** As `read` and `write`, of threads that may die while they read: READING tells nothing then. */
const readMortal: SyncBody = ({ mutex, words }) => {
  mutex.lockShared();
  if (Atomics.load(words, WRITING) !== 0) throw new Error('one reads, one writes');
  mutex.unlockShared();
};

const writeMortal: SyncBody = ({ mutex, words }) => {
  mutex.lock();
  if (Atomics.add(words, WRITING, 1) !== 0) throw new Error('two write');
  Atomics.sub(words, WRITING, 1);
  mutex.unlock();
};

export const PROGRAMS = {
  'one reads, one writes': {
    threads: () => [read, write],
    bounds: { preemptions: 4 },
  },
  'R17 two write': { threads: () => [write, write], bounds: { preemptions: 3 } },
  'two read, one writes': {
    threads: () => [read, read, write],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'one reads, two write': {
    threads: () => [read, write, write],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'one reads twice, one writes': {
    threads: () => [readTwice, write],
    bounds: { preemptions: 3 },
  },
  'nested readers, one writes': { threads: () => [nested, write], bounds: { preemptions: 3 } },
  'one downgrades, one writes': {
    threads: () => [downgrade, write],
    bounds: { preemptions: 3 },
  },
  'one downgrades': {
    threads: () => [downgrade, write, read],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'a writer gives up, a reader behind it': {
    threads: () => [read, writeTimed, read],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'a reader gives up': {
    threads: () => [write, readTimed, write],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'all give up': {
    threads: () => [writeTimed, readTimed, writeTimed],
    bounds: { preemptions: 1, timeouts: 3 },
    deep: { preemptions: 2, timeouts: 3 },
  },
  'R11 two try, one writes': {
    threads: () => [tryToWrite, tryToRead, write],
    bounds: { preemptions: 2 },
  },
  'two try to write': {
    threads: (_, history) => [tries(history, 'write'), tries(history, 'write')],
    bounds: { preemptions: Infinity },
    quick: { preemptions: Infinity },
  },
  'one tries to write, one to read': {
    threads: (_, history) => [tries(history, 'write'), tries(history, 'read')],
    bounds: { preemptions: Infinity },
    quick: { preemptions: Infinity },
  },
  'one tries to write, one to write and to read': {
    threads: (_, history) => [tries(history, 'write'), tries(history, 'write', 'read')],
    bounds: { preemptions: Infinity },
    quick: { preemptions: 4 },
  },
  'one tries to write, one to read and to write': {
    threads: (_, history) => [tries(history, 'write'), tries(history, 'read', 'write')],
    bounds: { preemptions: 5 },
    quick: { preemptions: 3 },
  },
  'two try to write again and again': {
    threads: (_, history) => [
      tries(history, 'write', 'write'),
      tries(history, 'write', 'read', 'write'),
    ],
    bounds: { preemptions: 4 },
    quick: { preemptions: 2 },
  },
  'three try to write': {
    threads: (_, history) => [
      tries(history, 'write'),
      tries(history, 'write'),
      tries(history, 'write'),
    ],
    bounds: { preemptions: 4 },
    quick: { preemptions: 2 },
  },
  'two try to write, one to read': {
    threads: (_, history) => [
      tries(history, 'write'),
      tries(history, 'write'),
      tries(history, 'read'),
    ],
    bounds: { preemptions: 3 },
  },
  'one reads until another has tried to write': {
    threads: () => [readUntilOpen, thenOpen(tryToWrite)],
    bounds: { preemptions: 3 },
  },
  'one writes, and again beside one that reads, one tries to write': {
    threads: () => [writeThenBesideReader, tryToWrite, readUntilDone],
    bounds: { preemptions: 3, timeouts: 1 },
  },
  'one tries to write, two to read': {
    threads: (_, history) => [
      tries(history, 'write'),
      tries(history, 'read'),
      tries(history, 'read'),
    ],
    bounds: { preemptions: 3 },
  },
  'one writes, one awaits to read': {
    threads: () => [write, readAwaited],
    bounds: { preemptions: 3, timeouts: 1 },
  },
  'one reads, one awaits to write': {
    threads: () => [read, writeAwaited],
    bounds: { preemptions: 3, timeouts: 1 },
  },
  'one writes, two tasks read': {
    threads: () => [write, twoReadAwaited],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'tasks read and write, one writes': {
    threads: () => [readAndWriteAwaited, write],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'tasks read and write, one reads': {
    threads: () => [readAndWriteAwaited, read],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'a task waits to write, its thread sleeps elsewhere': {
    threads: () => [writeTaskThenGate, thenOpen(read)],
    bounds: { preemptions: 2, timeouts: 2 },
  },
  'a task waits to write, its thread reads and tries to write, one reads': {
    threads: () => [readAndTryBesideTask, read],
    bounds: { preemptions: 2 },
  },
  'a task waits to write, its thread sleeps elsewhere, one writes': {
    threads: () => [writeTaskThenGate, thenOpen(write), read],
    bounds: { preemptions: 1, timeouts: 2 },
    deep: { preemptions: 2, timeouts: 2 },
  },
  'a task waits to read, its thread sleeps elsewhere': {
    threads: () => [readTaskThenGate, write, thenOpen(read)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'one wrote, one reads, one tries': {
    threads: () => [thenOpen(write), read, tryToReadOnceOpen],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'one wrote, one awaits to read, one tries': {
    threads: () => [thenOpen(write), readAwaited, tryToReadOnceOpen],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'one gave up writing, one reads, one tries': {
    threads: () => [thenOpen(writeTimed), read, tryToReadOnceOpen],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'one awaits to read, one to write and is aborted': {
    threads: (library) => [abortable(library, 'lockAsync'), readAwaited],
    bounds: { preemptions: 2, aborts: 1 },
  },
  'a writing task is aborted': {
    threads: (library) => [abortable(library, 'lockAsync'), read, read],
    bounds: { preemptions: 1, timeouts: 1, aborts: 1 },
    deep: { preemptions: 2, timeouts: 1, aborts: 1 },
  },
  'a reading task is aborted': {
    threads: (library) => [abortable(library, 'lockSharedAsync'), write],
    bounds: { preemptions: 2, timeouts: 1, aborts: 1 },
  },
  'a reader dies': {
    threads: () => [readMortal, writeMortal],
    bounds: { preemptions: 3, kills: 1, killable: [0] },
  },
  'a reader dies, one tries to write': {
    threads: () => [readMortal, tryUntilWriting],
    bounds: { preemptions: 2, kills: 1, killable: [0] },
  },
  'a reader dies, one writes, one reads': {
    threads: () => [readMortal, writeMortal, readMortal],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    deep: { preemptions: 2, kills: 2, killable: [0, 2] },
  },
  'a writer dies': {
    threads: () => [writeMortal, orRecover(readMortal), orRecover(writeMortal)],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    deep: { preemptions: 2, kills: 1, killable: [0] },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(
  library: Library,
  { threads }: Program,
  options: MutexOptions = {},
): Model<Shared> {
  const { SharedMutex, Latch, ExplorerHistory, assertLinearizable, specifications, unrest } =
    library;
  const history: History = new ExplorerHistory();
  return {
    setup: () => ({
      mutex: new SharedMutex({ name: 'm', ...options }),
      gate: new Latch(1),
      inside: new Latch(1),
      done: new Latch(1),
      words: new Int32Array(new SharedArrayBuffer(32)),
    }),
    threads: threads(library, history),
    check: () => assertLinearizable(history.operations, specifications.sharedMutex()),
    atRest: ({ mutex }) => {
      const words = new Int32Array(mutex.buffer, mutex.byteOffset, 10);
      const state = Atomics.load(words, 0);
      if (state !== 0) return `the word is 0x${state.toString(16)}`;
      if (Atomics.load(words, 4) !== 0) return 'a reader has left its bit';
      return unrest(mutex);
    },
  };
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
