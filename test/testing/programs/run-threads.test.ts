/** Programs on real workers: how they are run, and how they fail. */
import { Semaphore } from 'crossthread';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fairnessReport } from 'crossthread/testing';
import {
  type ProgramObject,
  type ProgramRun,
  runThreads,
  type RunThreadsOptions,
  ThreadFailedError,
  ThreadsHungError,
  type ThreadPrograms,
} from 'crossthread/testing/fast-check';
import { runProcess } from '../../support/child.ts';
import { OPPOSITE, ownLock, programs, STUCK } from './made.ts';

const SOON = 200; // ms: of threads that are known to hang

/** How it hangs. */
async function hung(
  given: ThreadPrograms,
  options: RunThreadsOptions = {},
): Promise<ThreadsHungError> {
  const error: unknown = await runThreads(given, { timeout: SOON, ...options }).then(
    () => 'it has ended',
    (error: unknown) => error,
  );
  if (error instanceof ThreadsHungError) return error;
  throw new Error('it does not hang', { cause: error });
}

const callsOf = ({ history }: ProgramRun): string[] =>
  history.map(({ thread, operation: { call, on } }) => `${thread} ${call} ${on}`);

const slots = (permits: number): ProgramObject => ({ kind: 'semaphore', permits });

const counted = (kind: 'mutex' | 'shared' | 'once'): Record<string, ProgramObject> => ({
  a: { kind },
  b: { kind: 'mutex' },
  c: { kind: 'condition', mutex: 'a', count: 0 },
});

