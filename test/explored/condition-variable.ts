/** Programs over one condition variable, its mutex, and tokens that each notification brings. */
import type { ConditionVariable, Latch, Mutex } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

interface Shared {
  readonly mutex: Mutex;
  readonly condition: ConditionVariable;
  readonly gate: Latch;
  readonly words: Int32Array;
}

export interface Program extends Bounded {
  /** Every notification that released somebody must show in a wait that ended by it. */
  readonly isExact?: boolean;
  readonly threads: (library: Library) => readonly Body[];
  readonly order?: readonly number[];
}

type Body = (shared: Shared) => void | Promise<void>;

const TOKENS = 0; // there now, under the mutex
const GRANTED = 1; // waiters that notifications said they released
const WOKEN = 2; // waits that ended by a notification
const SERVED = 3;
const FIRST_ORDER = 4;

const add = (words: Int32Array, word: number, n: number): number => Atomics.add(words, word, n);

const consuming: Body = ({ mutex, condition, words }) => {
  const lock = mutex.lock();
  condition.wait(lock, () => Atomics.load(words, TOKENS) > 0);
  add(words, TOKENS, -1);
  lock.unlock();
};

const consumingAsync: Body = async ({ mutex, condition, words }) => {
  const lock = await mutex.lockAsync();
  await condition.waitAsync(lock, () => Atomics.load(words, TOKENS) > 0);
  add(words, TOKENS, -1);
  lock.unlock();
};

const consumingTimed: Body = ({ mutex, condition, words }) => {
  const lock = mutex.lock();
  if (condition.waitFor(lock, 5, () => Atomics.load(words, TOKENS) > 0)) add(words, TOKENS, -1);
  lock.unlock();
};

