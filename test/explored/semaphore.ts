/** Programs over one semaphore, for the explorer. */
import type { Latch, Semaphore } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

interface Shared {
  readonly semaphore: Semaphore;
  readonly gate: Latch;
  /** How many permits are out, and in which order threads got theirs. */
  readonly words: Int32Array;
}

export interface Program extends Bounded {
  /** Permits of a dead thread come back. */
  readonly robust?: boolean;
  readonly threads: (library: Library) => readonly Body[];
  readonly permits: number;
  readonly order?: readonly number[];
}

type Body = (shared: Shared) => void | Promise<void>;

const OUT = 0;
const SERVED = 1;
const FIRST_ORDER = 2;
const WAITS = 5;
const MAX = 3; // words hold the number of permits there are

function use({ semaphore, words }: Shared, n: number): void {
  const out = Atomics.add(words, OUT, n) + n;
  if (out > Atomics.load(words, words.length - 1)) throw new Error(`${out} permits are out`);
  Atomics.sub(words, OUT, n);
  semaphore.release(n);
}

const taking =
  (n: number): Body =>
  (shared) => {
    shared.semaphore.acquire(n);
    use(shared, n);
  };

const twice: Body = (shared) => {
  void taking(1)(shared);
  void taking(1)(shared);
};

const timed =
  (n: number): Body =>
  (shared) => {
    if (shared.semaphore.tryAcquireFor(5, n)) use(shared, n);
  };

const awaiting =
  (n: number): Body =>
  async (shared) => {
    await shared.semaphore.acquireAsync(n);
    use(shared, n);
  };

const twoTasks: Body = async (shared) => {
  await Promise.all([awaiting(1)(shared), awaiting(1)(shared)]);
};

/** A task waits for sure, and its thread acquires by blocking. */
const taskThenBlocking: Body = async (shared) => {
  shared.semaphore.acquire();
  const task = awaiting(1)(shared);
  shared.semaphore.release();
  void taking(1)(shared);
  await task;
};

