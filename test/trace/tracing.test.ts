/** Tracing: what is told while it is on, and that nothing of it is there while it is off. */
import {
  enableTracing,
  inspect,
  Mutex,
  RecursiveMutex,
  SharedMutex,
  type TracingOptions,
  UniqueLock,
} from 'crossthread';
import { describe, expect, it, test } from 'vitest';
import { publish, statementOf } from '../../src/agent/statement.ts';
import { createTable, slotAt, STATEMENT_WORDS, statementAt } from '../../src/agent/table.ts';
import { SHARED_SIDE } from '../../src/lock/shared-side.ts';
import { runProcess } from '../support/child.ts';
import { LONG } from '../support/time.ts';
import { startWorker, type TestWorker } from '../support/worker.ts';

type Traced = TestWorker<typeof import('./traced.mjs')>;

const startTraced = (): Promise<Traced> =>
  startWorker('./traced.mjs', import.meta.url, {
    env: { ...process.env, CROSSTHREAD_TRACE: 'locks' },
  });
const mutexes = (...names: string[]): Mutex[] => names.map((name) => new Mutex({ name }));

/** The first line of a stack, which is a function of the fixture. */
const stack = (name: string): string => `\n        at ${name} (traced.mjs)`;

/** Places are left out, and so is whoever called the fixture. */
const withoutPlaces = (text: string): string =>
  text
    .replaceAll('at Module.', 'at ')
    .replaceAll(/\(\S*(traced\.mjs):\d+:\d+\)(?:\n {8}at .*)*/g, '($1)');

describe('off', () => {
  const reading = (new SharedMutex() as unknown as Record<symbol, object>)[SHARED_SIDE]!;
  const prototypes = (): PropertyDescriptorMap[] =>
    [Mutex, RecursiveMutex, SharedMutex, UniqueLock]
      .map(({ prototype }): object => prototype)
      .concat(Object.getPrototypeOf(reading) as object)
      .map((prototype) => Object.getOwnPropertyDescriptors(prototype));
  const untouched = prototypes();

  it('touches no prototype, and none once it is off again', () => {
    const locks = enableTracing();
    const both = enableTracing({ locks: true, hang: 60_000 });
    const traced = prototypes();
    expect(traced.map((each, i) => each === untouched[i])).not.toContain(true);
    for (const [i, each] of traced.entries()) expect(each).not.toEqual(untouched[i]);
    locks[Symbol.dispose]();
    locks[Symbol.dispose]();
    expect(prototypes()).toEqual(traced); // the other goes on
    both[Symbol.dispose]();
    expect(prototypes()).toEqual(untouched);
  });

  it('hang alone touches none', () => {
    using _tracing = enableTracing({ hang: 60_000 });
    expect(prototypes()).toEqual(untouched);
  });

  it.each([
    [{ hang: 0 }, RangeError],
    [{ hang: Number.NaN }, RangeError],
    [{ hang: '5' }, TypeError],
    [{ locks: 1 }, TypeError],
    [null, TypeError],
  ])('refuses %o, and stays off', (options, error) => {
    expect(() => enableTracing(options as unknown as TracingOptions)).toThrow(error);
    expect(prototypes()).toEqual(untouched);
  });
});

