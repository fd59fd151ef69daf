/** The state cache leaves out nothing that can come out, on generated programs with all kinds of moves. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import {
  anyTimeSignal,
  ExplorationError,
  explore,
  type ExploreOptions,
  type Model,
} from 'crossthread/testing';
import { words } from './models.ts';

type Shared = Int32Array;
type Outcome = number | 'ok' | 'not-equal' | 'timed-out' | 'aborted';

/** Things to do to word `w` with a small value `v`. */
const SYNC = {
  load: (shared: Shared, w: number) => Atomics.load(shared, w),
  store: (shared: Shared, w: number, v: number) => Atomics.store(shared, w, v),
  add: (shared: Shared, w: number, v: number) => Atomics.add(shared, w, v),
  wait: (shared: Shared, w: number, v: number) => Atomics.wait(shared, w, v),
  waitShortly: (shared: Shared, w: number, v: number) => Atomics.wait(shared, w, v, 5),
  notify: (shared: Shared, w: number, v: number) => Atomics.notify(shared, w, v),
} satisfies Record<string, (shared: Shared, w: number, v: number) => Outcome>;

const ASYNC = {
  await: async (shared: Shared, w: number, v: number) => Atomics.waitAsync(shared, w, v).value,
  awaitShortly: async (shared: Shared, w: number, v: number) =>
    Atomics.waitAsync(shared, w, v, 5).value,
  awaitOrAbort: (shared: Shared, w: number, v: number) => {
    const signal = anyTimeSignal();
    const aborted = new Promise<Outcome>((resolve) => {
      signal.addEventListener('abort', () => {
        Atomics.add(shared, w, 1);
        resolve('aborted');
      });
    });
    return Promise.race([aborted, Atomics.waitAsync(shared, w, v).value]);
  },
} satisfies Record<string, (shared: Shared, w: number, v: number) => Promise<Outcome>>;

const ALL = { ...SYNC, ...ASYNC };

const WORDS = 2;
const small = fc.nat(WORDS - 1);
const step = <Name extends string>(names: Name[]): fc.Arbitrary<[Name, number, number]> =>
  fc.tuple(fc.constantFrom(...names), small, small);
const steps = <Name extends string>(names: Name[]): fc.Arbitrary<[Name, number, number][]> =>
  fc.array(step(names), { minLength: 1, maxLength: 3 });
const SYNC_NAMES = Object.keys(SYNC) as (keyof typeof SYNC)[];
const ALL_NAMES = Object.keys(ALL) as (keyof typeof ALL)[];

type Body = Model<Shared>['threads'][number];
type Maker = (thread: number) => Body;

/** A body writes what it has seen to a word of its own. */
const syncBody: fc.Arbitrary<Maker> = steps(SYNC_NAMES).map((program) => (thread) => (shared) => {
  const seen = program.map(([name, w, v]) => SYNC[name](shared, w, v));
  Atomics.store(shared, WORDS + thread, encode(seen));
});
const asyncBody: fc.Arbitrary<Maker> = steps(ALL_NAMES).map(
  (program) => (thread) => async (shared) => {
    const seen: Outcome[] = [];
    for (const [name, w, v] of program) {
      seen.push(await ALL[name](shared, w, v));
    }
    Atomics.store(shared, WORDS + thread, encode(seen));
  },
);
const programs = fc.array(fc.oneof(syncBody, asyncBody), { minLength: 2, maxLength: 2 });
const budgets = fc.record({ timeouts: small, aborts: small, spurious: small, kills: small });
const bound = fc.constantFrom(1, Infinity);

test.prop([programs, budgets, bound], { numRuns: 100 })(
  'the state cache leaves out no outcome',
  async (makers, budgets, preemptions) => {
    const threads = makers.map((make, thread) => make(thread));
    const outcomesWith = (stateCache: boolean): Promise<unknown> =>
      outcomesOf(threads, { ...budgets, preemptions, stateCache });
    expect(await outcomesWith(true)).toEqual(await outcomesWith(false));
  },
);

/** How memory can look at the end, or that somebody may be stuck. */
async function outcomesOf(threads: readonly Body[], options: ExploreOptions): Promise<unknown> {
  const ends = new Set<string>();
  const model: Model<Shared> = {
    setup: words(WORDS + threads.length),
    threads,
    check: (shared, { killed }) => void ends.add(`${shared.join()}, killed: ${killed.join()}`),
  };
  try {
    expect((await explore(model, options)).complete).toBe(true);
    return ends;
  } catch (error) {
    if (!(error instanceof ExplorationError)) throw error;
    expect(['deadlock', 'lost-wakeup']).toContain(error.verdict);
    return 'stuck';
  }
}

function encode(seen: readonly Outcome[]): number {
  const names = ['ok', 'not-equal', 'timed-out', 'aborted'];
  const digits = seen.map((one) => (typeof one === 'number' ? one : 10 + names.indexOf(one)));
  return digits.reduce((code, digit) => code * 16 + digit, 1);
}
