/** Whether histories are linearizable: by hand, at random, from explored models and from real workers. */
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { ConditionVariable, Mutex, Semaphore } from 'crossthread';
import {
  assertLinearizable,
  checkLinearizable,
  createWorkerHistory,
  ExplorerHistory,
  explore,
  type ExploreOptions,
  isPending,
  type Model,
  type MutexOperation,
  oneOf,
  type Operation,
  type QueueOperation,
  type RegisterOperation,
  returns,
  type SemaphoreOperation,
  type Specification,
  specifications,
  WorkerHistory,
} from 'crossthread/testing';
import { NO, judgeSpecifications, YES } from './specifications.ts';
import { startWorkers } from '../support/worker.ts';
import { hasOrder, historyOf, inTurn, isOrder, verdictOf } from './histories.ts';
import { crew, failureOf, lock, unlock, words } from './models.ts';

type Queued = QueueOperation<number>;

judgeSpecifications();

describe('specifications of users', () => {
  interface At {
    readonly key: string;
    readonly value?: number;
  }
  type Stored = Operation<'put', At, void> | Operation<'get', At, number>;

  const store: Specification<Stored, number> = {
    initial: 0,
    step(value, operation) {
      if (operation.name === 'put') return operation.input.value ?? 0;
      return returns(operation, value) ? value : undefined;
    },
    partition: ({ input }) => input.key,
  };

  it('fall into parts, and the orders of the parts are merged by time', () => {
    const history = historyOf<Stored>(
      [1, [0, 9], 'put', { key: 'a', value: 1 }],
      [2, [1, 8], 'put', { key: 'b', value: 2 }],
      [3, [2, 3], 'get', { key: 'b' }, 2],
      [3, [4, 5], 'get', { key: 'a' }, 0],
      [3, [6, 7], 'get', { key: 'a' }, 1],
    );
    const found = checkLinearizable(history, store);
    expect(found).toMatchObject({ verdict: YES, order: { length: 5 } });
    if (found.verdict === YES)
      expect(isOrder(found.order, history, { initial: 0, step: () => 0 })).toBe(true);
  });

  it('fail for one part alone', () => {
    const history = historyOf<Stored>(
      [1, [0, 1], 'put', { key: 'a', value: 1 }],
      [2, [0, 1], 'put', { key: 'b', value: 2 }],
      [3, [2, 3], 'get', { key: 'b' }, 0],
    );
    const found = checkLinearizable(history, store);
    expect(found).toMatchObject({ verdict: NO, prefix: [history[1]], state: 2 });
  });

  it('may leave open what comes next', () => {
    const loose: Specification<Operation<'add' | 'read', undefined, number>, number> = {
      initial: 0,
      step(sum, operation) {
        if (operation.name === 'add') return oneOf(sum + 1, sum + 2);
        return returns(operation, sum) ? sum : undefined;
      },
    };
    const reading = (sum: number) =>
      inTurn<Operation<'add' | 'read', undefined, number>>(
        [1, 'add'],
        [1, 'add'],
        [1, 'read', undefined, sum],
      );
    expect([1, 2, 3, 4, 5].map((sum) => verdictOf(reading(sum), loose))).toEqual([
      NO,
      YES,
      YES,
      YES,
      NO,
    ]);
  });
});

