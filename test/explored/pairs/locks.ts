/** Pairs over what is locked: mutexes, recursive and shared ones, semaphores. */
import type { Mutex, RecursiveMutex, Semaphore, SharedMutex } from '../../../dist/index.js';
import type { Library } from '../library.ts';
import {
  type Body,
  type Family,
  type Mortal,
  newWords,
  recover,
  unlessAborted,
  unlessTimedOut,
} from './family.ts';

const MS = 5;

interface Locked<M> extends Mortal {
  readonly mutex: M;
  /** How many are inside to write, and how many to read. */
  readonly words: Int32Array;
}

const WRITING = 0;
const READING = 1;

function visit({ words, isMortal }: Locked<unknown>): void {
  if (isMortal) return void Atomics.load(words, WRITING);
  if (Atomics.add(words, WRITING, 1) !== 0) throw new Error('two are inside');
  if (Atomics.load(words, READING) !== 0) throw new Error('one reads where one writes');
  Atomics.sub(words, WRITING, 1);
}

function visitReading({ words, isMortal }: Locked<unknown>): void {
  if (isMortal) return void Atomics.load(words, WRITING);
  Atomics.add(words, READING, 1);
  if (Atomics.load(words, WRITING) !== 0) throw new Error('one reads where one writes');
  Atomics.sub(words, READING, 1);
}

interface Unlockable {
  unlock(): void;
}

/** Inside with what `take` gave, if it gave anything. */
function inside<S extends Locked<unknown>>(
  shared: S,
  lock: Unlockable | null,
  look: (shared: S) => void = visit,
): void {
  if (!lock) return;
  look(shared);
  lock.unlock();
}

/** The exclusive operations, which all kinds have. */
function exclusive<M extends Mutex | RecursiveMutex | SharedMutex>(): Family<
  Locked<M>
>['operations'] {
  type S = Locked<M>;
  return {
    lock: () => (s: S) => inside(s, s.mutex.lock()),
    tryLock: () => (s: S) => inside(s, s.mutex.tryLock()),
    tryLockFor: () => (s: S) => inside(s, s.mutex.tryLockFor(MS)),
    withLock: () => (s: S) => s.mutex.withLock(() => visit(s)),
    lockAsync: () => async (s: S) => inside(s, await s.mutex.lockAsync()),
    'lockAsync, timeout': () => (s: S) =>
      unlessTimedOut(async () => inside(s, await s.mutex.lockAsync({ timeout: MS }))),
    'lockAsync, signal':
      ({ anyTimeSignal }) =>
      (s: S) =>
        unlessAborted(async () => inside(s, await s.mutex.lockAsync({ signal: anyTimeSignal() }))),
    tryLockForAsync: () => async (s: S) => inside(s, await s.mutex.tryLockForAsync(MS)),
    withLockAsync: () => (s: S) => s.mutex.withLockAsync(() => visit(s)),
  };
}

const wordOf = (
  { buffer, byteOffset }: { buffer: SharedArrayBuffer; byteOffset: number },
  index = 0,
): number => Atomics.load(new Int32Array(buffer, byteOffset + 4 * index, 1), 0);

const isFree = (
  { unrest }: Library,
  { mutex }: Locked<Mutex | RecursiveMutex>,
): string | undefined => (wordOf(mutex) ? 'the mutex is held' : unrest(mutex));

/** With how to begin: if one may be killed, what only guards against others is left out. */
function repairable<M extends Mutex | RecursiveMutex | SharedMutex>(
  make: (library: Library) => M,
): Pick<Family<Locked<M>>, 'setup' | 'mortal'> {
  const setup = (library: Library): Locked<M> => ({ mutex: make(library), words: newWords() });
  const mortal = (library: Library): Locked<M> => ({ ...setup(library), isMortal: true });
  return { setup, mortal: { setup: mortal, repair: recover } };
}

export const MUTEX: Family<Locked<Mutex>> = {
  isSmall: true,
  ...repairable<Mutex>(({ Mutex }) => new Mutex({ name: 'm' })),
  operations: exclusive<Mutex>(),
  atRest: isFree,
};

export const FIFO_MUTEX: Family<Locked<Mutex>> = {
  ...MUTEX,
  ...repairable<Mutex>(({ Mutex }) => new Mutex({ name: 'm', fairness: 'fifo' })),
};

const nested: Body<Locked<RecursiveMutex>> = (s) => {
  const outer = s.mutex.lock();
  inside(s, s.mutex.lock());
  inside(s, s.mutex.tryLock());
  outer.unlock();
};

