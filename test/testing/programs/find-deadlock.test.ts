/** The oracle: programs of mutexes that can deadlock, and others. */
import { describe, expect, it } from 'vitest';
import { ExplorationError, explore } from 'crossthread/testing';
import { findDeadlock, modelOf, type ThreadPrograms } from 'crossthread/testing/fast-check';
import { OPPOSITE, programs } from './made.ts';

const AB = 'lock(a) lock(b) -b -a';
const BA = 'lock(b) lock(a) -a -b';

const WAIT = 'lock(a) wait(c) -a';
const NOTIFY = 'lock(a) notifyOne(c) -a';
const condition = (count: number): ThreadPrograms['objects'] => ({
  a: { kind: 'mutex' },
  b: { kind: 'mutex' },
  c: { kind: 'condition', mutex: 'a', count },
});

const CASES: [string, ThreadPrograms, 'possible' | 'none'][] = [
  ['opposite orders', OPPOSITE, 'possible'],
  ['the same order', programs('a b', AB, AB), 'none'],
  [
    'opposite orders, inside of a third',
    programs('g a b', `lock(g) ${AB} -g`, `lock(g) ${BA} -g`),
    'none',
  ],
  ['a third that only one is inside of', programs('g a b', `lock(g) ${AB} -g`, BA), 'possible'],
  [
    'a circle of three',
    programs('a b c', AB, 'lock(b) lock(c) -c -b', 'lock(c) lock(a) -a -c'),
    'possible',
  ],
  [
    'a name that all objects have',
    programs('constructor', 'lock(constructor) -constructor'),
    'none',
  ],
  ['a try on one side', programs('a b', AB, 'lock(b) tryLock(a) -a -b'), 'none'],
  ['a try for a time', programs('a b', AB, 'lock(b) tryLockFor(a,1) -a -b'), 'none'],
  ['a try that holds on', programs('a b', AB, 'tryLock(b) lock(a) -a -b'), 'possible'],
  ['again, awaited', programs('a:recursive', 'lock(a) lockAsync(a) -a -a'), 'possible'],
  ['again, if recursive', programs('a:recursive', 'lock(a) lock(a) -a -a', 'lock(a) -a'), 'none'],
  [
    'held still, when left once of two',
    programs('a:recursive b', 'lock(a) lock(a) -a lock(b) -b -a', BA),
    'possible',
  ],
  [
    'scopedLock in opposite orders',
    programs('a b', 'scopedLock(a,b) unlockAll(a,b)', 'scopedLock(b,a) unlockAll(b,a)'),
    'none',
  ],
  [
    'scopedLock, which holds a while it waits for b',
    programs('a b', 'scopedLock(b,a) unlockAll(b,a)', BA),
    'possible',
  ],
  [
    'awaited locks in opposite orders',
    programs('a b', 'lockAsync(a) lockAsync(b) -b -a', BA),
    'possible',
  ],
  ['a try that is awaited', programs('a b', AB, 'lockAsync(b) tryLockForAsync(a,1) -a -b'), 'none'],
  [
    'a wait that is notified, before or after',
    programs(condition(0), 'lock(a) wait(c) -a', 'lock(a) notifyOne(c) -a'),
    'none',
  ],
  [
    'an awaited wait, notified with all',
    programs(condition(0), 'lockAsync(a) waitAsync(c) -a', 'lock(a) notifyAll(c) -a'),
    'none',
  ],
  [
    'a wait that has what it waits for keeps its mutex',
    programs(condition(1), 'lock(a) lock(b) wait(c) -b -a', AB),
    'none',
  ],
  ['a wait that nobody notifies', programs(condition(0), 'lock(a) wait(c) -a'), 'possible'],
  [
    'one notification less than waits',
    programs(condition(1), WAIT, WAIT, NOTIFY, WAIT),
    'possible',
  ],
  ['as many, with what there was at first', programs(condition(1), WAIT, WAIT, NOTIFY), 'none'],
  [
    'who is to notify wants what who waits still holds',
    programs(condition(0), `lock(b) ${WAIT} -b`, `lock(b) ${NOTIFY} -b`),
    'possible',
  ],
  [
    'who waits lets its mutex go',
    programs(condition(0), WAIT, `lock(b) ${NOTIFY} -b lock(a) -a`),
    'none',
  ],
  [
    'who locks again after a wait holds what the other wants, who has that mutex',
    programs(condition(0), `lock(b) ${WAIT} -b`, `lock(a) notifyOne(c) lock(b) -b -a`),
    'possible',
  ],
  [
    'one after the other',
    programs('a b', 'lock(a) -a lock(b) -b', 'lock(b) -b lock(a) -a'),
    'none',
  ],
];

describe('findDeadlock', () => {
  it.each(CASES)('%s', (_, given, verdict) => {
    expect(findDeadlock(given).verdict).toBe(verdict);
  });

  it.each(CASES)(
    'the explorer says the same of the mutexes themselves: %s',
    async (_, given, verdict) => {
      const found = await explore(await modelOf(given), { preemptions: 1 }).then(
        ({ complete }) => (complete ? 'none' : 'not finished'),
        (error: unknown) => (error instanceof ExplorationError ? error.verdict : error),
      );
      expect(found).toBe(verdict === 'possible' ? 'deadlock' : 'none');
    },
  );

  it('says who waits for what, in which order that comes about, and in which circle', () => {
    expect(findDeadlock(OPPOSITE)).toMatchObject({
      order: expect.arrayContaining([0, 1]) as number[],
      waits: [
        { thread: 0, operation: 1, object: 'b', holder: 1 },
        { thread: 1, operation: 1, object: 'a', holder: 0 },
      ],
      cycles: [[0, 1]],
    });
  });

  it('says which wait nobody ends', () => {
    const found = findDeadlock(programs(condition(0), 'lock(a) wait(c) -a'));
    expect(found).toMatchObject({ waits: [{ thread: 0, operation: 1, object: 'c' }], cycles: [] });
  });

  it('says when it did not finish', () => {
    const { verdict } = findDeadlock(programs('a b', AB, AB), { maxStates: 3 });
    expect(verdict).toBe('not-finished');
  });

  it('refuses what has a line of its own', () => {
    const given = programs({ s: { kind: 'semaphore', permits: 1 } }, 'acquire(s) release(s)');
    expect(() => findDeadlock(given)).toThrow(RangeError);
  });
});
