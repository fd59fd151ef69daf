/** `ScopedLock` over our mutexes: whatever order they are given in, no deadlock. */
import { test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { explore } from 'crossthread/testing';
import { findDeadlock, modelOf, runThreads, threadPrograms } from 'crossthread/testing/fast-check';
import { LONG } from '../support/time.ts';
import { runs } from './runs.ts';

const MUTEXES = {
  a: 'mutex',
  b: { kind: 'mutex', fairness: 'fifo' },
  c: 'recursive',
} as const;

const scoped = (objects: Parameters<typeof threadPrograms>[0]['objects'], threads: number) =>
  threadPrograms({
    objects,
    lockOrder: 'any',
    threads,
    maxOperations: 2,
    operations: ['scopedLock'],
  });

// One scopedLock inside of another can: a thread waits while it holds what comes later.
const unnested = (each: ReturnType<typeof scoped>) =>
  each.filter(({ threads }) =>
    threads.every((program) =>
      program.every(({ call }, i) => (call === 'scopedLock') === (i % 2 === 0)),
    ),
  );

describe('ScopedLock, in any order', () => {
  test.prop([unnested(scoped({ ...MUTEXES, d: 'shared', e: 'mutex' }, 4))], runs(100))(
    'real workers come to their end, one at a time inside',
    async (programs) => {
      const run = await runThreads(programs, { timeout: LONG });
      run.assertExclusive();
      run.assertLinearizable();
      expect(run.rescues).toBe(0);
    },
  );

  test.prop([unnested(scoped(MUTEXES, 3))], runs(5))(
    'in all orders of the explorer',
    async (programs) => {
      expect(findDeadlock(programs).verdict).toBe('none');
      const { complete } = await explore(await modelOf(programs), { preemptions: 1 });
      expect(complete).toBe(true);
    },
  );
});
