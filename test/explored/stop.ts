/** Programs over one stop source, and what a stop meets: waits of every kind, callbacks, deaths. */
import type {
  ConditionVariable,
  Latch,
  Mutex,
  Semaphore,
  StopSource,
  StopToken,
} from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

interface Shared {
  readonly source: StopSource;
  readonly mutex: Mutex;
  readonly condition: ConditionVariable;
  readonly semaphore: Semaphore;
  readonly latch: Latch;
  readonly words: Int32Array;
}

export interface Program extends Bounded {
  /** What is in the words at the end. */
  readonly ends?: readonly number[];
  readonly threads: (library: Library) => readonly Body[];
}

type Body = (shared: Shared) => void | Promise<void>;

const FIRST = 0; // requests that were the first
const RUNS = 1; // of callbacks
const TOKENS = 2; // under the mutex

const add = (words: Int32Array, word: number, n = 1): number => Atomics.add(words, word, n);

const requesting: Body = ({ source, words }) => {
  if (source.requestStop()) add(words, FIRST);
};

const both =
  (...bodies: readonly Body[]): Body =>
  (shared) => {
    for (const body of bodies) void body(shared);
  };

/** Whether `wait` was not cancelled by the stop, which must have been requested then. */
function passes({ source }: Shared, wait: () => unknown): boolean {
  try {
    wait();
    return true;
  } catch (error) {
    expectCanceled(source.token, error);
    return false;
  }
}

function expectCanceled(token: StopToken, error: unknown): void {
  if ((error as { code?: string }).code !== 'operation_canceled') throw error;
  if (!token.stopRequested) throw new Error('cancelled without a stop');
}

const acquiring: Body = (shared) => {
  const { semaphore, source } = shared;
  if (passes(shared, () => semaphore.acquire(1, { stop: source.token }))) semaphore.release();
};

const acquiringAsync: Body = async ({ semaphore, source: { token } }) => {
  await semaphore.acquireAsync(1, { signal: token }).then(
    () => semaphore.release(),
    (error: unknown) => expectCanceled(token, error),
  );
};

/** Not to be stopped: what a stopped one leaves must get here. */
const acquiringPlainly: Body = ({ semaphore }) => {
  semaphore.acquire();
  semaphore.release();
};

const releasing: Body = ({ semaphore }) => semaphore.release();

const locking: Body = (shared) => {
  const { mutex, source } = shared;
  if (passes(shared, () => mutex.lock({ stop: source.token }))) mutex.unlock();
};

const lockingPlainly: Body = ({ mutex }) => {
  mutex.lock();
  mutex.unlock();
};

const waiting: Body = (shared) => {
  const { latch, source } = shared;
  if (passes(shared, () => latch.wait({ stop: source.token })) && !latch.tryWait()) {
    throw new Error('passed a closed latch');
  }
};

/** Its time is up only where the search has timeouts. */
const sleeping =
  ({ thisThread }: Library): Body =>
  (shared) => {
    const { source, words } = shared;
    if (passes(shared, () => thisThread.sleepFor(1000, { stop: source.token }))) return;
    add(words, RUNS);
  };

/** Consumes a token if there is one, and puts it back for others. */
const consuming: Body = ({ mutex, condition, source: { token }, words }) => {
  const lock = mutex.lock();
  const isThere = condition.wait(lock, token, () => Atomics.load(words, TOKENS) > 0);
  if (!lock.ownsLock) throw new Error('the lock is not held again');
  if (!isThere && !token.stopRequested) throw new Error('ended without a stop');
  if (isThere !== Atomics.load(words, TOKENS) > 0) throw new Error('not what the predicate says');
  lock.unlock();
  if (isThere) condition.notifyOne();
};

const consumingTimed: Body = ({ mutex, condition, source: { token }, words }) => {
  const lock = mutex.lock();
  const isThere = condition.waitFor(lock, token, 5, () => Atomics.load(words, TOKENS) > 0);
  lock.unlock();
  if (isThere) condition.notifyOne();
};

const consumingPlainly: Body = ({ mutex, condition, words }) => {
  const lock = mutex.lock();
  condition.wait(lock, () => Atomics.load(words, TOKENS) > 0);
  lock.unlock();
};

const producing: Body = ({ mutex, condition, words }) => {
  mutex.lock();
  add(words, TOKENS);
  mutex.unlock();
  condition.notifyOne();
};

/** Comes to its end only if its callback runs. */
const heeding =
  ({ StopCallback }: Library): Body =>
  async ({ source, words }) => {
    await new Promise<void>((resolve) => {
      new StopCallback(source.token, () => {
        add(words, RUNS);
        resolve();
      });
    });
  };

/** Its callback runs after its thread has been blocked, and the stop has ended that. */
const heedingAndAcquiring =
  (library: Library): Body =>
  async (shared) => {
    const heeded = heeding(library)(shared);
    void acquiring(shared);
    await heeded;
  };

/** What is disposed of does not run from then on. */
const disposing =
  (library: Library): Body =>
  async (shared) => {
    const { source, latch, words } = shared;
    let isDisposed = false;
    const callback = new library.StopCallback(source.token, () => {
      if (isDisposed) throw new Error('ran after it was disposed of');
      add(words, RUNS);
    });
    await latch.waitAsync();
    callback[Symbol.dispose]();
    isDisposed = true;
    await heeding(library)(shared);
  };

/** One callback disposes of another, which has been there before or has not. */
const disposingInside =
  ({ StopCallback }: Library): Body =>
  ({ source, words }) => {
    const callbacks = [0, 1].map(
      (i) =>
        new StopCallback(source.token, () => {
          add(words, RUNS);
          callbacks[1 - i]?.[Symbol.dispose]();
        }),
    );
    source.requestStop();
  };