describe('the answers', () => {
  const wrong = historyOf<Queued>(
    [1, [0, 2], 'push', 1, true],
    [2, [1, 4], 'push', 2, true],
    [3, [3], 'pop'],
    [1, [5, 7], 'push', 3, true],
    [2, [6, 9], 'pop', undefined, 3],
    [1, [10, 11], 'push', 4, true],
  );

  it('show a counterexample as a table', () => {
    const found = checkLinearizable(wrong, specifications.queue<number>());
    expect(found).toMatchObject({
      verdict: NO,
      prefix: { length: 4 },
      refused: [{ operation: wrong[4], why: 'not while [2, 3]' }],
    });
    expect(found.message.split('\n')).toEqual([
      'not linearizable: at most 4 of 6 operations can be put in order, and none of those marked x can come next',
      '     thread  operation       time                         then',
      '  1  1       push(1) → true  |-----|                      [1]',
      '  2  2       push(2) → true     |--------|                [1, 2]',
      '  3  3       pop() …                  |-----------------  [2]',
      '  4  1       push(3) → true                 |-----|       [2, 3]',
      '  x  2       pop() → 3                         |-----|    not while [2, 3]',
      '(1 more were called after one of these had returned)',
    ]);
  });

  it('tell apart what shows in no entries, such as dates, and keys that look like several', () => {
    const values = [
      new Date(1),
      new Date(2),
      new Error('a'),
      /a/,
      { 'a: 1, b': 2 },
      { a: 1, b: 2 },
    ];
    for (const output of values) {
      const load: Operation = { thread: 1, name: 'load', output, call: 0, return: 1 };
      expect(values.filter((value) => returns(load, value))).toEqual([output]);
    }
  });

  it('are given for more operations than a call has room for arguments', () => {
    const many = Array.from({ length: 150_000 }, (_, i) => i);
    const history = many.map((i): Operation => ({
      thread: 1,
      name: 'never',
      call: i,
      return: i + 0.5,
    }));
    const never: Specification<Operation, number> = { initial: 0, step: () => undefined };
    expect(checkLinearizable(history, never)).toMatchObject({ verdict: NO, refused: [{}] });
  });

  it('are thrown by assertLinearizable, with the same table', () => {
    const specification = specifications.queue<number>();
    const { message } = checkLinearizable(wrong, specification);
    expect(() => assertLinearizable(wrong, specification)).toThrow(message);
    expect(() => assertLinearizable(wrong.slice(0, 3), specification)).not.toThrow();
  });

  it('keep the table short, however long the history', () => {
    const rows = Array.from({ length: 500 }, (_, i) => [1, 'push', i, true] as const);
    const history = inTurn<Queued>(...rows, [2, 'pop', undefined, 9]);
    const { message } = checkLinearizable(history, specifications.queue<number>());
    expect(message).toContain('(the first 488 of the order are left out)');
    expect(message.split('\n').length).toBeLessThan(20);
  });

  it('say nothing beyond the budget', () => {
    const pushes = Array.from({ length: 9 }, (_, i) => [i, [0, 50], 'push', i, true] as const);
    const history = historyOf<Queued>(...pushes, [1, [60, 61], 'pop', undefined, 77]);
    const specification = specifications.queue<number>();
    const few = checkLinearizable(history, specification, { maxStates: 100 });
    expect(few).toMatchObject({ verdict: 'not-finished', ordered: 9, operations: 10, states: 100 });
    const brief = checkLinearizable(history, specification, { maxMilliseconds: 0 });
    expect(brief).toMatchObject({ verdict: 'not-finished', ordered: 0 });
    expect(() => assertLinearizable(history, specification, { maxStates: 1 })).toThrow(
      'not finished',
    );
  });

  it('try no state twice: of eight exchanges any set is tried, not any order', () => {
    const exchanges = Array.from({ length: 8 }, (_, i) => [i, [0, 50], 'exchange', 0, 0] as const);
    const history = historyOf<RegisterOperation>(...exchanges, [1, [60, 61], 'load', undefined, 9]);
    const found = checkLinearizable(history, specifications.register(0));
    expect(found).toMatchObject({ verdict: NO, states: 2 ** 8 - 1 });
  });

  it('come for long histories, too', () => {
    const rows = Array.from({ length: 2000 }, (_, i) => [
      [i % 4, [4 * i, 4 * i + 7], 'push', i, true] as const,
      [4 + (i % 4), [4 * i + 2, 4 * i + 7], 'tryPop', undefined, i] as const,
    ]).flat();
    const specification = specifications.queue<number>({ capacity: 9 });
    const found = checkLinearizable(historyOf<Queued>(...rows), specification);
    expect(found).toMatchObject({ verdict: YES, order: { length: 4000 } });
  });

  it('are refused for times that cannot be', () => {
    const check = (call: number, end: number) => () =>
      checkLinearizable(
        historyOf<Queued>([1, [call, end], 'close']),
        specifications.queue<number>(),
      );
    expect(check(3, 2)).toThrow(RangeError);
    expect(check(Number.NaN, 2)).toThrow(RangeError);
  });

  it('are refused for names that the specification does not know', () => {
    const misspelt: Operation[] = [{ thread: 1, name: 'increment', output: 0, call: 0, return: 1 }];
    const { future, latch, mutex, once, queue, recursiveMutex } = specifications;
    const { register, semaphore, sharedMutex } = specifications;
    const some = [future(), latch(1), mutex(), once(), queue(), recursiveMutex()];
    const all = [...some, register(0), semaphore(1), sharedMutex()];
    for (const specification of all as Specification<Operation, unknown>[]) {
      const { names } = specification;
      const message = `the specification knows ${names?.join(', ')}, not 'increment'`;
      expect(() => checkLinearizable(misspelt, specification)).toThrow(new TypeError(message));
    }
  });
});

