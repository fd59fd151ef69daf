/**
 * Programs over the state of one future, for the explorer. The promise is the first thread's; how faces
 * move needs no exploration, what happens in the state when they do does.
 */
import type { Latch } from '../../dist/index.js';
import type { State } from '../../dist/future/state.js';
import type { ExplorerHistory, FutureOperation, Model } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

interface Shared {
  /** Makes the threads agents. */
  readonly latch: Latch;
  readonly state: Int32Array<SharedArrayBuffer>;
  /** Another future's, of the same thread. */
  readonly other: Int32Array<SharedArrayBuffer>;
  readonly words: Int32Array;
}

export interface Program extends Bounded {
  readonly threads: (moves: Moves) => readonly Body[];
  /** What counts, where it is not the value. */
  readonly check?: (words: Int32Array) => void;
}

type Body = (shared: Shared) => void | Promise<void>;
type Moves = ReturnType<typeof movesOf>;

const FIRST = 2; // the agent id of a program's first thread
const SETS = 0; // how often it was set
const GOT = 1; // how often it was got, or run
const VALUE = 2; // what it was set to

const codeOf = (error: unknown): unknown => (error as { code?: string }).code;

function movesOf(library: Library, history: ExplorerHistory<FutureOperation<number>>) {
  const { State, anyTimeSignal } = library;
  const stateOf = ({ state }: Shared): State => State.at(state);
  const valueOf = (state: State): number => state.read() as number;
  const unlessAborted = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  };
  const got = (state: State): number => {
    state.wait();
    return valueOf(state);
  };
  const gotAsync = async (state: State): Promise<number> => {
    await state.waitAsync({});
    return valueOf(state);
  };
  const brokenOrSet = (state: State, words: Int32Array): void => {
    try {
      if (valueOf(state) !== 7) throw new Error('another value than was set');
    } catch (error) {
      if (codeOf(error) !== 'broken_promise') throw error;
      if (Atomics.load(words, SETS) !== 0)
        throw new Error('broken after it was set', { cause: error });
    }
  };
  return {
    set:
      (value = 7): Body =>
      (shared) =>
        void history.record('set', value, () => (stateOf(shared).setValue(value), true)),
    get: (): Body => (shared) => void history.record('get', undefined, () => got(stateOf(shared))),
    getAsync: (): Body => async (shared) => {
      await history.record('get', undefined, () => gotAsync(stateOf(shared)));
    },
    getTimed: (): Body => (shared) => {
      const state = stateOf(shared);
      const isReady = history.record('isReady', undefined, () => state.wait(5));
      if (isReady && valueOf(state) !== 7) throw new Error('another value than was set');
    },
    getAbortable: (): Body => (shared) => {
      const waiting = stateOf(shared).waitAsync({ signal: anyTimeSignal() });
      return unlessAborted(waiting);
    },
    isReady: (): Body => (shared) =>
      void history.record('isReady', undefined, () => stateOf(shared).isReady),
    /** May die. */
    setMortally: (): Body => (shared) => {
      stateOf(shared).setValue(7);
      Atomics.store(shared.words, SETS, 1);
    },
    /** May die in between. */
    setBothMortally: (): Body => (shared) => {
      stateOf(shared).setValue(7);
      Atomics.store(shared.words, SETS, 1);
      State.at(shared.other).setValue(8);
    },
    /** Learns of the death from the second. */
    getBothFromMortal: (): Body => (shared) => {
      State.at(shared.other).wait();
      const state = stateOf(shared);
      state.wait();
      brokenOrSet(state, shared.words);
    },
    getFromMortal: (): Body => (shared) => {
      const state = stateOf(shared);
      state.wait();
      brokenOrSet(state, shared.words);
    },
    getFromMortalAsync: (): Body => async (shared) => {
      const state = stateOf(shared);
      await state.waitAsync({});
      brokenOrSet(state, shared.words);
    },
    giveUp: (): Body => (shared) => stateOf(shared).breakIt(),
    getBroken: (): Body => (shared) => {
      const state = stateOf(shared);
      state.wait();
      try {
        state.read();
      } catch (error) {
        if (codeOf(error) === 'broken_promise') return;
      }
      throw new Error('not broken');
    },
    /** Sets it if the promise is here. */
    trySet:
      (value: number): Body =>
      ({ words, ...shared }) => {
        try {
          stateOf({ words, ...shared }).setValue(value);
        } catch (error) {
          if (codeOf(error) === 'no_state') return;
          throw error;
        }
        Atomics.add(words, SETS, 1);
        Atomics.store(words, VALUE, value);
      },
    adopt: (): Body => (shared) => stateOf(shared).adopt(),
    getEither: (): Body => (shared) => {
      Atomics.store(shared.words, GOT, got(stateOf(shared)));
    },
    /** As the only future's `get()`. */
    take: (): Body => (shared) => {
      const state = stateOf(shared);
      state.wait();
      if (state.tryUse(1)) Atomics.add(shared.words, GOT, 1);
    },
    /** Two tasks of the promise's thread ask for it. */
    defer: (): Body => async (shared) => {
      const state = stateOf(shared);
      state.defer(() => Atomics.add(shared.words, GOT, 1));
      await Promise.all([gotAsync(state), gotAsync(state)]);
      if (got(state) !== 0) throw new Error('another value than it returned');
    },
    all:
      (...bodies: readonly Body[]): Body =>
      (shared) => {
        for (const body of bodies) void body(shared);
      },
    wait: (): Body => (shared) => void stateOf(shared).wait(),
  };
}