const consumingAbortable =
  ({ anyTimeSignal }: Library): Body =>
  async ({ mutex, condition, words }) => {
    const lock = await mutex.lockAsync();
    const signal = anyTimeSignal();
    try {
      await condition.waitAsync(lock, () => Atomics.load(words, TOKENS) > 0, { signal });
      add(words, TOKENS, -1);
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
    if (!lock.ownsLock) throw new Error('the lock is not held again');
    lock.unlock();
  };

const twoTasks: Body = async (shared) => {
  await Promise.all([consumingAsync(shared), consumingAsync(shared)]);
};

/** A task waits, and its thread waits by blocking. */
const taskThenBlocking: Body = async (shared) => {
  const task = consumingAsync(shared);
  if (!shared.mutex.isOwnedByThisThread) void consuming(shared);
  await task;
};

const producing: Body = ({ mutex, condition, words }) => {
  mutex.lock();
  add(words, TOKENS, 1);
  add(words, GRANTED, condition.notifyOne());
  mutex.unlock();
};

/** Notifies once it holds the mutex no more. */
const producingOutside: Body = ({ mutex, condition, words }) => {
  mutex.lock();
  add(words, TOKENS, 1);
  mutex.unlock();
  add(words, GRANTED, condition.notifyOne());
};

const producingForAll =
  (tokens: number): Body =>
  ({ mutex, condition, words }) => {
    mutex.lock();
    add(words, TOKENS, tokens);
    mutex.unlock();
    add(words, GRANTED, condition.notifyAll());
  };

const both =
  (...bodies: readonly Body[]): Body =>
  (shared) => {
    for (const body of bodies) void body(shared);
  };

/** Without a predicate: whoever returns was notified. */
const waitingOnceTimed: Body = ({ mutex, condition, words }) => {
  const lock = mutex.lock();
  if (condition.waitFor(lock, 5)) add(words, WOKEN, 1);
  lock.unlock();
};

const waitingOnceAbortable =
  ({ anyTimeSignal }: Library): Body =>
  async ({ mutex, condition, words }) => {
    const lock = await mutex.lockAsync();
    try {
      await condition.waitAsync(lock, undefined, { signal: anyTimeSignal() });
      add(words, WOKEN, 1);
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
    lock.unlock();
  };

const unlessDead =
  (body: Body): Body =>
  (shared) => {
    try {
      void body(shared);
    } catch (error) {
      if ((error as { code?: string }).code !== 'owner_dead') throw error;
    }
  };

/**
 * Waits for the one notification there is, and passes it on. Who dies with it in the mutex is reported
 * there; else it has to reach who is left, long before the end of the wait.
 */
const passingOn = ({ CvStatus }: Library): Body =>
  unlessDead(({ mutex, condition, words }) => {
    const lock = mutex.lock();
    if (Atomics.load(words, TOKENS) === 0) {
      const status = condition.waitFor(lock, 2000); // some slices
      if (status === CvStatus.timeout) throw new Error('a notification was lost');
      condition.notifyOne();
    }
    lock.unlock();
  });

/** Two waiters come one after the other; a notification each; the first is to be first. */
const inLine = ({ isAsleep }: Library): readonly Body[] => [
  ({ mutex, condition, words }) => {
    while (!isAsleep(condition, 1));
    while (!isAsleep(condition, 2));
    mutex.lock(); // both have unlocked it to wait
    add(words, GRANTED, condition.notifyOne());
    mutex.unlock();
    while (Atomics.load(words, SERVED) === 0);
    add(words, GRANTED, condition.notifyOne());
  },
  ({ mutex, condition, words }) => {
    const lock = mutex.lock();
    condition.wait(lock);
    Atomics.store(words, FIRST_ORDER + add(words, SERVED, 1), 1);
    lock.unlock();
  },
  ({ mutex, condition, words }) => {
    while (!isAsleep(condition, 1));
    const lock = mutex.lock();
    condition.wait(lock);
    Atomics.store(words, FIRST_ORDER + add(words, SERVED, 1), 2);
    lock.unlock();
  },
];

export const PROGRAMS = {
  'one waits': {
    threads: () => [consuming, producing],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'notified outside the mutex': {
    threads: () => [consuming, producingOutside],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'two wait, two notify': {
    threads: () => [consuming, consuming, both(producingOutside, producingOutside)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'two wait, all are notified': {
    threads: () => [consuming, consuming, producingForAll(2)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'one is timed': {
    threads: () => [consumingTimed, consuming, both(producingOutside, producingOutside)],
    bounds: { preemptions: 0, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'one awaits': {
    threads: () => [consumingAsync, producingOutside],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'one waits, one awaits': {
    threads: () => [consuming, consumingAsync, both(producingOutside, producingOutside)],
    bounds: { preemptions: 0, timeouts: 1 },
    deep: { preemptions: 1, timeouts: 1 },
  },
  'two tasks await': {
    threads: () => [twoTasks, both(producingOutside, producingOutside)],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'a task waits, its thread waits': {
    threads: () => [taskThenBlocking, both(producingOutside, producingOutside)],
    bounds: { preemptions: 1, timeouts: 2 },
    deep: { preemptions: 2, timeouts: 2 },
  },
  'a waiter is aborted': {
    threads: (library) => [consumingAbortable(library), producingOutside],
    bounds: { preemptions: 1, timeouts: 1, aborts: 1 },
    deep: { preemptions: 2, timeouts: 1, aborts: 1 },
  },
  'a timed waiter that was notified says so': {
    isExact: true,
    threads: () => [
      waitingOnceTimed,
      waitingOnceTimed,
      ({ condition, words }) => {
        add(words, GRANTED, condition.notifyOne());
      },
    ],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 1, timeouts: 2 },
  },
  'a waiter that was notified is not aborted': {
    isExact: true,
    threads: (library) => [
      waitingOnceAbortable(library),
      ({ condition, words }) => void add(words, GRANTED, condition.notifyOne()),
    ],
    bounds: { preemptions: 2, timeouts: 1, aborts: 1 },
  },
  'one is notified, one dies': {
    threads: (library) => [passingOn(library), passingOn(library), unlessDead(producingOutside)],
    bounds: { preemptions: 0, kills: 1, killable: [0] },
    deep: { preemptions: 1, kills: 1, killable: [0, 1] },
  },
  'one waits twice, one produces twice, one notifies': {
    threads: () => [
      both(consuming, consuming),
      both(producing, producing),
      ({ condition }) => void condition.notifyOne(),
    ],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'in line': { threads: inLine, bounds: { preemptions: 1 }, order: [1, 2] },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(
  library: Library,
  { threads, order, isExact = false }: Program,
): Model<Shared> {
  const { ConditionVariable, Latch, Mutex, unrest } = library;
  return {
    setup: () => ({
      mutex: new Mutex({ name: 'm' }),
      condition: new ConditionVariable({ name: 'c' }),
      gate: new Latch(1),
      words: new Int32Array(new SharedArrayBuffer(32)),
    }),
    threads: threads(library),
    check: ({ words }) => {
      const found = order?.map((_, i) => Atomics.load(words, FIRST_ORDER + i));
      if (String(found) !== String(order)) throw new Error(`served as ${String(found)}`);
      const woken = Atomics.load(words, WOKEN);
      const granted = Atomics.load(words, GRANTED);
      if (isExact && woken !== granted) {
        throw new Error(`${granted} were released, ${woken} say so`);
      }
    },
    atRest: ({ condition }) => unrest(condition),
  };
}