describe('random histories', () => {
  const THREADS = 3;
  const MOST = 5;

  /** Operations at random times, some of them pending; inputs and outputs as `fields` has them. */
  const historiesOf = <Op extends Operation>(fields: fc.Arbitrary<object>) =>
    fc.array(
      fc
        .record({
          fields,
          thread: fc.nat(THREADS - 1),
          call: fc.nat(12),
          takes: fc.nat(6),
          ends: fc.nat(4),
        })
        .map(({ fields, thread, call, takes, ends }) => {
          const times = ends === 0 ? { call } : { call, return: call + takes };
          return { ...fields, thread, ...times } as unknown as Op;
        }),
      { maxLength: MOST },
    );

  function agrees<Op extends Operation, State>(
    specification: Specification<Op, State>,
    fields: fc.Arbitrary<object>,
  ): void {
    const answers = new Set<string>();
    fc.assert(
      fc.property(historiesOf<Op>(fields), (history) => {
        const verdict = verdictOf(history, specification);
        answers.add(verdict);
        expect(verdict).toBe(hasOrder(history, specification) ? YES : NO);
      }),
      { numRuns: 100 },
    );
    expect(answers).toEqual(new Set([YES, NO]));
  }

  const value = fc.nat(2);
  const ran = fc.boolean();
  const named = (name: string, input: fc.Arbitrary<unknown>, output: fc.Arbitrary<unknown>) =>
    fc.record({ name: fc.constant(name), input, output });
  const nothing = fc.constant(undefined);

  it('of a register are judged as by trying all orders', () => {
    const fields = fc.oneof(
      named('load', nothing, value),
      named('store', value, nothing),
      named('add', value, value),
      named('compareExchange', fc.tuple(value, value), value),
    );
    agrees(specifications.register(0), fields);
  });

  it('of a queue', () => {
    const fields = fc.oneof(
      named('push', value, fc.constant(true)),
      named('tryPush', value, ran),
      named('pop', nothing, value),
      named('tryPop', nothing, fc.option(value, { nil: undefined })),
    );
    agrees(specifications.queue<number>({ capacity: 2 }), fields);
  });

  it('of a mutex', () => {
    const fields = fc.oneof(
      named('lock', nothing, nothing),
      named('tryLock', nothing, ran),
      named('unlock', nothing, nothing),
    );
    agrees(specifications.mutex(), fields);
  });

  it('of two registers are judged by parts as they are as a whole', () => {
    type At = Operation<'load' | 'store', readonly [word: 0 | 1, value?: number], number>;
    const whole: Specification<At, readonly number[]> = {
      initial: [0, 0],
      step(values, operation) {
        const [word, value = 0] = operation.input;
        if (operation.name === 'store') return values.with(word, value);
        return returns(operation, values[word]) ? values : undefined;
      },
    };
    const parts = { ...whole, partition: ({ input: [word] }: At) => word };
    const fields = fc.oneof(
      named('load', fc.tuple(fc.nat(1)), value),
      named('store', fc.tuple(fc.nat(1), value), nothing),
    );
    fc.assert(
      fc.property(historiesOf<At>(fields), (history) => {
        const found = checkLinearizable(history, parts);
        expect(found.verdict).toBe(verdictOf(history, whole));
        if (found.verdict === YES) expect(isOrder(found.order, history, whole)).toBe(true);
      }),
    );
  });

  it('of what may go several ways', () => {
    const specification: Specification<Operation<'step' | 'look', undefined, number>, number> = {
      initial: 0,
      step(at, operation) {
        if (operation.name === 'step') return oneOf(at, at + 1);
        return returns(operation, at) ? at : undefined;
      },
    };
    agrees(specification, fc.oneof(named('step', nothing, nothing), named('look', nothing, value)));
  });
});