export const RECURSIVE_MUTEX: Family<Locked<RecursiveMutex>> = {
  ...repairable<RecursiveMutex>(({ RecursiveMutex }) => new RecursiveMutex({ name: 'm' })),
  operations: {
    'lock, nested': () => nested,
    tryLockFor: () => (s) => inside(s, s.mutex.tryLockFor(MS)),
    lockAsync: () => async (s) => inside(s, await s.mutex.lockAsync()),
  },
  atRest: isFree,
};

const READER_BITS = 4; // word

const readShared = (s: Locked<SharedMutex>, lock: Unlockable | null): void =>
  inside(s, lock, visitReading);

export const SHARED_MUTEX: Family<Locked<SharedMutex>> = {
  ...repairable<SharedMutex>(({ SharedMutex }) => new SharedMutex({ name: 'm' })),
  operations: {
    ...exclusive<SharedMutex>(),
    lockShared: () => (s) => readShared(s, s.mutex.lockShared()),
    tryLockShared: () => (s) => readShared(s, s.mutex.tryLockShared()),
    tryLockSharedFor: () => (s) => readShared(s, s.mutex.tryLockSharedFor(MS)),
    lockSharedAsync: () => async (s) => readShared(s, await s.mutex.lockSharedAsync()),
    'lockSharedAsync, signal':
      ({ anyTimeSignal }) =>
      (s) =>
        unlessAborted(async () =>
          readShared(s, await s.mutex.lockSharedAsync({ signal: anyTimeSignal() })),
        ),
    tryLockSharedForAsync: () => async (s) =>
      readShared(s, await s.mutex.tryLockSharedForAsync(MS)),
    downgrade: () => (s) => {
      s.mutex.lock();
      visit(s);
      s.mutex.downgrade();
      visitReading(s);
      s.mutex.unlockShared();
    },
  },
  atRest: ({ unrest }, { mutex }) => {
    if (wordOf(mutex) !== 0) return 'the mutex is held';
    return wordOf(mutex, READER_BITS) ? 'a reader has left its bit' : unrest(mutex);
  },
};

interface Stocked extends Mortal {
  readonly semaphore: Semaphore;
  /** Permits that are out. */
  readonly words: Int32Array;
}

const PERMITS = 2;

function use({ words, isMortal }: Stocked, permit: Disposable | null, n: number): void {
  if (!permit) return;
  if (!isMortal && Atomics.add(words, 0, n) + n > PERMITS)
    throw new Error('more are out than there are');
  if (!isMortal) Atomics.sub(words, 0, n);
  permit[Symbol.dispose]();
}

const using =
  (n: number): Body<Stocked> =>
  (s) =>
    use(s, s.semaphore.acquire(n), n);

const usingAsync =
  (n: number): Body<Stocked> =>
  async (s) =>
    use(s, await s.semaphore.acquireAsync(n), n);

export const SEMAPHORE: Family<Stocked> = {
  isSmall: true,
  setup: ({ Semaphore }) => ({
    semaphore: new Semaphore(PERMITS, { max: PERMITS }),
    words: newWords(),
  }),
  mortal: {
    setup: ({ Semaphore }) => ({
      semaphore: new Semaphore(PERMITS, { max: PERMITS, robust: true }),
      words: newWords(),
      isMortal: true,
    }),
  },
  operations: {
    acquire: () => using(1),
    'acquire(2)': () => using(2),
    'tryAcquire(2)': () => (s) => use(s, s.semaphore.tryAcquire(2), 2),
    'tryAcquireFor(2)': () => (s) => use(s, s.semaphore.tryAcquireFor(MS, 2), 2),
    acquireAsync: () => usingAsync(1),
    'acquireAsync(2)': () => usingAsync(2),
    'acquireAsync(2), signal':
      ({ anyTimeSignal }) =>
      (s) =>
        unlessAborted(async () =>
          use(s, await s.semaphore.acquireAsync(2, { signal: anyTimeSignal() }), 2),
        ),
    'tryAcquireForAsync(2)': () => async (s) =>
      use(s, await s.semaphore.tryAcquireForAsync(MS, 2), 2),
  },
  atRest: ({ unrest }, { semaphore }) => {
    if (!semaphore.tryAcquire(PERMITS)) return 'a permit is missing';
    semaphore.release(PERMITS);
    return unrest(semaphore);
  },
};