const abortable =
  ({ anyTimeSignal }: Library, n = 1): Body =>
  async (shared) => {
    try {
      await shared.semaphore.acquireAsync(n, { signal: anyTimeSignal() });
      use(shared, n);
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  };

/** Takes all, and waits with a task while its thread sleeps until another has been served. */
const taskThenGate: Body = async (shared) => {
  shared.semaphore.acquire();
  const task = awaiting(1)(shared);
  shared.semaphore.release();
  if (shared.semaphore.value === 1) shared.gate.wait();
  await task;
};

/** Comes for less than a lease, but in all for two: by then somebody was let in. */
const timedForTwoLeases: Body = (shared) => {
  for (let i = 0; i < 4; i++) if (shared.semaphore.tryAcquireFor(5)) served(shared);
  if (Atomics.load(shared.words, SERVED) === 0) throw new Error('nobody was let in for 20 ms');
};

function served(shared: Shared): void {
  Atomics.add(shared.words, SERVED, 1);
  use(shared, 1);
}

const takingOnce: Body = (shared) => {
  shared.semaphore.acquire();
  served(shared);
};

/** Waits with a task while its thread sleeps for as long as others need. */
const standing: Body = async (shared) => {
  const task = awaiting(1)(shared);
  shared.gate.wait();
  await task;
};

/** Comes again and again, each time for less than a lease. */
const timedUntilTaken: Body = (shared) => {
  while (!shared.semaphore.tryAcquireFor(5));
  use(shared, 1);
};

/** Polls; a semaphore that stays shut is a livelock. */
const trying: Body = (shared) => {
  while (!shared.semaphore.tryAcquire());
  use(shared, 1);
};

const thenOpen =
  (body: Body): Body =>
  (shared) => {
    void body(shared);
    shared.gate.countDown();
  };

const ordered =
  (thread: number, acquire: (shared: Shared) => void): Body =>
  (shared) => {
    acquire(shared);
    Atomics.store(shared.words, FIRST_ORDER + Atomics.add(shared.words, SERVED, 1), thread);
    shared.semaphore.release();
  };

/** Thread 0 has the permit until the others sleep one after the other, and comes again. */
const inLine = ({ isAsleep }: Library): readonly Body[] => [
  (shared) => {
    shared.semaphore.acquire();
    while (!isAsleep(shared.semaphore, 2));
    shared.semaphore.release();
    void ordered(0, ({ semaphore }) => void semaphore.acquire())(shared);
  },
  ordered(1, ({ semaphore }) => {
    while (semaphore.value === 1);
    semaphore.acquire();
  }),
  ordered(2, ({ semaphore }) => {
    while (!isAsleep(semaphore, 1));
    semaphore.acquire();
  }),
];

/** A task whose loop is blocked, one whose loop runs, and a blocked thread, in this order. */
const behindOneThatStands = ({ isAsleep }: Library): readonly Body[] => {
  const note = ({ words }: Shared, thread: number): void =>
    void Atomics.store(words, FIRST_ORDER + Atomics.add(words, SERVED, 1), thread);
  return [
    standing,
    async (shared) => {
      while (!isAsleep(shared.gate, 0));
      const task = shared.semaphore.acquireAsync();
      Atomics.store(shared.words, WAITS, 1);
      const permit = await task;
      note(shared, 1);
      permit.release();
    },
    (shared) => {
      while (Atomics.load(shared.words, WAITS) === 0);
      shared.semaphore.acquire();
      note(shared, 2);
      shared.semaphore.release();
      shared.gate.countDown();
    },
    (shared) => {
      while (!isAsleep(shared.semaphore, 2));
      void giving(1)(shared);
    },
  ];
};

/** Only gives, as a producer does. */
const giving =
  (n: number): Body =>
  ({ semaphore, words }) => {
    Atomics.add(words, words.length - 1, n);
    semaphore.release(n);
  };

/** Does not tell that it has the permit: a dead one could not take that back. */
const passing: Body = ({ semaphore }) => {
  semaphore.acquire();
  semaphore.release();
};

/** There is no room for `n` more, whoever holds how many: refused, and nobody is to notice. */
const refused =
  (n: number): Body =>
  ({ semaphore }) => {
    try {
      semaphore.release(n);
    } catch (error) {
      if ((error as { code?: string }).code === 'value_too_large') return;
      throw error;
    }
    throw new Error(`${n} more were let in`);
  };

const keeping: Body = ({ semaphore, words }) => {
  semaphore.acquire();
  Atomics.sub(words, words.length - 1, 1);
};

export const PROGRAMS = {
  'two block': { permits: 1, threads: () => [taking(1), taking(1)] },
  'two block twice': {
    permits: 1,
    threads: () => [twice, twice],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'one, two and one of two': {
    permits: 2,
    threads: () => [taking(1), taking(2), taking(1)],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'two sleep, two are released at once': {
    permits: 0,
    threads: () => [taking(1), taking(1), giving(2)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'two sleep and keep what they get': {
    permits: 0,
    threads: () => [keeping, keeping, giving(2)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'two sleep, released one by one': {
    permits: 0,
    threads: () => [
      taking(1),
      taking(1),
      (shared) => {
        void giving(1)(shared);
        void giving(1)(shared);
      },
    ],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'one is timed': { permits: 1, threads: () => [timed(1), taking(1)], bounds: { timeouts: 1 } },
  'the timed head asks for two': {
    permits: 2,
    threads: () => [timed(2), taking(1), taking(1)],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'one blocks, one awaits': {
    permits: 1,
    threads: () => [taking(1), awaiting(1)],
    bounds: { preemptions: 3, timeouts: 1 },
  },
  'two await': {
    permits: 1,
    threads: () => [awaiting(1), awaiting(1)],
    bounds: { preemptions: 3, timeouts: 1 },
  },
  'one blocks, two tasks await': {
    permits: 1,
    threads: () => [taking(1), twoTasks],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'a task waits, its thread acquires': {
    permits: 1,
    threads: () => [taking(1), taskThenBlocking],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 2 },
  },
  'a task waits, its thread sleeps elsewhere': {
    permits: 1,
    threads: () => [taskThenGate, thenOpen(taking(1))],
    bounds: { preemptions: 2, timeouts: 2 },
  },
  'a task waits, its thread sleeps elsewhere, two block': {
    permits: 1,
    threads: () => [taskThenGate, taking(1), thenOpen(taking(1))],
    bounds: { preemptions: 1, timeouts: 2 },
    quick: { timeouts: 1 },
    deep: { preemptions: 2, timeouts: 3 },
  },
  'a task waits, its thread sleeps elsewhere, one comes again and again': {
    permits: 1,
    threads: () => [taskThenGate, thenOpen(timedUntilTaken)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'a task waits, its thread sleeps elsewhere, one blocks, one comes four times': {
    permits: 1,
    threads: () => [taskThenGate, thenOpen(takingOnce), timedForTwoLeases],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'a task waits, its thread sleeps elsewhere, one tries': {
    permits: 1,
    threads: () => [taskThenGate, thenOpen(trying)],
    bounds: { preemptions: 2, timeouts: 1, ages: 'old' },
  },
  'a task waits, its thread sleeps elsewhere, two stand behind it': {
    permits: 0,
    threads: behindOneThatStands,
    bounds: { preemptions: 0 },
    deep: { preemptions: 1 },
    order: [1, 2],
  },
  'a task is aborted': {
    permits: 1,
    threads: (library) => [abortable(library), taking(1)],
    bounds: { preemptions: 2, timeouts: 1, aborts: 1 },
  },
  'the aborted head asks for two': {
    permits: 1,
    threads: (library) => [abortable(library, 2), awaiting(1), taking(1)],
    bounds: { preemptions: 1, timeouts: 1, aborts: 1 },
    deep: { preemptions: 2, timeouts: 2, aborts: 1 },
  },
  'two sleep, one dies, one is released': {
    permits: 0,
    threads: () => [taking(1), taking(1), giving(2)],
    bounds: { preemptions: 0, kills: 1, killable: [0] },
    deep: { preemptions: 1, kills: 1, killable: [0, 1] },
  },
  'one awaits, one sleeps, one dies': {
    permits: 0,
    threads: () => [awaiting(1), taking(1), giving(2)],
    bounds: { preemptions: 0, kills: 1, killable: [0], timeouts: 1 },
    deep: { preemptions: 1, kills: 1, killable: [0, 1], timeouts: 1 },
  },
  'robust: two block': {
    permits: 1,
    robust: true,
    threads: () => [taking(1), taking(1)],
    bounds: { preemptions: 3 },
    deep: {},
  },
  'robust: one, two and one of two': {
    permits: 2,
    robust: true,
    threads: () => [taking(1), taking(2), taking(1)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'robust: one awaits, one is timed': {
    permits: 1,
    robust: true,
    threads: () => [awaiting(1), timed(1), taking(1)],
    bounds: { preemptions: 1, timeouts: 2 },
    deep: { preemptions: 2, timeouts: 2 },
  },
  'robust: two sleep and keep what they get': {
    permits: 0,
    robust: true,
    threads: () => [keeping, keeping, giving(2)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'robust: a holder dies': {
    permits: 1,
    robust: true,
    threads: () => [passing, passing],
    bounds: { preemptions: 2, kills: 1, killable: [0] },
    deep: { preemptions: 3, kills: 1, killable: [0] },
  },
  'robust: two block, a release is refused': {
    permits: 1,
    robust: true,
    threads: () => [taking(1), taking(1), refused(MAX + 1)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'robust: two release at once': {
    permits: 0,
    robust: true,
    threads: () => [giving(1), giving(1), taking(2)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'robust: others release what threads hold': {
    permits: MAX,
    robust: true,
    threads: () => [taking(2), taking(1), refused(1)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'in line': { permits: 1, threads: inLine, bounds: { preemptions: 1 }, order: [1, 2, 0] },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(
  library: Library,
  { threads, permits, order, robust = false }: Program,
): Model<Shared> {
  const { Semaphore, Latch, unrest } = library;
  return {
    setup: () => {
      const words = new Int32Array(new SharedArrayBuffer(32));
      words[words.length - 1] = permits;
      return {
        semaphore: new Semaphore(permits, { max: MAX, name: 's', robust }),
        gate: new Latch(1),
        words,
      };
    },
    threads: threads(library),
    check: ({ semaphore, words }, { killed }) => {
      const found = order?.map((_, i) => Atomics.load(words, FIRST_ORDER + i));
      if (String(found) !== String(order)) throw new Error(`served as ${String(found)}`);
      const all = Atomics.load(words, words.length - 1);
      const { value } = semaphore;
      if (killed.length === 0 ? value !== all : value > all) {
        throw new Error(`${value} of ${all} permits are left`);
      }
    },
    atRest: ({ semaphore }) => {
      const count = Atomics.load(new Int32Array(semaphore.buffer, semaphore.byteOffset, 1), 0);
      if (count !== (robust ? 0 : semaphore.value)) return `the word is 0x${count.toString(16)}`;
      return unrest(semaphore);
    },
  };
}
