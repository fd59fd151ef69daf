/** What is generated: programs that can be run, posted, printed and shrunk. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findDeadlock,
  formatPrograms,
  type ProgramOperation,
  threadPrograms,
  type ThreadPrograms,
} from 'crossthread/testing/fast-check';

const MUTEXES = { a: 'mutex', b: 'mutex', c: 'mutex' } as const;
const ALL = {
  ...MUTEXES,
  again: 'recursive',
  page: 'shared',
  slots: { kind: 'semaphore', permits: 3 },
  go: 'latch',
  phase: 'barrier',
  once: 'once',
  full: { kind: 'condition', mutex: 'b' },
} as const;
const PLACES = Object.keys(ALL);

const namesOf = ({ on }: ProgramOperation): string[] => (typeof on === 'string' ? [on] : [...on]);
const isBegin = (call: string): boolean => /^(lock|tryLock|scoped|acquire|tryAcquire)/.test(call);
const isEnd = (call: string): boolean => /^(unlock|release)/.test(call);
const isTry = (call: string): boolean => call.startsWith('try');

/** Calls `visit` with each operation and what is held before it. */
function walk(
  program: readonly ProgramOperation[],
  visit: (operation: ProgramOperation, held: readonly string[]) => void,
): void {
  const open: string[][] = [];
  for (const operation of program) {
    if (isEnd(operation.call)) {
      expect(open.pop()).toEqual(namesOf(operation));
      continue;
    }
    visit(operation, open.flat());
    if (isBegin(operation.call)) open.push(namesOf(operation));
  }
  expect(open).toEqual([]);
}

function check(property: (programs: ThreadPrograms) => void, lockOrder: 'any' | 'respected'): void {
  const each = threadPrograms({ objects: ALL, threads: 4, maxOperations: 10, lockOrder });
  fc.assert(fc.property(each, property), { numRuns: 300 });
}

/** The smallest program that `fails` takes. */
function smallest(lockOrder: 'any' | 'respected', fails: (programs: ThreadPrograms) => boolean) {
  const each = threadPrograms({ objects: MUTEXES, threads: 4, lockOrder, operations: ['lock'] });
  const { counterexample } = fc.check(
    fc.property(each, (programs) => !fails(programs)),
    { numRuns: 1000, seed: 5 },
  );
  return counterexample && formatPrograms(counterexample[0]);
}