describe('locks', () => {
  test(
    'a deadlock: the error has the stacks of all',
    async () => {
      const ms = mutexes('a', 'b');
      const threads = await Promise.all([startTraced(), startTraced()]);
      await Promise.all(threads.map(({ call }, i) => call.takeOwn(ms[i]!)));
      const ends = await Promise.all(
        threads.map(({ call }, i) => call.takeNext(ms[1 - i]!, ms[i]!)),
      );
      const message = ends.find((end) => end !== 'taken')!;
      for (const [i, { agent }] of threads.entries()) {
        const [own, next] = [ms[i]!.name, ms[1 - i]!.name];
        const other = threads[1 - i]!.agent;
        const line = `  agent ${agent} (worker ${agent - 1}) waits for Mutex '${next}', which agent ${other} (worker ${other - 1}) has`;
        const trace = `    waits for Mutex '${next}'${stack('takeNext')}\n    holds Mutex '${own}', locked${stack('takeOwn')}`;
        expect(withoutPlaces(message)).toContain(`${line}\n${trace}`);
      }
    },
    LONG,
  );

  test(
    'orders: told once, when they lead back, with who locked what where',
    async () => {
      const [a, b, c] = mutexes('a', 'b', 'c') as [Mutex, Mutex, Mutex];
      const [one, two] = await Promise.all([startTraced(), startTraced()]);
      await one.call.lockBoth(a, b);
      await one.call.lockBoth(b, c);
      expect(await one.call.warned()).toEqual([]);
      await two.call.lockBoth(c, a);
      await two.call.lockBoth(c, a);
      await one.call.lockBoth(c, a);
      const [warning, ...more] = await two.call.warned();
      expect([...more, ...(await one.call.warned())]).toEqual([]);
      const text = withoutPlaces(warning!);
      expect(text).toMatch(/^LockOrderWarning: .*\n/);
      for (const [{ agent }, x, y] of [
        [two, 'c', 'a'],
        [one, 'a', 'b'],
        [one, 'b', 'c'],
      ] as const) {
        expect(text).toContain(
          `\n  agent ${agent} (worker ${agent - 1}) held Mutex '${x}', locked`,
        );
        expect(text).toContain(`\n    and locked Mutex '${y}'`);
      }
      expect(text).toContain(stack('lockBoth'));

      for (const name of ['readAndLock', 'downgradeAndLock'] as const) {
        await one.call[name]();
        expect(await one.call.warned()).toEqual([
          expect.stringMatching(/held Mutex 'm'[^]*and locked SharedMutex 's'/),
        ]);
      }
      await one.call.lockInNoOrder();
      expect(await one.call.warned()).toEqual([]);
    },
    LONG,
  );

  test(
    'guards: who is lost while its hold goes on',
    async () => {
      const thread = await startTraced();
      const warnings = await thread.call.loseGuards();
      const of = (label: string): string =>
        `GuardWarning: a guard of ${label} is garbage, and its hold goes on: nobody has disposed of it, and nobody has called unlock(). It was made${stack('lose')}`;
      expect(warnings.map((each) => withoutPlaces(each)).toSorted()).toEqual(
        [of("Mutex 'lost'"), of("SharedMutex 'read'")].toSorted(),
      );
      expect(await thread.call.takeByTask(new Mutex({ name: 'task' }))).toMatch(
        /holds Mutex 'task', locked\n {8}at (Module\.)?takeByTask \(\S+traced\.mjs:/,
      );
    },
    LONG,
  );

  it('inspect() has what this thread holds, as long as it does', () => {
    using _tracing = enableTracing();
    const mutex = new Mutex({ name: 'mine' });
    const trace = (): string => inspect().agents.find(({ agent }) => agent === 1)?.trace ?? '';
    const lock = mutex.lock();
    expect(trace()).toMatch(/^ {4}holds Mutex 'mine', locked\n {8}at .*tracing\.test\.ts/);
    lock.unlock();
    new Mutex({ name: 'next' }).lock().unlock();
    expect(trace()).not.toContain('mine');
  });
});

describe('hang', () => {
  test(
    'a long wait is reported once, blocked or awaited, and a mistake in the variable is told once',
    async () => {
      const { code, stdout, stderr } = await runProcess('./hang.mjs', import.meta.url);
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /has\n {4}waits for Mutex 'orders'\n {8}at lockAgain \(\S+\/hang\.mjs:\d+:\d+\)\n/,
      );
      const wait = (who: string, what: string, whose: string, where: string): RegExp =>
        new RegExp(
          `${who} has waited for ${what} for \\d+ ms, since \\S+Z${whose}\n +at (async )?${where} \\(\\S+/hang\\.mjs:`,
          'g',
        );
      const main = String.raw`agent 1 \(main\)`;
      const worker = String.raw`agent 2 \(worker 1\)`;
      expect(stderr).toContain('a wait of more than 200 ms\n');
      for (const each of [
        wait(worker, "Mutex 'orders'", `, which ${main} has`, 'waitForOrders'),
        wait(main, "ConditionVariable 'news'", '', 'main'),
      ]) {
        expect(stderr.match(each), stderr).toHaveLength(1);
      }
      const stock = stderr.match(wait(main, "Semaphore 'stock'", '', 'waitForStock'));
      const more = [...stderr.matchAll(/\n {2}and (\d+) more of its tasks\n/g)].map(([, n]) =>
        Number(n),
      );
      expect(more.length, stderr).toBeGreaterThan(0); // eight are shown at most
      expect(stock!.length + more.reduce((sum, n) => sum + n)).toBe(20);
      expect(stderr).toMatch(
        /everybody now:\n {2}agent 1 \(main\): waits for Semaphore 'stock' for \d+ ms; holds Mutex 'orders'\n/,
      );
      expect(stderr.match(/TraceWarning: .*'lock' is none of/g)).toHaveLength(1);
    },
    LONG,
  );
});

describe('statements', () => {
  const table = createTable();
  const slot = slotAt(3);
  const agent = { table, slot, id: 7 } as Parameters<typeof publish>[0];
  const tell = (wait: string, rest: string, word = 0): void =>
    publish(agent, { word, value: Atomics.load(table, word), wait, rest });

  it('are of one agent', () => {
    tell('waits, ', 'holds');
    expect(statementOf(table, slot, 7)).toBe('waits, holds');
    expect(statementOf(table, slot, 8)).toBeUndefined();
    expect(statementOf(table, slotAt(4), 7)).toBeUndefined();
  });

  it('do not tell of a wait that is over', () => {
    const word = slot + 8;
    tell('waits, ', 'holds', word);
    Atomics.add(table, word, 1);
    expect(statementOf(table, slot, 7)).toBe('holds');
  });

  it('are not read while they are written, nor when their writer died over it', () => {
    Atomics.add(table, statementAt(slot), 1);
    expect(statementOf(table, slot, 7)).toBeUndefined();
    tell('', 'again');
    expect(statementOf(table, slot, 7)).toBe('again');
  });

  it('are cut where there is no room', () => {
    tell('', 'x'.repeat(STATEMENT_WORDS));
    expect(statementOf(table, slot, 7)).toMatch(/^x+\n…$/);
    expect(Atomics.load(table, statementAt(slotAt(4)))).toBe(0);
  });
});
