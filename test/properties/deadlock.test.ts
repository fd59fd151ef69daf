/**
 * Deadlocks of programs over several mutexes: never missed, never invented. Three say whether there is one:
 * what a mutex is by definition (`findDeadlock`), the shipped mutexes in all orders (`explore`), and real
 * workers, on which a deadlock is forced, operation by operation.
 */
import { test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { ExplorationError, explore } from 'crossthread/testing';
import {
  type DeadlockSearch,
  findDeadlock,
  modelOf,
  runThreads,
  threadPrograms,
  type ThreadPrograms,
  type ThreadProgramsOptions,
  ThreadsHungError,
} from 'crossthread/testing/fast-check';
import { LONG } from '../support/time.ts';
import { runs } from './runs.ts';

const MUTEXES = {
  a: 'mutex',
  b: { kind: 'mutex', fairness: 'fifo' },
  again: 'recursive',
} as const;

const CONDITIONS = {
  ...MUTEXES,
  c: { kind: 'condition', mutex: 'a' },
  d: { kind: 'condition', mutex: 'b' },
} as const;

// Awaited calls take many more steps: they have a property of their own.
const SMALL = { objects: MUTEXES, threads: 3, maxOperations: 3, async: false } as const;

const anyOrder = (options: Partial<ThreadProgramsOptions> = {}) =>
  threadPrograms({ objects: MUTEXES, lockOrder: 'any', ...options });

const respected = (options: Partial<ThreadProgramsOptions> = {}) =>
  threadPrograms({ objects: MUTEXES, lockOrder: 'respected', ...options });

// How far a scopedLock comes before others run cannot be forced from outside.
const SINGLE = ['lock', 'tryLock', 'tryLockFor'] as const;

// What may time out does so where `explored` gives time: not beside a thread that can go on.
const UNTIMED = ['lock', 'tryLock'] as const;

const COUNTED = ['wait', 'notifyOne', 'notifyAll'] as const;

// The tryLock must fail between the two waits for what is there once.
const THREE_PREEMPTIONS: ThreadPrograms = {
  objects: {
    a: { kind: 'mutex' },
    b: { kind: 'mutex', fairness: 'fifo' },
    c: { kind: 'condition', mutex: 'a', count: 1 },
    d: { kind: 'condition', mutex: 'b', count: 0 },
  },
  threads: [
    [
      { call: 'lock', on: 'b' },
      { call: 'wait', on: 'd' },
      { call: 'unlock', on: 'b' },
      { call: 'tryLock', on: 'a' },
      { call: 'notifyAll', on: 'c' },
      { call: 'unlock', on: 'a' },
      { call: 'lock', on: 'a' },
      { call: 'wait', on: 'c' },
      { call: 'unlock', on: 'a' },
    ],
    [
      { call: 'lock', on: 'b' },
      { call: 'notifyOne', on: 'd' },
      { call: 'unlock', on: 'b' },
      { call: 'lock', on: 'b' },
      { call: 'lock', on: 'a' },
      { call: 'wait', on: 'c' },
      { call: 'unlock', on: 'a' },
      { call: 'unlock', on: 'b' },
    ],
  ],
};

const can = (verdict: DeadlockSearch['verdict']) => (programs: ThreadPrograms) =>
  findDeadlock(programs).verdict === verdict;

/** What the explorer says of the shipped mutexes: of those that can deadlock, with however many preemptions it takes. */
async function explored(programs: ThreadPrograms): Promise<string> {
  const bounds = can('possible')(programs) ? { iterative: true } : { preemptions: 2 };
  try {
    const { complete } = await explore(await modelOf(programs), bounds);
    return complete ? 'none' : 'not-finished';
  } catch (error) {
    if (error instanceof ExplorationError) return error.verdict;
    throw error;
  }
}

describe('on real workers', () => {
  test.prop([anyOrder({ operations: SINGLE }).filter(can('possible'))], runs(5))(
    'one that is possible is not missed: it is forced, and told with its circle',
    async (programs) => {
      const found = findDeadlock(programs);
      if (found.verdict !== 'possible') throw new Error(found.verdict);
      const error: unknown = await runThreads(programs, {
        order: found.order,
        timeout: LONG,
      }).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(ThreadsHungError);
      const { verdict, cycles } = error as ThreadsHungError;
      expect(verdict).toBe('deadlock');
      expect(cycles.length).toBeGreaterThan(0);
      expect(found.cycles).toEqual(expect.arrayContaining([...cycles]));
    },
  );

  test.prop([anyOrder({ objects: CONDITIONS }).filter(can('none'))], runs(100))(
    'one that is impossible is not invented: the threads come to their end',
    async (programs) => {
      const run = await runThreads(programs, { timeout: LONG });
      run.assertExclusive();
      expect(run.rescues).toBe(0);
    },
  );

  test.prop([respected({ objects: CONDITIONS, threads: 4, maxOperations: 10 })], runs(100))(
    'in lock order there is none',
    async (programs) => {
      expect(findDeadlock(programs).verdict).toBe('none');
      const run = await runThreads(programs, { timeout: LONG });
      run.assertExclusive();
      expect(run.rescues).toBe(0);
    },
  );

  test.prop([anyOrder({ maxOperations: 10 }).filter(can('possible'))], runs(10))(
    'left to themselves, threads end or are told to be in a deadlock, and never just hang',
    async (programs) => {
      const error: unknown = await runThreads(programs, { timeout: LONG }).catch(
        (error: unknown) => error,
      );
      if (error instanceof ThreadsHungError) expect(error.verdict).toBe('deadlock');
      else expect(error).not.toBeInstanceOf(Error);
    },
  );
});

describe('in the explorer', () => {
  test.prop([anyOrder({ ...SMALL, operations: ['lock', 'tryLock', 'scopedLock'] })], runs(4))(
    'the shipped mutexes do what mutexes are to do',
    async (programs) => {
      const { verdict } = findDeadlock(programs);
      expect(await explored(programs)).toBe(verdict === 'possible' ? 'deadlock' : 'none');
    },
  );

  test.prop([anyOrder(SMALL).filter(can('possible'))], runs(3))(
    'a deadlock that is possible is found',
    async (programs) => {
      expect(await explored(programs)).toBe('deadlock');
    },
  );

  test.prop([anyOrder({ objects: CONDITIONS, threads: 2, operations: [...UNTIMED, ...COUNTED] })], {
    ...runs(8),
    examples: [[THREE_PREEMPTIONS]],
  })('so do they with conditions, and where calls are awaited', async (programs) => {
    const { verdict } = findDeadlock(programs);
    expect(await explored(programs)).toBe(verdict === 'possible' ? 'deadlock' : 'none');
  });

  test.prop([respected(SMALL)], runs(5))('in lock order there is none', async (programs) => {
    expect(await explored(programs)).toBe('none');
  });
});

describe('the gap that a search of lock orders has', () => {
  it('opposite orders behind a third mutex are no deadlock, and none is told', async () => {
    const guarded = (first: string, second: string) =>
      (['g', first, second] as const)
        .map((on) => ({ call: 'lock', on }) as const)
        .flatMap((lock, i, all) =>
          i < 2
            ? [lock]
            : [lock, ...all.toReversed().map(({ on }) => ({ call: 'unlock', on }) as const)],
        );
    const mutex = { kind: 'mutex' } as const;
    const programs: ThreadPrograms = {
      objects: { g: mutex, a: mutex, b: mutex },
      threads: [guarded('a', 'b'), guarded('b', 'a'), guarded('a', 'b')],
    };
    expect(findDeadlock(programs).verdict).toBe('none');
    for (let round = 0; round < 10; round++) await runThreads(programs, { timeout: LONG });
  });
});