describe('runThreads: what a run was', () => {
  it('has each call, with what it returned and when', async () => {
    const { history } = await runThreads(programs('a', 'lock(a) -a', 'tryLock(a) -a'), {
      order: [0, 1, 0],
    });
    expect(history).toEqual([
      {
        thread: 0,
        index: 0,
        operation: { call: 'lock', on: 'a' },
        output: undefined,
        call: 1,
        return: 2,
      },
      {
        thread: 1,
        index: 0,
        operation: { call: 'tryLock', on: 'a' },
        output: false,
        call: 3,
        return: 4,
      },
      {
        thread: 0,
        index: 1,
        operation: { call: 'unlock', on: 'a' },
        output: undefined,
        call: 5,
        return: 6,
      },
    ]);
  });

  it('leaves out the section of a try that fails', async () => {
    const run = await runThreads(
      programs('a b', 'lock(a) -a', 'tryLock(a) lock(b) -b -a lock(b) -b'),
      {
        order: [0, 1, 1],
      },
    );
    expect(callsOf(run)).toEqual(['0 lock a', '1 tryLock a', '1 lock b', ...callsOf(run).slice(3)]);
    expect(callsOf(run).filter((call) => call.startsWith('1'))).toHaveLength(3);
  });

  it('passes the turns of operations that are left out', async () => {
    const given = programs('a', 'lock(a) -a', 'tryLock(a) -a');
    const run = await runThreads(given, { order: [0, 1, 1, 0] });
    expect(callsOf(run)).toEqual(['0 lock a', '1 tryLock a', '0 unlock a']);
  });

  it('follows the order, then all run on', async () => {
    const given = programs('a b', 'lock(a) -a lock(a) -a', 'lock(b) -b lock(b) -b');
    for (const order of [
      [1, 0, 0, 1, 1, 0, 1, 0],
      [0, 0, 0, 0, 1, 1, 1, 1],
      [1, 1],
    ]) {
      const { history } = await runThreads(given, { order });
      expect(history.map(({ thread }) => thread).slice(0, order.length)).toEqual(order);
      expect(history).toHaveLength(8);
    }
  });

  it('all calls of all objects', async () => {
    const objects: Record<string, ProgramObject> = {
      m: { kind: 'mutex', fairness: 'fifo' },
      r: { kind: 'recursive' },
      s: { kind: 'shared' },
      p: slots(2),
      l: { kind: 'latch', expected: 3 },
      b: { kind: 'barrier', expected: 2 },
      o: { kind: 'once' },
      c: { kind: 'condition', mutex: 'm', count: 0 },
      own: ownLock('SpinLock'),
    };
    const run = await runThreads(
      programs(
        objects,
        'lock(r) lock(r) -r -r lockShared(s) unlockShared(s) acquire(p,2) release(p,2) countDown(l,2) ' +
          'wait(l) arriveAndWait(b) arriveAndDrop(b) callOnce(o) lock(own) -own',
        'tryLockFor(m,5) -m scopedLock(s,m) unlockAll(s,m) tryLockShared(s) unlockShared(s) ' +
          'tryAcquire(p) release(p) tryWait(l) arriveAndWait(l) arriveAndWait(b) arriveAndWait(b) ' +
          'callOnce(o) lock(own) -own',
      ),
    );
    run.assertLinearizable();
    run.assertExclusive();
    expect(run.rescues).toBe(0);
    expect((run.objects['p'] as Semaphore).value).toBe(2);
    const outcomes = run.historyOf('o').map(({ output }) => output);
    expect(new Set(outcomes)).toEqual(new Set(['ran', 'skipped']));
    expect(run.historyOf('m').map(({ name }) => name)).toEqual([
      'tryLock',
      'unlock',
      'lock',
      'unlock',
    ]);
  });

  it('all calls that can be awaited', async () => {
    const objects: Record<string, ProgramObject> = {
      m: { kind: 'mutex' },
      r: { kind: 'recursive' },
      s: { kind: 'shared' },
      p: slots(2),
      l: { kind: 'latch', expected: 2 },
      b: { kind: 'barrier', expected: 2 },
      o: { kind: 'once' },
      c: { kind: 'condition', mutex: 'm', count: 0 },
    };
    const run = await runThreads(
      programs(
        objects,
        'lockAsync(r) lock(r) -r -r lockSharedAsync(s) unlockShared(s) acquireAsync(p,2) release(p,2) ' +
          'countDown(l) waitAsync(l) arriveAndWaitAsync(b) callOnceAsync(o) lockAsync(m) waitAsync(c) -m',
        'scopedLockAsync(s,m) unlockAll(s,m) tryLockForAsync(r,60000) -r arriveAndWaitAsync(l) ' +
          'arriveAndWait(b) callOnceAsync(o) lock(m) notifyOne(c) -m',
      ),
    );
    run.assertLinearizable();
    run.assertExclusive();
    expect(run.rescues).toBe(0);
    expect(run.history).toHaveLength(25);
  });

  it('a wait lends its mutex: who had it is not inside meanwhile', async () => {
    const objects: Record<string, ProgramObject> = {
      m: { kind: 'mutex' },
      c: { kind: 'condition', mutex: 'm', count: 0 },
    };
    const given = programs(objects, 'lock(m) wait(c) -m', 'lock(m) notifyAll(c) -m');
    const run = await runThreads(given, { order: [0] });
    run.assertExclusive();
    run.assertLinearizable();
    const names = run.historyOf('m').map(({ thread, name }) => `${thread} ${name}`);
    expect(names.toSorted()).toEqual(
      ['0 lock', '0 unlock', '0 lock', '0 unlock', '1 lock', '1 unlock'].toSorted(),
    );
    const { threads } = fairnessReport(run.lockEventsOf('m'));
    expect(threads.map(({ acquisitions }) => acquisitions)).toEqual([2, 1]);
  });

  it('counts who overtook whom by the order of the calls', async () => {
    const run = await runThreads(programs('a', 'lock(a) -a lock(a) -a', 'tryLock(a) -a'), {
      order: [0, 1, 0, 0, 0],
    });
    const { threads } = fairnessReport(run.lockEventsOf('a'));
    expect(threads.map(({ acquisitions, gaveUp }) => [acquisitions, gaveUp])).toEqual([
      [2, 0],
      [0, 1],
    ]);
  });

  it('no threads, no run', async () => {
    expect((await runThreads({ objects: {}, threads: [] })).history).toEqual([]);
  });
});

describe('runThreads: deadlocks', () => {
  it('says who waits for what, and who has it', async () => {
    const error = await hung(OPPOSITE, { order: STUCK, timeout: Infinity });
    expect(error).toMatchObject({ verdict: 'deadlock', cycles: [[0, 1]] });
    expect(error.message).toBe(
      `deadlock: thread 0 and thread 1 wait for each other
  thread 0 is in lock(b), its operation 1: b is held by thread 1; it holds a
  thread 1 is in lock(a), its operation 1: a is held by thread 0; it holds b

a: mutex, b: mutex
thread 0  lock(a) { lock(b) { } }
thread 1  lock(b) { lock(a) { } }`,
    );
    expect(callsOf(error.run)).toHaveLength(4);
  });

  it('in a scopedLock that has taken one of two', async () => {
    const given = programs(
      'a b',
      'scopedLock(b,a) unlockAll(b,a)',
      'lock(b) tryLockFor(a,50) -a lock(a) -a -b',
    );
    const errors: unknown[] = [];
    // As a rule the scopedLock has taken a before the try, and then always before the lock.
    for (let i = 0; i < 1000 && errors.length === 0; i++) {
      await runThreads(given, { order: [1] }).catch((error: unknown) => errors.push(error));
    }
    expect(errors[0]).toMatchObject({ verdict: 'deadlock', cycles: [[0, 1]] });
  });

  it('of readers and a writer', async () => {
    const given = programs(
      'a s:shared',
      'lockShared(s) lock(a) -a unlockShared(s)',
      'lock(a) lock(s) -s -a',
    );
    const { cycles, waits } = await hung(given, { order: STUCK, timeout: Infinity });
    expect(cycles).toEqual([[0, 1]]);
    expect(waits.map(({ object, holders }) => [object, holders])).toEqual([
      ['a', [1]],
      ['s', [0]],
    ]);
  });

  it('of locks of your own', async () => {
    const objects = { a: ownLock('SilentLock'), b: ownLock('SilentLock') };
    const given = programs(objects, 'lock(a) lock(b) -b -a', 'lock(b) lock(a) -a -b');
    expect(await hung(given, { order: STUCK, timeout: Infinity })).toMatchObject({
      verdict: 'deadlock',
    });
  });
});