describe('threadPrograms', () => {
  it.each(['any', 'respected'] as const)(
    '%s: sections are nested, and none is left open',
    (order) => {
      check(({ threads }) => threads.forEach((program) => walk(program, () => {})), order);
    },
  );

  it.each(['any', 'respected'] as const)('%s: plain data, which survives a clone', (order) => {
    check((programs) => {
      expect(JSON.parse(JSON.stringify(programs))).toEqual(structuredClone(programs));
      expect(structuredClone(programs)).toEqual(programs);
    }, order);
  });

  it('respected: who waits holds only what comes before', () => {
    check(({ threads }) => {
      for (const program of threads) {
        walk(program, (operation, held) => {
          const wanted = namesOf(operation).map((name) => PLACES.indexOf(name));
          const isAgain = namesOf(operation).every((name) => held.includes(name));
          if (!isBegin(operation.call) || isTry(operation.call) || isAgain) return;
          for (const name of held) expect(PLACES.indexOf(name)).toBeLessThan(Math.min(...wanted));
        });
      }
    }, 'respected');
  });

  it('nobody takes twice what is not recursive', () => {
    check(({ threads }) => {
      for (const program of threads) {
        walk(program, (operation, held) => {
          const again = namesOf(operation).filter((name) => held.includes(name));
          if (isBegin(operation.call)) expect(['', 'again']).toContain(again.join());
        });
      }
    }, 'any');
  });

  it('a latch is for the arrivals that there are, a barrier for the threads', () => {
    check(({ objects, threads }) => {
      const arrivals = threads.map((program) =>
        program.filter(({ call }) => call === 'countDown' || call.startsWith('arrive')),
      );
      const sum = (on: string): number =>
        arrivals
          .flat()
          .filter((each) => each.on === on)
          .reduce((n, each) => n + (each.n ?? 1), 0);
      const users = arrivals.filter((each) => each.some(({ on }) => on === 'phase')).length;
      if (objects['go']) expect(objects['go']).toEqual({ kind: 'latch', expected: sum('go') });
      if (objects['phase']) expect(objects['phase']).toEqual({ kind: 'barrier', expected: users });
    }, 'any');
  });

  it('has all calls of all objects', () => {
    const found = new Set<string>();
    check(({ threads }) => threads.flat().forEach(({ call }) => found.add(call)), 'any');
    expect([...found].toSorted()).toEqual(
      [
        'acquire',
        'arriveAndDrop',
        'arriveAndWait',
        'callOnce',
        'countDown',
        'lock',
        'lockShared',
        'notifyAll',
        'notifyOne',
        'release',
        'scopedLock',
        'tryAcquire',
        'tryLock',
        'tryLockFor',
        'tryLockShared',
        'tryWait',
        'unlock',
        'unlockAll',
        'unlockShared',
        'wait',
      ].toSorted(),
    );
  });

  it.each(['any', 'respected'] as const)(
    '%s: what is called on a condition is called under its mutex',
    (order) => {
      check(({ threads }) => {
        for (const program of threads) {
          walk(program, (operation, held) => {
            if (operation.on !== 'full') return;
            expect(order === 'any' ? held : [...held, 'b']).toContain('b');
            if (order === 'respected') expect(held).toEqual(['b']);
          });
        }
      }, order);
    },
  );

  it('a condition has at first what notifications fall short of waits', () => {
    check(({ objects, threads }) => {
      const calls = threads.flat().filter(({ on }) => on === 'full');
      if (calls.length === 0) return;
      const waits = calls.filter(({ call }) => call === 'wait').length;
      const count = Math.max(0, waits - (calls.length - waits));
      expect(objects['full']).toEqual({ kind: 'condition', mutex: 'b', count });
    }, 'any');
  });

  it('respected: no wait for a condition is for ever', () => {
    const objects = {
      ...MUTEXES,
      c1: { kind: 'condition', mutex: 'a' },
      c2: { kind: 'condition', mutex: 'b' },
    } as const;
    const each = threadPrograms({ objects, threads: 3, maxOperations: 5 });
    const isSafe = (programs: ThreadPrograms): boolean => findDeadlock(programs).verdict === 'none';
    fc.assert(fc.property(each, isSafe), { numRuns: 300 });
    const unordered = threadPrograms({ objects, threads: 3, lockOrder: 'any' });
    expect(fc.check(fc.property(unordered, isSafe), { numRuns: 300 }).failed).toBe(true);
  });

  it('awaits what can be awaited, unless it is told not to, and shrinks to what blocks', () => {
    const awaited = new Set<string>();
    check(({ threads }) => {
      for (const { call, async } of threads.flat()) if (async) awaited.add(call);
    }, 'any');
    expect([...awaited].toSorted()).toEqual(
      [
        'acquire',
        'arriveAndWait',
        'callOnce',
        'lock',
        'lockShared',
        'scopedLock',
        'tryLockFor',
        'wait',
      ].toSorted(),
    );
    const blocking = fc.sample(threadPrograms({ objects: ALL, async: false }), 100);
    expect(blocking.every(({ threads }) => threads.flat().every(({ async }) => !async))).toBe(true);
    const each = threadPrograms({ objects: MUTEXES });
    const isEmpty = ({ threads }: ThreadPrograms): boolean => threads.flat().length === 0;
    const { counterexample } = fc.check(fc.property(each, isEmpty));
    expect(counterexample![0].threads.flat().some(({ async }) => async)).toBe(false);
  });

  it('any: can deadlock, and shrinks to two threads and two locks', () => {
    const found = smallest('any', (programs) => findDeadlock(programs).verdict === 'possible');
    expect(found).toMatch(
      /^(\w): mutex, (\w): mutex\nthread 0 {2}lock\((\w)\) \{ lock\((\w)\) \{ \} \}\nthread 1 {2}lock\(\4\) \{ lock\(\3\) \{ \} \}$/,
    );
  });

  it('respected: cannot', () => {
    expect(smallest('respected', (each) => findDeadlock(each).verdict !== 'none')).toBe(null);
  });

  it('a failure shows them as text', () => {
    const each = threadPrograms({ objects: { a: 'mutex' }, operations: ['lock'] });
    const { counterexample } = fc.check(fc.property(each, ({ threads }) => threads.length === 0));
    expect(fc.stringify(counterexample)).toBe('[\na: mutex\nthread 0  lock(a) { }]');
  });

  it.each([
    ['threads', { objects: MUTEXES, threads: 0 }, RangeError],
    ['maxOperations', { objects: MUTEXES, maxOperations: 1.5 }, RangeError],
    ['lockOrder', { objects: MUTEXES, lockOrder: 'none' as never }, RangeError],
    ['operations', { objects: MUTEXES, operations: ['acquire' as const] }, RangeError],
    ['permits', { objects: { s: { kind: 'semaphore', permits: -1 } as const } }, RangeError],
    ['kind', { objects: { s: 'spoon' as never } }, RangeError],
  ])('checks its options: %s', (_, options, kind) => {
    expect(() => threadPrograms(options)).toThrow(kind);
  });
});
