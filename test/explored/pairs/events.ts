/** Pairs over what is waited for: conditions, latches, barriers, once flags, atomics. */
import type {
  AtomicInt32,
  Barrier,
  ConditionVariable,
  Latch,
  Mutex,
  OnceFlag,
} from '../../../dist/index.js';
import type { Library } from '../library.ts';
import { type Body, type Family, type Mortal, newWords, recover, unlessAborted } from './family.ts';

const MS = 5;

interface Waited {
  readonly mutex: Mutex;
  readonly condition: ConditionVariable;
  /** Tokens, under the mutex. */
  readonly words: Int32Array;
}

const hasToken = ({ words }: Waited) => Atomics.load(words, 0) > 0;
const takeToken = ({ words }: Waited) => void Atomics.sub(words, 0, 1);

const notifying =
  (notify: 'notifyOne' | 'notifyAll', n: number): Body<Waited> =>
  ({ mutex, condition, words }) => {
    for (let i = 0; i < n; i++) {
      mutex.withLock(() => Atomics.add(words, 0, 1));
      condition[notify]();
    }
  };

const newCondition = ({ Mutex, ConditionVariable }: Library): Waited => ({
  mutex: new Mutex({ name: 'm' }),
  condition: new ConditionVariable({ name: 'c' }),
  words: newWords(),
});

/** Who waits takes a token; who notifies brings one, and the third two. */
export const CONDITION: Family<Waited> = {
  setup: newCondition,
  mortal: { setup: newCondition, repair: recover }, // the third brings enough, and lives
  operations: {
    wait: () => (s) => {
      const lock = s.mutex.lock();
      s.condition.wait(lock, () => hasToken(s));
      takeToken(s);
      lock.unlock();
    },
    waitFor: () => (s) => {
      const lock = s.mutex.lock();
      if (s.condition.waitFor(lock, MS, () => hasToken(s))) takeToken(s);
      lock.unlock();
    },
    waitAsync: () => async (s) => {
      const lock = await s.mutex.lockAsync();
      await s.condition.waitAsync(lock, () => hasToken(s));
      takeToken(s);
      lock.unlock();
    },
    'waitAsync, signal':
      ({ anyTimeSignal }) =>
      async (s) => {
        const lock = await s.mutex.lockAsync();
        const signal = anyTimeSignal();
        await unlessAborted(async () => {
          await s.condition.waitAsync(lock, () => hasToken(s), { signal });
          takeToken(s);
        });
        lock.unlock();
      },
    waitForAsync: () => async (s) => {
      const lock = await s.mutex.lockAsync();
      if (await s.condition.waitForAsync(lock, MS, () => hasToken(s))) takeToken(s);
      lock.unlock();
    },
    notifyOne: () => notifying('notifyOne', 1),
    notifyAll: () => notifying('notifyAll', 1),
  },
  third: () => notifying('notifyOne', 2),
  atRest: ({ unrest }, { condition }) => unrest(condition),
};

interface Arrived extends Mortal {
  /** How many have arrived. */
  readonly words: Int32Array;
  /** Never opens. */
  readonly never?: Latch;
}

interface Counted extends Arrived {
  readonly latch: Latch;
}

interface Met extends Arrived {
  readonly barrier: Barrier;
}

const arrive = ({ words }: Arrived) => void Atomics.add(words, 0, 1);

function expectAll({ words }: Arrived): void {
  if (Atomics.load(words, 0) !== 2) throw new Error('passed before all had arrived');
}

/** Steps in once nothing else can run, before anybody looks who has died. */
const atLast =
  <S extends Arrived>(act: (shared: S) => void): (() => Body<S>) =>
  () =>
  (s) => {
    s.never!.waitFor(MS);
    act(s);
  };

const arriving =
  (then: (shared: Counted, library: Library) => void | Promise<void>) =>
  (library: Library): Body<Counted> =>
  (s) => {
    arrive(s);
    return then(s, library);
  };

/** Nobody else is told of who dies before it has counted: what it owes is counted for it. */
const countForDead = ({ latch, words }: Counted): void => {
  if (latch.tryWait()) return;
  Atomics.store(words, 0, 2);
  latch.countDown();
};

export const LATCH: Family<Counted> = {
  isSmall: true,
  setup: ({ Latch }) => ({ latch: new Latch(2), words: newWords() }),
  mortal: {
    setup: ({ Latch }) => ({ latch: new Latch(2), words: newWords(), never: new Latch(1) }),
    third: atLast(countForDead),
  },
  operations: {
    countDown: arriving(({ latch }) => latch.countDown()),
    arriveAndWait: arriving((s) => {
      s.latch.arriveAndWait();
      expectAll(s);
    }),
    wait: arriving((s) => {
      s.latch.countDown();
      s.latch.wait();
      expectAll(s);
    }),
    tryWait: arriving((s) => {
      s.latch.countDown();
      if (s.latch.tryWait()) expectAll(s);
    }),
    waitFor: arriving((s) => {
      s.latch.countDown();
      if (s.latch.waitFor(MS)) expectAll(s);
    }),
    arriveAndWaitAsync: arriving(async (s) => {
      await s.latch.arriveAndWaitAsync();
      expectAll(s);
    }),
    'waitAsync, signal': arriving((s, { anyTimeSignal }) => {
      s.latch.countDown();
      return unlessAborted(async () => {
        await s.latch.waitAsync({ signal: anyTimeSignal() });
        expectAll(s);
      });
    }),
  },
  atRest: ({ unrest }, { latch }) => (latch.tryWait() ? unrest(latch) : 'the latch is shut'),
};

