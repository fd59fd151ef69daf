/** Bare primitives on a few words, as they are written by hand, and ways to get them wrong. */
import {
  explore,
  ExplorationError,
  type ExploreOptions,
  type Model,
  replay,
} from 'crossthread/testing';

export const words = (length: number) => (): Int32Array =>
  new Int32Array(new SharedArrayBuffer(4 * length));

/** `n` threads that all do `body`. */
export function crew<Shared>(
  n: number,
  body: (shared: Shared) => void | Promise<void>,
): Model<Shared>['threads'] {
  return Array.from({ length: n }, () => body);
}

/** The failure that is found, after a replay of its schedule has shown the very same. */
export async function failureOf<Shared>(
  model: Model<Shared>,
  options: ExploreOptions = {},
): Promise<ExplorationError> {
  const found = await caught(explore(model, options));
  const again = await caught(replay(model, found.schedule, options));
  if (again.message !== found.message) {
    throw new Error(`found ${found.message}\n\nbut replayed ${again.message}`);
  }
  return found;
}

/** What `run` is rejected with, if it is what an exploration finds. */
export async function caught(run: Promise<unknown>): Promise<ExplorationError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
  throw new Error('no failure was found');
}

// The futex mutex of three states: 0 free, 1 held, 2 held and somebody may sleep.

export function lock(mutex: Int32Array): void {
  let state = Atomics.compareExchange(mutex, 0, 0, 1);
  if (state === 0) return;
  if (state !== 2) state = Atomics.exchange(mutex, 0, 2);
  while (state !== 0) {
    Atomics.wait(mutex, 0, 2);
    state = Atomics.exchange(mutex, 0, 2);
  }
}

export function unlock(mutex: Int32Array): void {
  if (Atomics.exchange(mutex, 0, 0) === 2) Atomics.notify(mutex, 0, 1);
}

/** Three that take a lock by looking, for ever, and count in two steps. */
export const spinners: Model<Int32Array> = {
  setup: words(2),
  threads: crew(3, (shared) => {
    while (Atomics.compareExchange(shared, 0, 0, 1) !== 0);
    count(shared, 1);
    Atomics.store(shared, 0, 0);
  }),
  check: (shared) => {
    if (shared[1] !== 3) throw new Error(`${shared[1]} of 3`);
  },
};

/** Forgets that others may sleep beside the one that was woken. */
export function lockWithoutMark(mutex: Int32Array): void {
  while (Atomics.compareExchange(mutex, 0, 0, 1) !== 0) {
    Atomics.compareExchange(mutex, 0, 1, 2);
    Atomics.wait(mutex, 0, 2);
  }
}

/** Two operations, with room for a mark between them. */
export function unlockInTwo(mutex: Int32Array): void {
  const state = Atomics.load(mutex, 0);
  Atomics.store(mutex, 0, 0);
  if (state === 2) Atomics.notify(mutex, 0, 1);
}

/** Adds one in two operations: two threads at once lose a count. */
export function count(counter: Int32Array, index: number): void {
  Atomics.store(counter, index, Atomics.load(counter, index) + 1);
}
