/** Programs over one mutex, for the explorer. */
import type { Latch, Mutex, MutexOptions } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';
import { COMING_AGAIN } from './mutex-again.ts';

export interface Shared {
  readonly mutex: Mutex;
  readonly gate: Latch;
  /** How many are in the critical section, and in which order each thread was the first time. */
  readonly words: Int32Array;
}

export interface Program extends Bounded {
  readonly threads: (library: Library) => readonly Body[];
  /** The thread that the mutex is kept for at first, by one that died before it saw that it had left. */
  readonly keptFor?: number;
  /** Exact order is expected, and the mutex is `'fifo'`. */
  readonly order?: readonly number[];
}

export type SyncBody = (shared: Shared) => void;
type AsyncBody = (shared: Shared) => Promise<void>;
export type Body = SyncBody | AsyncBody;

const INSIDE = 0;
const ENTERED = 1;
const FIRST_ORDER = 2;
const MISSED = 5;

// In the word
const WAITED = 1 << 26;
const RESERVED = 1 << 27;
const INCONSISTENT = 1 << 29; // an owner died

function visit({ words }: Shared): void {
  if (Atomics.add(words, INSIDE, 1) !== 0) throw new Error('two are inside');
  Atomics.sub(words, INSIDE, 1);
}

export const blocking: SyncBody = (shared) => {
  shared.mutex.lock();
  visit(shared);
  shared.mutex.unlock();
};

const twice: SyncBody = (shared) => {
  blocking(shared);
  blocking(shared);
};

export const timed: SyncBody = (shared) => {
  if (!shared.mutex.tryLockFor(5)) return;
  visit(shared);
  shared.mutex.unlock();
};

/** A task waits, its thread sleeps for as long as another needs, and the first of those that come then sleeps too. */
const whileOneStands =
  (...bodies: readonly SyncBody[]) =>
  ({ isAsleep }: Library): readonly Body[] => [
    async (shared) => {
      while (!shared.mutex.isLocked);
      const task = awaited(shared);
      shared.gate.wait();
      await task;
    },
    (shared) => {
      shared.mutex.lock();
      while (!isAsleep(shared.mutex, 0));
      shared.mutex.unlock();
    },
    ...bodies.map((body): SyncBody => (shared) => {
      while (!isAsleep(shared.mutex, 0) && !shared.gate.tryWait());
      body(shared);
    }),
  ];

/** Comes again and again, each time for less than a lease. */
const timedUntilTaken: SyncBody = (shared) => {
  while (!shared.mutex.tryLockFor(5));
  visit(shared);
  shared.mutex.unlock();
};

/** Comes for less than a lease, but in all for two: by then somebody was let in. */
const timedForTwoLeases: SyncBody = (shared) => {
  for (let i = 0; i < 4; i++) if (shared.mutex.tryLockFor(5)) leave(shared);
  if (Atomics.load(shared.words, ENTERED) === 0) throw new Error('nobody was let in for 20 ms');
};

const blockingOnce: SyncBody = (shared) => {
  shared.mutex.lock();
  leave(shared);
};

function leave(shared: Shared): void {
  Atomics.add(shared.words, ENTERED, 1);
  visit(shared);
  shared.mutex.unlock();
}

export const awaited: AsyncBody = async (shared) => {
  const guard = await shared.mutex.lockAsync();
  visit(shared);
  guard.unlock();
};

const twoTasks: AsyncBody = async (shared) => {
  await Promise.all([awaited(shared), awaited(shared)]);
};

/** A waits with a task, and then blocks in `lock()` of the same mutex. */
const taskThenBlocking: AsyncBody = async (shared) => {
  const task = awaited(shared);
  if (!shared.mutex.isOwnedByThisThread) blocking(shared);
  await task;
};

/** Waits with a task, then blocks on something else for as long as others need. */
const taskThenGate: AsyncBody = async (shared) => {
  const task = awaited(shared);
  if (!shared.mutex.isOwnedByThisThread) shared.gate.wait();
  await task;
};

/** The same, and then comes with another task. */
const taskThenGateThenTask: AsyncBody = async (shared) => {
  let isFirstDone = false;
  const first = awaited(shared).then(() => {
    isFirstDone = true;
  });
  if (!shared.mutex.isOwnedByThisThread) shared.gate.wait();
  await awaited(shared);
  if (!isFirstDone) throw new Error('a task overtook another of its thread');
  await first;
};

