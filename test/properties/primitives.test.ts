/**
 * Every primitive on real workers, in generated programs: exclusion, counts that are conserved, and
 * histories that are linearizable.
 */
import { test } from '@fast-check/vitest';
import { Barrier, Latch, Mutex, OnceFlag, Semaphore } from 'crossthread';
import { describe, expect } from 'vitest';
import {
  type ProgramRun,
  runThreads,
  threadPrograms,
  type ThreadProgramsOptions,
} from 'crossthread/testing/fast-check';
import { LONG } from '../support/time.ts';
import { waitersFor } from '../support/waiters.ts';
import { runs } from './runs.ts';

const OBJECTS: Record<string, ThreadProgramsOptions['objects']> = {
  'Mutex, eventual': { a: 'mutex' },
  'Mutex, fifo': { a: { kind: 'mutex', fairness: 'fifo' } },
  RecursiveMutex: { a: 'recursive' },
  'SharedMutex, eventual': { a: 'shared' },
  'SharedMutex, fifo': { a: { kind: 'shared', fairness: 'fifo' } },
  Semaphore: { a: { kind: 'semaphore', permits: 3 } },
  'Semaphore of one permit': { a: { kind: 'semaphore', permits: 1 } },
  Latch: { a: 'latch', b: 'latch' },
  Barrier: { a: 'barrier', b: 'barrier' },
  OnceFlag: { a: 'once', b: 'once' },
  ConditionVariable: { a: 'mutex', b: { kind: 'condition', mutex: 'a' } },
  'all of them': {
    a: 'mutex',
    b: 'recursive',
    c: 'shared',
    d: { kind: 'semaphore', permits: 2 },
    e: 'latch',
    f: 'barrier',
    g: 'once',
    h: { kind: 'condition', mutex: 'a' },
  },
};

/** Nothing is held, nobody waits, and what was taken is back. */
function expectConserved({ programs, objects, history }: ProgramRun): void {
  for (const [name, object] of Object.entries(objects)) {
    if (object instanceof Int32Array) throw new Error(`${name} is not ours`);
    const spec = programs.objects[name]!;
    if ('condition' in object) {
      const calls = history.filter(({ operation }) => operation.on === name);
      const waits = calls.filter(({ operation }) => operation.call === 'wait').length;
      expect(waitersFor(object.condition)).toBe(0);
      expect(spec).toMatchObject({ count: object.count[0]! + 2 * waits - calls.length });
      continue;
    }
    expect(waitersFor(object)).toBe(0);
    if (object instanceof Mutex) expect(object.isLocked).toBe(false);
    if (object instanceof Semaphore)
      expect({ kind: 'semaphore', permits: object.value }).toEqual(spec);
    if (object instanceof Latch) expect(object.tryWait()).toBe(true);
    if (object instanceof Barrier) expect(object.isBroken).toBe(false);
    if (object instanceof OnceFlag) {
      const outcomes = history.filter(({ operation }) => operation.on === name);
      const ran = outcomes.filter(({ output }) => output === 'ran').length;
      expect(ran).toBe(object.isSet ? 1 : 0);
    }
  }
}

describe.each(Object.entries(OBJECTS))('%s', (_, objects) => {
  const programs = threadPrograms({ objects, threads: 4, maxOperations: 8 });

  test.prop([programs], runs(150))(
    'excludes, conserves, is linearizable, and loses no wake-up',
    async (programs) => {
      const run = await runThreads(programs, { timeout: LONG });
      run.assertExclusive();
      run.assertLinearizable();
      expectConserved(run);
      expect(run.rescues).toBe(0);
    },
  );
});