/** An abort in this thread is a stop for all. */
const requestingIfAborted =
  ({ anyTimeSignal }: Library): Body =>
  async (shared) => {
    await shared.latch.waitAsync({ signal: anyTimeSignal() }).catch((error: unknown) => {
      if ((error as Error).name !== 'AbortError') throw error;
      void requesting(shared);
    });
  };

const opening: Body = ({ latch }) => latch.countDown();

export const PROGRAMS = {
  'two request, one is the first': {
    threads: () => [requesting, requesting],
    bounds: { preemptions: 2 },
    ends: [1],
  },
  'an acquirer is stopped': {
    threads: () => [acquiring, requesting],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'two acquire, one is stopped, a permit comes': {
    threads: () => [acquiring, acquiringPlainly, both(releasing, requesting)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'two are stopped': {
    threads: () => [acquiring, waiting, requesting],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'a locker is stopped': {
    threads: () => [locking, lockingPlainly, requesting],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'a locker is stopped, another waits': {
    threads: () => [
      locking,
      lockingPlainly,
      ({ mutex, source }) => {
        mutex.lock();
        source.requestStop();
        mutex.unlock();
      },
    ],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'a stop and the opening of a latch': {
    threads: () => [waiting, opening, requesting],
    bounds: { preemptions: 2 },
  },
  'a sleeper is stopped': {
    threads: (library) => [sleeping(library), requesting],
    bounds: { preemptions: 2 },
    ends: [1, 1],
  },
  'a sleeper is stopped, or its time is up': {
    threads: (library) => [sleeping(library), requesting],
    bounds: { preemptions: 1, timeouts: 1 },
    ends: [1],
  },
  'a waiter of a condition is stopped': {
    threads: () => [consuming, requesting],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'a stop meets a notification': {
    threads: () => [consuming, consumingPlainly, producing, requesting],
    bounds: { preemptions: 0 },
    deep: { preemptions: 1 },
  },
  'a stop meets a notification and a timeout': {
    threads: () => [consumingTimed, consumingPlainly, both(producing, requesting)],
    bounds: { preemptions: 0, timeouts: 1 },
    deep: { preemptions: 1, timeouts: 1 },
  },
  'an awaiting acquirer is stopped': {
    threads: () => [acquiringAsync, requesting],
    bounds: { preemptions: 2 },
  },
  'two acquire, one awaits and is stopped': {
    threads: () => [acquiringAsync, acquiringPlainly, both(releasing, requesting)],
    bounds: { preemptions: 1, timeouts: 1 },
  },
  'an abort or a permit': {
    threads: (library) => [acquiring, requestingIfAborted(library), both(opening, releasing)],
    bounds: { preemptions: 1, aborts: 1 },
    deep: { preemptions: 2, aborts: 1 },
  },
  'a callback runs on its event loop': {
    threads: (library) => [heeding(library), requesting],
    bounds: { preemptions: 2 },
    ends: [1, 1],
  },
  'a callback runs after its thread was blocked': {
    threads: (library) => [heedingAndAcquiring(library), requesting],
    bounds: { preemptions: 2 },
    ends: [1, 1],
  },
  'a callback is disposed of': {
    threads: (library) => [disposing(library), requesting, opening],
    bounds: { preemptions: 2 },
  },
  'a callback disposes of another': {
    threads: (library) => [disposingInside(library)],
    bounds: { preemptions: 1 },
    ends: [0, 1],
  },
  'who requests dies, one is blocked': {
    threads: () => [acquiring, requesting, requesting],
    bounds: { preemptions: 0, kills: 1, killable: [1] },
    deep: { preemptions: 1, kills: 1, killable: [1] },
  },
  'who requests dies, one sleeps': {
    threads: (library) => [sleeping(library), requesting, requesting],
    bounds: { preemptions: 0, kills: 1, killable: [1] },
    deep: { preemptions: 1, kills: 1, killable: [1] },
  },
  'who requests dies, one has a callback': {
    threads: (library) => [heeding(library), requesting, requesting],
    bounds: { preemptions: 0, kills: 1, killable: [1] },
    deep: { preemptions: 1, kills: 1, killable: [1] },
  },
  'who requests dies, one waits on a condition': {
    threads: () => [consuming, requesting, requesting],
    bounds: { preemptions: 0, kills: 1, killable: [1] },
    deep: { preemptions: 1, kills: 1, killable: [1] },
  },
  // One permit may be lost with it.
  'who is to be stopped dies': {
    threads: () => [acquiring, acquiringPlainly, both(requesting, releasing, releasing)],
    bounds: { preemptions: 0, kills: 1, killable: [0] },
    deep: { preemptions: 1, kills: 1, killable: [0] },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads, ends = [] }: Program): Model<Shared> {
  const { ConditionVariable, Latch, Mutex, Semaphore, StopSource, unrest } = library;
  return {
    setup: () => ({
      source: new StopSource(),
      mutex: new Mutex(),
      condition: new ConditionVariable(),
      semaphore: new Semaphore(0),
      latch: new Latch(1),
      words: new Int32Array(new SharedArrayBuffer(16)),
    }),
    threads: threads(library),
    check: ({ words }) => {
      const found = ends.map((_, i) => Atomics.load(words, i));
      if (String(found) !== String(ends)) throw new Error(`ends with ${String(found)}`);
    },
    atRest: ({ source }) => unrest(source.token),
  };
}