const thenOpen =
  (body: SyncBody): SyncBody =>
  (shared) => {
    body(shared);
    shared.gate.countDown();
  };

export const recovering: SyncBody = (shared) => {
  for (;;) {
    try {
      blocking(shared);
      return;
    } catch (error) {
      if (codeOf(error) !== 'owner_dead') throw error;
    }
    try {
      shared.mutex.recover(() => Atomics.store(shared.words, INSIDE, 0)).unlock();
    } catch (error) {
      if (codeOf(error) !== 'operation_not_permitted') throw error; // another was faster
    }
  }
};

const recoveringAsync: AsyncBody = async (shared) => {
  for (;;) {
    try {
      await awaited(shared);
      return;
    } catch (error) {
      if (codeOf(error) !== 'owner_dead') throw error;
    }
    try {
      const repaired = await shared.mutex.recoverAsync(() => {
        Atomics.store(shared.words, INSIDE, 0);
      });
      repaired.unlock();
    } catch (error) {
      if (codeOf(error) !== 'operation_not_permitted') throw error;
    }
  }
};

/** Polls; a lock that stays shut is a livelock. */
const trying: SyncBody = (shared) => {
  while (!shared.mutex.tryLock());
  visit(shared);
  shared.mutex.unlock();
};

const tryingOnce: SyncBody = (shared) => {
  if (!shared.mutex.tryLock()) return;
  visit(shared);
  shared.mutex.unlock();
};

function miss({ words }: Shared): void {
  if (Atomics.add(words, MISSED, 1) !== 0) throw new Error('nobody has it, and nobody got it');
}

/** Tries as soon as it is out: only who gets it is in the way. */
const thenTrying: SyncBody = (shared) => {
  blocking(shared);
  if (shared.mutex.tryLock()) shared.mutex.unlock();
  else miss(shared);
};

const timedOrMissing: SyncBody = (shared) => {
  if (shared.mutex.tryLockFor(5)) shared.mutex.unlock();
  else miss(shared);
};

const timedOrMissingAsync: AsyncBody = async (shared) => {
  const guard = await shared.mutex.tryLockForAsync(5);
  if (guard) guard.unlock();
  else miss(shared);
};

/** Has done its part once it is told of a death. */
const unlessDead =
  (body: SyncBody): SyncBody =>
  (shared) => {
    try {
      body(shared);
    } catch (error) {
      if (codeOf(error) !== 'owner_dead') throw error;
    }
  };