describe('runThreads: other hangs', () => {
  afterEach(() => void vi.useRealTimers());

  it('of a wait that nobody notifies', async () => {
    const objects: Record<string, ProgramObject> = {
      m: { kind: 'mutex' },
      c: { kind: 'condition', mutex: 'm', count: 0 },
    };
    const given = programs(objects, 'lock(m) waitAsync(c) -m', 'tryLock(m) -m lock(m) wait(c) -m');
    const error = await hung(given);
    expect(error.verdict).toBe('hang');
    expect(error.message).toContain(
      'thread 0 is in waitAsync(c), its operation 1: c is still to be notified by nobody\n',
    );
    expect(error.waits.map(({ object }) => object)).toEqual(['c', 'c']);
  });

  it('awaited, told as a circle', async () => {
    const given = programs('a b', 'lockAsync(a) lockAsync(b) -b -a', 'lock(b) lockAsync(a) -a -b');
    const { cycles } = await hung(given, { order: STUCK, timeout: Infinity });
    expect(cycles).toEqual([[0, 1]]);
  });

  it.each<[string, ThreadPrograms, RunThreadsOptions, string]>([
    [
      'permits',
      programs({ p: slots(1) }, 'acquire(p)', 'acquire(p)'),
      { order: [0] },
      'thread 1 is in acquire(p), its operation 0: p is held by thread 0',
    ],
    [
      'a latch',
      programs(
        { l: { kind: 'latch', expected: 2 }, a: { kind: 'mutex' } },
        'lock(a) wait(l) -a',
        'lock(a) countDown(l,2) -a',
      ),
      { order: [0] },
      'thread 0 is in wait(l), its operation 1: at l, thread 1 has still to arrive; it holds a',
    ],
    [
      'a barrier',
      programs({ b: { kind: 'barrier', expected: 2 } }, 'arriveAndWait(b)'),
      {},
      'thread 0 is in arriveAndWait(b), its operation 0: at b, nobody has still to arrive',
    ],
    [
      'a lock that nobody holds, and nobody gets',
      programs({ a: ownLock('LastLock') }, 'lock(a) -a', 'lock(a) -a'),
      { order: [0, 0] },
      'thread 1 is in lock(a), its operation 0: a is held by nobody',
    ],
    [
      'an order that cannot be followed',
      programs('a', 'lock(a) -a', 'lock(a) -a'),
      { order: [0, 1] },
      'thread 0 is in no operation, or waits for its turn: it holds a',
    ],
  ])('%s', async (_, given, options, line) => {
    const error = await hung(given, options);
    expect(error).toMatchObject({ verdict: 'hang', cycles: [] });
    expect(error.message).toContain(`hang: nothing went on for ${SOON} ms`);
    expect(error.message).toContain(line);
  });

  it('fake timers do not stop the watchdog', async () => {
    vi.useFakeTimers();
    expect((await hung(OPPOSITE, { order: STUCK })).verdict).toBe('deadlock');
  });
});

describe('runThreads: locks that are wrong', () => {
  it('one that keeps nobody out is not linearizable, and loses visits', async () => {
    const given = programs({ a: ownLock('OpenLock') }, 'lock(a) -a', 'lock(a) -a');
    const run = await runThreads(given, { order: [0, 1, 1, 0] });
    expect(() => run.assertLinearizable()).toThrow('a (own): not linearizable');
    expect(() => run.assertExclusive()).toThrow('a was visited 2 times, and 1 are counted');
  });

  it('a call that throws is told with its thread, and ends the run', async () => {
    const given = programs('a', 'lock(a) lock(a) -a -a', 'lock(a) -a');
    const error: unknown = await runThreads(given, { order: [0] }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ThreadFailedError);
    expect(error).toMatchObject({
      thread: 0,
      message: expect.stringMatching(
        /^thread 0 in lock\(a\), its operation 1, threw SyncError: /,
      ) as string,
      cause: { name: 'SyncError', code: 'resource_deadlock_would_occur' },
    });
  });

  it('so is a module that is not there', async () => {
    const given = programs({ a: { ...ownLock('None') } as ProgramObject }, 'lock(a) -a');
    await expect(runThreads(given)).rejects.toThrow('exports no class None');
  });
});