describe('explored histories', () => {
  /** A model of `bodies` on a few words; its history is checked at the end of each schedule. */
  function recorded<Op extends Operation, State>(
    specification: Specification<Op, State>,
    ...bodies: readonly ((history: ExplorerHistory<Op>, words: Int32Array) => void)[]
  ): Model<Int32Array> {
    const history = new ExplorerHistory<Op>();
    return {
      setup: words(8),
      threads: bodies.map((body) => (words) => body(history, words)),
      check: () => assertLinearizable(history.operations, specification),
    };
  }

  const registers = (
    ...bodies: readonly ((history: ExplorerHistory<RegisterOperation>, words: Int32Array) => void)[]
  ) => recorded(specifications.register(0), ...bodies);

  const isComplete = async <Shared>(model: Model<Shared>, options?: ExploreOptions) =>
    expect(await explore(model, options)).toMatchObject({ complete: true });

  const add = (history: ExplorerHistory<RegisterOperation>, words: Int32Array) =>
    void history.record('add', 1, () => Atomics.add(words, 0, 1));

  const addInTwo = (history: ExplorerHistory<RegisterOperation>, words: Int32Array) =>
    void history.record('add', 1, () => {
      const before = Atomics.load(words, 0);
      Atomics.store(words, 0, before + 1);
      return before;
    });

  it('of atomic words pass, also when threads are killed', async () => {
    const load = (history: ExplorerHistory<RegisterOperation>, words: Int32Array) =>
      void history.record('load', undefined, () => Atomics.load(words, 0));
    const both = (...all: Parameters<typeof add>) => (add(...all), load(...all));
    await isComplete(registers(both, both, load));
    await isComplete(registers(both, both), { kills: 1 });
  });

  it('of an addition in two operations fail, and the replay shows the same', async () => {
    const error = await failureOf(registers(addInTwo, addInTwo));
    expect(error.verdict).toBe('assertion');
    expect(error.message).toContain('not linearizable: at most 1 of 2 operations');
  });

  it('fail for what a mutex lets in, and pass for one that is right', async () => {
    const using =
      (lock: (words: Int32Array) => void) =>
      (history: ExplorerHistory<MutexOperation>, words: Int32Array) => {
        history.record('lock', undefined, () => lock(words));
        history.record('unlock', undefined, () => unlock(words));
      };
    const lockInTwo = (words: Int32Array) => {
      if (Atomics.load(words, 0) === 0) Atomics.store(words, 0, 1);
      else lock(words);
    };
    await isComplete(recorded(specifications.mutex(), using(lock), using(lock)));
    const error = await failureOf(
      recorded(specifications.mutex(), using(lockInTwo), using(lockInTwo)),
    );
    expect(error.message).toContain('not while held by');
  });

  it('fail for a queue that gives an item to two', async () => {
    const [HEAD, TAIL, FIRST] = [0, 1, 2];
    const push = (history: ExplorerHistory<Queued>, words: Int32Array) => {
      for (const item of [7, 8]) {
        history.record('push', item, () => {
          const tail = Atomics.load(words, TAIL);
          Atomics.store(words, FIRST + tail, item);
          Atomics.store(words, TAIL, tail + 1);
          return true;
        });
      }
    };
    const popping = (isRight: boolean) => (history: ExplorerHistory<Queued>, words: Int32Array) =>
      void history.record('tryPop', undefined, () => {
        for (;;) {
          const head = Atomics.load(words, HEAD);
          if (head === Atomics.load(words, TAIL)) return undefined;
          const item = Atomics.load(words, FIRST + head);
          if (!isRight) Atomics.store(words, HEAD, head + 1);
          else if (Atomics.compareExchange(words, HEAD, head, head + 1) !== head) continue;
          return item;
        }
      });
    const specification = specifications.queue<number>();
    await isComplete(recorded(specification, push, popping(true), popping(true)), {
      preemptions: 2,
    });
    const error = await failureOf(recorded(specification, push, popping(false), popping(false)));
    expect(error.message).toMatch(/x .* tryPop\(\) → 7/);
  });

  it('H1 take no step', async () => {
    const bare: Model<Int32Array> = {
      setup: words(8),
      threads: crew(3, (words) => (Atomics.add(words, 0, 1), void Atomics.add(words, 0, 1))),
    };
    const twice = (...all: Parameters<typeof add>) => (add(...all), add(...all));
    const options = { stateCache: false };
    const { schedules, steps } = await explore(bare, options);
    expect(await explore(registers(twice, twice, twice), options)).toMatchObject({
      schedules,
      steps,
    });
  });

  it('are part of the state: the cache leaves out none', async () => {
    const history = new ExplorerHistory<RegisterOperation>();
    const seen = async (stateCache: boolean): Promise<ReadonlySet<string>> => {
      const histories = new Set<string>();
      const model: Model<Int32Array> = {
        setup: words(8),
        threads: [0, 1, 2, 3].map((word) => (words: Int32Array) => {
          history.record('store', word, () => void Atomics.store(words, word, 1));
        }),
        check: () => void histories.add(JSON.stringify(history.operations)),
      };
      await explore(model, { stateCache });
      return histories;
    };
    const all = await seen(false);
    expect(all.size).toBe(24); // memory ends the same in all of them
    expect(await seen(true)).toEqual(all);
  });

  it('H2 begin an operation with its first step: what is stale then is found', async () => {
    const store = (history: ExplorerHistory<RegisterOperation>, words: Int32Array) =>
      history.record('store', 1, () => void Atomics.store(words, 0, 1));
    const loadOnce = (history: ExplorerHistory<RegisterOperation>, words: Int32Array) => {
      const kept = history.record('load', undefined, () => Atomics.load(words, 0));
      history.record('load', undefined, () => {
        Atomics.load(words, 1);
        return kept;
      });
    };
    const error = await failureOf(registers(store, loadOnce));
    expect(error.message).toContain('not while 1');
  });

  it('tell of killed threads what they were at', async () => {
    const history = new ExplorerHistory<RegisterOperation>();
    const outcomes = new Set<string>();
    await explore<Int32Array>(
      {
        setup: words(8),
        threads: [(words) => addInTwo(history, words)],
        check: () => {
          outcomes.add(history.operations.map((operation) => String(isPending(operation))).join());
        },
      },
      { kills: 1 },
    );
    expect(outcomes).toEqual(new Set(['true', 'false']));
  });

  interface Locks {
    readonly mutex: Mutex;
    readonly semaphore: Semaphore;
  }
  const setup = (): Locks => ({ mutex: new Mutex(), semaphore: new Semaphore(1) });

  it('of crossthread mutexes pass, blocking, tried and awaited', async () => {
    const history = new ExplorerHistory<MutexOperation>();
    const check = () => assertLinearizable(history.operations, specifications.mutex());
    const blocking = ({ mutex }: Locks) => {
      history.record('lock', undefined, () => void mutex.lock());
      history.record('unlock', undefined, () => mutex.unlock());
    };
    const trying = ({ mutex }: Locks) => {
      if (!history.record('tryLock', undefined, () => mutex.tryLock() !== null)) return;
      history.record('unlock', undefined, () => mutex.unlock());
    };
    const awaiting = async ({ mutex }: Locks) => {
      await history.record('lock', undefined, async () => void (await mutex.lockAsync()));
      history.record('unlock', undefined, () => mutex.unlock());
    };
    await isComplete({ setup, threads: [blocking, trying], check });
    await isComplete({ setup, threads: [blocking, awaiting], check }, { preemptions: 1 });
    await isComplete({ setup, threads: [blocking, blocking, trying], check }, { preemptions: 1 });
  });

  it('of crossthread semaphores pass', async () => {
    const history = new ExplorerHistory<SemaphoreOperation>();
    const using = ({ semaphore }: Locks) => {
      history.record('acquire', 1, () => void semaphore.acquire());
      history.record('release', 1, () => semaphore.release());
    };
    const check = () => assertLinearizable(history.operations, specifications.semaphore(1));
    await isComplete({ setup, threads: crew(2, using), check }, { preemptions: 2 });
  });

  it('are for bodies alone', () => {
    const history = new ExplorerHistory<MutexOperation>();
    expect(() => history.record('lock', undefined, () => {})).toThrow('for the bodies of a model');
  });
});