const abortable =
  ({ anyTimeSignal }: Library): AsyncBody =>
  async (shared) => {
    try {
      const guard = await shared.mutex.lockAsync({ signal: anyTimeSignal() });
      visit(shared);
      guard.unlock();
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  };

/** A aborts a pending `lockAsync` and then blocks on something else. */
const abortThenGate =
  ({ anyTimeSignal }: Library): AsyncBody =>
  async (shared) => {
    try {
      const guard = await shared.mutex.lockAsync({ signal: anyTimeSignal() });
      visit(shared);
      guard.unlock();
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
      shared.gate.wait();
    }
  };

const first =
  (thread: number, lockMutex: SyncBody): SyncBody =>
  (shared) => {
    lockMutex(shared);
    Atomics.store(shared.words, FIRST_ORDER + Atomics.add(shared.words, ENTERED, 1), thread);
    shared.mutex.unlock();
  };

/** Thread 0 holds until the others sleep one after the other, and comes again as a newcomer. */
const inLine = ({ isAsleep }: Library): readonly Body[] => {
  const lock: SyncBody = ({ mutex }) => void mutex.lock();
  const afterSleepOf =
    (thread: number): SyncBody =>
    (shared) => {
      while (!isAsleep(shared.mutex, thread));
      shared.mutex.lock();
    };
  return [
    (shared) => {
      shared.mutex.lock();
      while (!isAsleep(shared.mutex, 2));
      shared.mutex.unlock();
      first(0, lock)(shared);
    },
    first(1, (shared) => {
      while (!shared.mutex.isLocked);
      shared.mutex.lock();
    }),
    first(2, afterSleepOf(1)),
  ];
};

/** As {@link inLine}, but thread 1 dies somewhere, and has no place in the order. */
const inLineWithTheDead = ({ isAsleep }: Library): readonly Body[] => {
  const lockOnceLocked: SyncBody = ({ mutex, words }) => {
    while (!mutex.isLocked && Atomics.load(words, ENTERED) < 2);
    mutex.lock();
  };
  return [
    unlessDead((shared) => {
      shared.mutex.lock();
      while (!isAsleep(shared.mutex, 2));
      shared.mutex.unlock();
      first(0, ({ mutex }) => void mutex.lock())(shared);
    }),
    (shared) => {
      lockOnceLocked(shared);
      shared.mutex.unlock();
    },
    unlessDead(first(2, lockOnceLocked)),
  ];
};

export const PROGRAMS = {
  'two block': { threads: () => [blocking, blocking] },
  'two block twice': { threads: () => [twice, twice], bounds: { preemptions: 3 } },
  'three block': {
    threads: () => [blocking, blocking, blocking],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'one is timed': { threads: () => [timed, blocking], bounds: { timeouts: 1 } },
  'one is timed, one tries when it is out': {
    threads: () => [timedOrMissing, thenTrying],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'one awaits for a time, one tries when it is out': {
    threads: () => [timedOrMissingAsync, thenTrying],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'one of three is timed': {
    threads: () => [timed, blocking, blocking],
    bounds: { preemptions: 2, timeouts: 1 },
    deep: { preemptions: 3, timeouts: 1 },
  },
  'one of three is timed, one comes twice': {
    threads: () => [timed, blocking, twice],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'two of three are timed': {
    threads: () => [timed, timed, blocking],
    bounds: { preemptions: 1, timeouts: 2 },
    deep: { preemptions: 2, timeouts: 2 },
  },
  'one blocks, one awaits': {
    threads: () => [blocking, awaited],
    bounds: { preemptions: 3, timeouts: 1 },
  },
  'one comes twice, one awaits': {
    threads: () => [twice, awaited],
    bounds: { preemptions: 2, timeouts: 1 },
    deep: { preemptions: 3, timeouts: 2 },
  },
  'two await': { threads: () => [awaited, awaited], bounds: { preemptions: 3, timeouts: 1 } },
  'one blocks, two tasks await': {
    threads: () => [blocking, twoTasks],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'two block, one awaits': {
    threads: () => [blocking, blocking, awaited],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'a task waits, its thread locks': {
    threads: () => [blocking, taskThenBlocking],
    bounds: { preemptions: 2, timeouts: 2 },
  },
  'a task waits, its thread sleeps elsewhere': {
    threads: () => [taskThenGate, thenOpen(blocking)],
    bounds: { preemptions: 2, timeouts: 2 },
  },
  'a task waits, its thread sleeps elsewhere, two block': {
    threads: () => [taskThenGate, blocking, thenOpen(blocking)],
    bounds: { preemptions: 1, timeouts: 2 },
    deep: { preemptions: 2, timeouts: 2 },
  },
  'a task waits, its thread sleeps elsewhere, one comes again and again': {
    threads: whileOneStands(thenOpen(timedUntilTaken)),
    bounds: { preemptions: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'a task waits, its thread sleeps elsewhere, one blocks, one comes four times': {
    threads: whileOneStands(thenOpen(blockingOnce), timedForTwoLeases),
    bounds: { preemptions: 0 },
    deep: { preemptions: 1 },
  },
  'a task waits, its thread sleeps elsewhere, one tries': {
    threads: whileOneStands(thenOpen(trying)),
    bounds: { preemptions: 1, ages: 'old' },
    deep: { preemptions: 2, timeouts: 1, ages: 'old' },
  },
  'a task is aborted': {
    threads: (library) => [abortable(library), blocking],
    bounds: { preemptions: 2, timeouts: 1, aborts: 1 },
  },
  'a task is aborted, another waits': {
    threads: (library) => [abortable(library), awaited],
    bounds: { preemptions: 2, timeouts: 1, aborts: 1 },
  },
  'a task is aborted, its thread sleeps elsewhere': {
    threads: (library) => [abortThenGate(library), blocking, thenOpen(blocking)],
    bounds: { preemptions: 1, timeouts: 1, aborts: 1 },
    deep: { preemptions: 2, timeouts: 1, aborts: 1 },
  },
  'two recover': {
    threads: () => [recovering, recovering],
    bounds: { preemptions: 3, kills: 1 },
  },
  'three recover': {
    threads: () => [recovering, recovering, recovering],
    bounds: { preemptions: 1, kills: 1 },
    deep: { preemptions: 2, kills: 2 },
  },
  'a timed one and two that recover': {
    threads: () => [recovering, recovering, timed],
    bounds: { preemptions: 1, kills: 1, killable: [0, 1], timeouts: 1 },
    deep: { preemptions: 2, kills: 1, killable: [0, 1], timeouts: 1 },
  },
  'one blocks, one awaits, one dies': {
    threads: () => [recovering, recoveringAsync],
    bounds: { preemptions: 2, kills: 1, timeouts: 1 },
  },
  'one blocks, one tries': {
    threads: () => [blocking, trying],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'one dies, one tries': {
    threads: () => [blocking, unlessDead(trying)],
    bounds: { preemptions: 2, kills: 1, killable: [0] },
  },
  'one is timed, one tries, one dies': {
    threads: () => [blocking, timed, trying].map(unlessDead),
    bounds: { preemptions: 1, kills: 1, killable: [0], timeouts: 1 },
    deep: { preemptions: 2, kills: 1, killable: [0], timeouts: 1 },
  },
  'the one it is kept for dies, and who finds that out': {
    threads: () => [twice, blocking, tryingOnce].map(unlessDead),
    bounds: { preemptions: 1, kills: 2, killable: [1, 2] },
    deep: { preemptions: 2, kills: 2, killable: [1, 2] },
  },
  'kept for one that has left': {
    threads: () => [tryingOnce, tryingOnce, blocking],
    keptFor: 0,
    bounds: { preemptions: 2 },
  },
  ...COMING_AGAIN,
  'in line': { threads: inLine, bounds: { preemptions: 1 }, order: [1, 2, 0] },
  'a task waits, its thread sleeps elsewhere, another task comes': {
    threads: () => [taskThenGateThenTask, thenOpen(twice)],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 2 },
  },
  'in line, one dies': {
    threads: inLineWithTheDead,
    bounds: { preemptions: 0, kills: 1, killable: [1] },
    deep: { preemptions: 1, kills: 1, killable: [1] },
    order: [2, 0],
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(
  library: Library,
  { threads, keptFor, order }: Program,
  options: MutexOptions = {},
): Model<Shared> {
  const { Mutex, Latch, unrest } = library;
  return {
    setup: () => {
      const mutex = new Mutex({ name: 'm', ...(order ? { fairness: 'fifo' } : options) });
      if (keptFor !== undefined) keepFor(mutex, keptFor);
      return { mutex, gate: new Latch(1), words: new Int32Array(new SharedArrayBuffer(32)) };
    },
    threads: threads(library),
    check: ({ mutex, words }, { killed }) => {
      if (killed.length > 0 && !order) expectOwnerNamed(mutex, words);
      if (isInconsistent(mutex)) return; // whoever came next was told, and did not enter
      const found = order?.map((_, i) => Atomics.load(words, FIRST_ORDER + i));
      if (String(found) !== String(order)) throw new Error(`entered as ${String(found)}`);
    },
    atRest: ({ mutex }) => {
      const word = wordOf(mutex);
      return word === 0 ? unrest(mutex) : `the word is 0x${word.toString(16)}`;
    },
  };
}

/** Who died inside must have been reported: INSIDE is set back only by a repair. */
function expectOwnerNamed(mutex: Mutex, words: Int32Array): void {
  if (Atomics.load(words, INSIDE) === 0 || wordOf(mutex) !== 0) return;
  throw new Error('a death went unreported');
}

function isInconsistent(mutex: Mutex): boolean {
  return (wordOf(mutex) & INCONSISTENT) !== 0;
}

function keepFor(mutex: Mutex, thread: number): void {
  const agent = thread + 2; // the setup's is 1
  Atomics.store(stateOf(mutex), 0, RESERVED | agent | WAITED);
}

function wordOf(mutex: Mutex): number {
  return Atomics.load(stateOf(mutex), 0);
}

function stateOf(mutex: Mutex): Int32Array {
  return new Int32Array(mutex.buffer, mutex.byteOffset, 1);
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