describe('runThreads: its workers', () => {
  it('serve run after run, and only those that hang are replaced', async () => {
    const started: unknown[] = [];
    const count = (worker: unknown): void => void started.push(worker);
    const given = programs('a b', 'lock(a) -a', 'lock(b) -b', 'lock(a) -a');
    await runThreads(given);
    process.on('worker', count);
    try {
      for (let i = 0; i < 10; i++) await runThreads(given);
      expect(started).toHaveLength(0);
      await hung(OPPOSITE, { order: STUCK });
      await runThreads(given);
      await runThreads(given);
      expect(started.length).toBeGreaterThan(0);
      expect(started.length).toBeLessThanOrEqual(2);
    } finally {
      process.off('worker', count);
    }
  });

  it('are not shared by two runs at once', async () => {
    const given = programs('a b', 'lock(a) lock(b) -b -a', 'lock(a) lock(b) -b -a');
    const runs = await Promise.all(Array.from({ length: 4 }, () => runThreads(given)));
    for (const run of runs) expect(run.history).toHaveLength(8);
  });

  it('are heard however long it takes to look at what they do', async () => {
    const { load } = Atomics;
    const dawdle = (words: Int32Array, index: number): number => {
      for (const end = performance.now() + 0.2; performance.now() < end;);
      return load(words, index);
    };
    Object.assign(Atomics, { load: dawdle });
    try {
      const given = programs('a b', 'lock(a) lock(b) -b -a', 'lock(a) lock(b) -b -a');
      await Promise.all(Array.from({ length: 4 }, () => runThreads(given, { timeout: 2000 })));
    } finally {
      Object.assign(Atomics, { load });
    }
  });

  it('keep no process alive', async () => {
    const { code, stderr } = await runProcess('./two-runs.mjs', import.meta.url);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('runThreads: misuse', () => {
  it.each<[string, unknown, RunThreadsOptions, new () => Error]>([
    ['no threads', { objects: {} }, {}, TypeError],
    ['an object that is not there', programs('a', 'lock(b) -b'), {}, RangeError],
    ['a name of all objects', programs('a', 'lock(toString) -toString'), {}, RangeError],
    ['a call of another class', programs('a', 'acquire(a)'), {}, RangeError],
    ['a call that does not exist', programs('a', 'grab(a)'), {}, RangeError],
    ['one of several where several are meant', programs('a', 'lock(a) -a').threads, {}, TypeError],
    ['no end', programs('a', 'lock(a)'), {}, RangeError],
    ['an end of nothing', programs('a', '-a'), {}, RangeError],
    ['ends in the wrong order', programs('a b', 'lock(a) lock(b) -a -b'), {}, RangeError],
    ['an async form that is not there', programs('a', 'tryLockAsync(a) -a'), {}, RangeError],
    [
      'an async form of a lock of your own',
      programs({ a: ownLock('SpinLock') }, 'lockAsync(a) -a'),
      {},
      RangeError,
    ],
    ['a wait without its mutex', programs(counted('mutex'), 'wait(c)'), {}, RangeError],
    [
      'a notification with another mutex',
      programs(counted('mutex'), 'lock(b) notifyOne(c) -b'),
      {},
      RangeError,
    ],
    ['a condition of no mutex', programs(counted('once'), 'callOnce(a)'), {}, RangeError],
    ['a condition of a shared mutex', programs(counted('shared'), 'lock(a) -a'), {}, RangeError],
    ['permits that cannot be', programs({ p: slots(-1) }, 'acquire(p)'), {}, RangeError],
    ['a kind that does not exist', programs('a:spoon', 'lock(a) -a'), {}, RangeError],
    [
      'an order with a thread that is not there',
      programs('a', 'lock(a) -a'),
      { order: [1] },
      RangeError,
    ],
    ['more turns than operations', programs('a', 'lock(a) -a'), { order: [0, 0, 0] }, RangeError],
    ['a timeout that is none', programs('a', 'lock(a) -a'), { timeout: NaN }, RangeError],
  ])('%s', async (_, given, options, kind) => {
    await expect(runThreads(given as ThreadPrograms, options)).rejects.toThrow(kind);
  });
});