describe('histories of workers', () => {
  type Recorder = typeof import('./recorder.mjs');
  const ROUNDS = 100;
  const start = (n: number) => startWorkers<Recorder>(n, './recorder.mjs', import.meta.url);
  const shared = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));

  it('that use mutexes, semaphores and queues are linearizable, those of torn additions not', async () => {
    const workers = await start(3);

    const locks = createWorkerHistory({ names: ['lock', 'tryLock', 'unlock'] });
    const mutex = new Mutex();
    await Promise.all(workers.map(({ call }, i) => call.useMutex(locks, i, mutex, ROUNDS)));
    const locked = new WorkerHistory<MutexOperation>(locks, 0).operations;
    expect(locked.length).toBeGreaterThanOrEqual(2 * 3 * ROUNDS);
    assertLinearizable(locked, specifications.mutex());

    const permits = createWorkerHistory({ names: ['acquire', 'release'] });
    const semaphore = new Semaphore(2);
    await Promise.all(
      workers.map(({ call }, i) => call.useSemaphore(permits, i, semaphore, ROUNDS)),
    );
    const acquired = new WorkerHistory<SemaphoreOperation>(permits, 0).operations;
    expect(acquired.length).toBe(2 * 3 * ROUNDS);
    assertLinearizable(acquired, specifications.semaphore(2, { max: 2 }));

    const items = createWorkerHistory({ names: ['push', 'pop'] });
    const queue = {
      mutex: new Mutex(),
      hasRoom: new ConditionVariable(),
      hasItems: new ConditionVariable(),
      words: shared(4),
    };
    const [a, b, c] = workers.map(({ call }) => call);
    await Promise.all([
      a!.produce(items, 0, queue, ROUNDS),
      b!.produce(items, 1, queue, ROUNDS),
      c!.consume(items, 2, queue, 2 * ROUNDS),
    ]);
    const moved = new WorkerHistory<Queued>(items, 0).operations;
    expect(moved.length).toBe(4 * ROUNDS);
    assertLinearizable(moved, specifications.queue<number>({ capacity: 2 }));

    for (const clock of ['tickets', 'time'] as const) {
      const sums = createWorkerHistory({ names: ['add'], clock });
      const counter = shared(2);
      await Promise.all([a!.addInTwo(sums, 0, counter), b!.addInTwo(sums, 1, counter)]);
      const { operations } = new WorkerHistory<RegisterOperation>(sums, 0);
      expect(verdictOf(operations, specifications.register(0))).toBe(NO);
    }
  });

  it('keep all kinds of values, and what throws stays pending', async () => {
    type Any = Operation<'a' | 'b'>;
    const handle = createWorkerHistory({ names: ['a', 'b'], capacity: 20 });
    const history = new WorkerHistory<Any>(handle, 3);
    const values = [0.5, -1, true, false, null, undefined, 'b'];
    for (const value of values) expect(history.record('a', value, () => value)).toBe(value);
    await history.record('b', [1, 'a'], async () => 2);
    const failing = () => {
      throw new Error('no');
    };
    expect(() => history.record('b', 4, failing)).toThrow('no');
    expect(() => history.record('a', 'c', () => 1)).toThrow(RangeError);
    const { operations } = history;
    expect(operations.map(({ input }) => input)).toEqual([...values, [1, 'a'], 4]);
    expect(operations.map(({ output }) => output)).toEqual([...values, 2, undefined]);
    expect(operations.filter(isPending)).toHaveLength(1);
  });

  it('are cut openly, and cost nothing when off', () => {
    const handle = createWorkerHistory({ names: ['close'], capacity: 1 });
    const history = new WorkerHistory<Queued>(handle, 0);
    history.record('close', undefined, () => {});
    expect(history.operations).toHaveLength(1);
    history.record('close', undefined, () => {});
    expect(() => history.operations).toThrow('2 operations, but the history has room for 1');
    const off = new WorkerHistory<Queued>(undefined, 0);
    expect(off.record('pop', undefined, () => 5)).toBe(5);
    expect(off.operations).toEqual([]);
  });

  it('are refused without a handle or a number', () => {
    const handle = createWorkerHistory({ names: [] });
    expect(() => new WorkerHistory({} as never, 1)).toThrow(TypeError);
    expect(() => new WorkerHistory(handle, undefined as never)).toThrow(TypeError);
    expect(() => new WorkerHistory(handle, -1)).toThrow(RangeError);
  });
});