const once = (index: number) => (words: Int32Array) => {
  const times = Atomics.load(words, index);
  if (times !== 1) throw new Error(`${times} times`);
};

export const PROGRAMS = {
  'one waits': {
    threads: ({ set, get }) => [set(), get()],
    bounds: { preemptions: 3 },
    deep: {},
  },
  'two wait': {
    threads: ({ set, get }) => [set(), get(), get()],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'one blocks, one awaits': {
    threads: ({ set, get, getAsync }) => [set(), get(), getAsync()],
    bounds: { preemptions: 2 },
  },
  'one looks': {
    threads: ({ set, get, isReady, all }) => [set(), all(isReady(), get()), isReady()],
    bounds: { preemptions: 2 },
  },
  'one is timed': {
    threads: ({ set, getTimed, get }) => [set(), getTimed(), get()],
    bounds: { preemptions: 2, timeouts: 1 },
  },
  'a task is aborted': {
    threads: ({ set, getAbortable, get }) => [set(), getAbortable(), get()],
    bounds: { preemptions: 2, aborts: 1 },
  },
  'who has the promise dies': {
    threads: ({ setMortally, getFromMortal }) => [setMortally(), getFromMortal(), getFromMortal()],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    deep: { preemptions: 2, kills: 1, killable: [0] },
  },
  'who has the promise dies, one awaits': {
    threads: ({ setMortally, getFromMortal, getFromMortalAsync }) => [
      setMortally(),
      getFromMortal(),
      getFromMortalAsync(),
    ],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
  },
  'who has two promises dies': {
    threads: ({ setBothMortally, getBothFromMortal }) => [setBothMortally(), getBothFromMortal()],
    bounds: { preemptions: 2, kills: 1, killable: [0] },
  },
  'a waiter dies': {
    threads: ({ set, get }) => [set(), get(), get()],
    bounds: { preemptions: 1, kills: 1, killable: [1] },
  },
  'it is given up': {
    threads: ({ giveUp, getBroken }) => [giveUp(), getBroken(), getBroken()],
    bounds: { preemptions: 2 },
  },
  'the promise moves': {
    threads: ({ trySet, adopt, all, getEither }) => [
      trySet(7),
      all(adopt(), trySet(8)),
      getEither(),
    ],
    bounds: { preemptions: 2 },
    check: (words) => {
      once(SETS)(words);
      if (Atomics.load(words, GOT) !== Atomics.load(words, VALUE))
        throw new Error('not what was set');
    },
  },
  'two take it': {
    threads: ({ trySet, take }) => [trySet(7), take(), take()],
    bounds: { preemptions: 2 },
    check: once(GOT),
  },
  'deferred, once': {
    threads: ({ defer, wait }) => [defer(), wait()],
    bounds: { preemptions: 2 },
    check: once(GOT),
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads, check }: Program): Model<Shared> {
  const { Latch, State, ExplorerHistory, assertLinearizable, specifications } = library;
  const history = new ExplorerHistory<FutureOperation<number>>();
  return {
    setup: () => {
      const [state, other] = [new State(), new State()];
      for (const { words } of [state, other]) Atomics.store(words, 0, FIRST);
      return {
        latch: new Latch(0),
        state: state.words,
        other: other.words,
        words: new Int32Array(new SharedArrayBuffer(12)),
      };
    },
    threads: threads(movesOf(library, history)),
    check: ({ words }) => {
      check?.(words);
      assertLinearizable(history.operations, specifications.future<number>());
    },
    atRest: ({ state }) => library.unrest(State.at(state)),
  };
}