const MET = 1;

/**
 * A barrier cannot miss who dies before it has arrived once. So those that may die have met before, and
 * say so, or it is broken for them.
 */
function haveMet({ barrier, words }: Met): void {
  const token = barrier.arrive();
  Atomics.add(words, MET, 1);
  barrier.wait(token);
}

const breakUnlessMet = ({ barrier, words }: Met): void => {
  if (Atomics.load(words, MET) < 2) barrier.abort();
};

const meeting =
  (meet: Body<Met>): (() => Body<Met>) =>
  () =>
  (s) => {
    const ended = (error: unknown): void => {
      if (!s.isMortal || (error as Error).name !== 'BrokenBarrierError') throw error;
    };
    try {
      if (s.isMortal) haveMet(s);
      arrive(s);
      const met = meet(s);
      return met instanceof Promise ? met.catch(ended) : met;
    } catch (error) {
      ended(error);
    }
  };

export const BARRIER: Family<Met> = {
  isSmall: true,
  setup: ({ Barrier }) => ({ barrier: new Barrier(2), words: newWords() }),
  mortal: {
    setup: ({ Barrier, Latch }) => ({
      barrier: new Barrier(2),
      words: newWords(),
      never: new Latch(1),
      isMortal: true,
    }),
    third: atLast(breakUnlessMet),
  },
  operations: {
    arriveAndWait: meeting((s) => {
      s.barrier.arriveAndWait();
      expectAll(s);
    }),
    'arrive, wait': meeting((s) => {
      s.barrier.wait(s.barrier.arrive());
      expectAll(s);
    }),
    arriveAndDrop: meeting(({ barrier }) => barrier.arriveAndDrop()),
    arriveAndWaitAsync: meeting(async (s) => {
      await s.barrier.arriveAndWaitAsync();
      expectAll(s);
    }),
    'arrive, waitAsync': meeting(async (s) => {
      await s.barrier.waitAsync(s.barrier.arrive());
      expectAll(s);
    }),
  },
  atRest: ({ unrest }, { barrier }) => unrest(barrier),
};

interface Called extends Mortal {
  readonly flag: OnceFlag;
  /** Whether it was done, and how often it was to fail. */
  readonly words: Int32Array;
}

const DONE = 0;
const FAILURES = 1;

function once({ words, isMortal }: Called): void {
  if (isMortal) return void Atomics.store(words, DONE, 1);
  if (Atomics.add(words, DONE, 1) !== 0) throw new Error('it runs again');
}

function expectDone({ words }: Called): void {
  if (Atomics.load(words, DONE) !== 1) throw new Error('it returned before it was done');
}

function failOnce(shared: Called): void {
  if (Atomics.add(shared.words, FAILURES, 1) === 0) throw new RangeError('not today');
  once(shared);
}

export const ONCE_FLAG: Family<Called> = {
  isSmall: true,
  setup: ({ OnceFlag }) => ({ flag: new OnceFlag(), words: newWords() }),
  mortal: {
    setup: ({ OnceFlag }) => ({ flag: new OnceFlag(), words: newWords(), isMortal: true }),
  },
  operations: {
    callOnce:
      ({ callOnce }) =>
      (s) => {
        callOnce(s.flag, once, s);
        expectDone(s);
      },
    'callOnce, throws':
      ({ callOnce }) =>
      (s) => {
        try {
          callOnce(s.flag, failOnce, s);
          expectDone(s);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
        }
      },
    callOnceAsync:
      ({ callOnceAsync }) =>
      async (s) => {
        await callOnceAsync(s.flag, once, s);
        expectDone(s);
      },
  },
  atRest: ({ unrest }, { flag }) => unrest(flag),
};

interface Stored {
  readonly atomic: AtomicInt32;
}

const storing =
  (notify: 'notifyOne' | 'notifyAll'): (() => Body<Stored>) =>
  () =>
  ({ atomic }) => {
    atomic.fetchAdd(1);
    atomic[notify]();
  };

function expectChanged({ atomic }: Stored): void {
  if (atomic.load() === 0) throw new Error('it has not changed');
}

const newAtomic = ({ AtomicInt32 }: Library): Stored => ({ atomic: new AtomicInt32(0) });

export const ATOMIC: Family<Stored> = {
  setup: newAtomic,
  mortal: { setup: newAtomic }, // the third stores, and lives
  operations: {
    wait: () => (s) => {
      s.atomic.wait(0);
      expectChanged(s);
    },
    waitFor: () => (s) => {
      if (s.atomic.waitFor(0, MS)) expectChanged(s);
    },
    waitAsync: () => async (s) => {
      await s.atomic.waitAsync(0);
      expectChanged(s);
    },
    'waitAsync, signal':
      ({ anyTimeSignal }) =>
      (s) =>
        unlessAborted(async () => {
          await s.atomic.waitAsync(0, { signal: anyTimeSignal() });
          expectChanged(s);
        }),
    notifyOne: storing('notifyOne'),
    notifyAll: storing('notifyAll'),
  },
  third: storing('notifyAll'),
  atRest: ({ unrest }, { atomic }) => unrest(atomic),
};
