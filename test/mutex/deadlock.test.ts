/** P4: threads that wait for each other. */
import { DeadlockError, inspect, Mutex, RecursiveMutex, SharedMutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { runProcess } from '../support/child.ts';
import { LONG } from '../support/time.ts';
import { startWorkers } from '../support/worker.ts';

const start = (n: number) =>
  startWorkers<typeof import('./circle.mjs')>(n, './circle.mjs', import.meta.url);
const mutexes = (n: number): Mutex[] =>
  Array.from({ length: n }, (_, i) => new Mutex({ name: `m${i}` }));

/** The labels from the one of the thread that was told on. */
const turned = (labels: readonly string[], by: number): string[] => [
  ...labels.slice(by),
  ...labels.slice(0, by),
];

describe('P4 a circle of blocked threads', () => {
  test.each([2, 3, 5])(
    'of %i: one of them is told, the others go on',
    async (n) => {
      const ms = mutexes(n);
      const threads = await start(n);
      await Promise.all(threads.map(({ call }, i) => call.lock(ms[i]!)));
      const ends = await Promise.all(
        threads.map(({ call }, i) => call.waitFor(ms[(i + 1) % n]!, ms[i]!)),
      );
      const told = ends.findIndex((end) => end !== 'taken');
      const labels = ms.map(({ name }) => `Mutex '${name}'`);
      expect(ends.filter((end) => end !== 'taken')).toEqual([turned(labels, (told + 1) % n)]);
      expect(ms.map(({ isLocked }) => isLocked)).toEqual(ms.map(() => false));
    },
    LONG,
  );

  test(
    'counts what a blocked thread holds by its tasks, and holds of all kinds of mutexes',
    async () => {
      const [mutex, shared, recursive] = [new Mutex(), new SharedMutex(), new RecursiveMutex()];
      const [a, b, c] = await start(3);
      await Promise.all([
        a!.call.lockAsync(mutex),
        b!.call.lockShared(shared),
        c!.call.lock(recursive),
      ]);
      const ends = await Promise.all([
        a!.call.waitFor(shared, mutex),
        b!.call.waitFor(recursive, shared),
        c!.call.waitFor(mutex, recursive),
      ]);
      expect(ends.filter((end) => end === 'taken')).toHaveLength(2);
    },
    LONG,
  );

  test(
    'a wait that ends by itself is none',
    async () => {
      const [x, y] = mutexes(2);
      const [a, b] = await start(2);
      await Promise.all([a!.call.lock(x!), b!.call.lock(y!)]);
      const ends = [a!.call.waitFor(y!, x!), b!.call.tryFor(x!, y!, 800)];
      expect(await Promise.all(ends)).toEqual(['taken', 'late']);
    },
    LONG,
  );

  test(
    'inspect() says who waits for what, and who has it',
    async () => {
      const [mutex] = mutexes(1);
      const [a, b] = await start(2);
      await a!.call.lock(mutex!);
      const end = b!.call.tryFor(mutex!, mutex!, 600).catch(() => 'not held');
      let report;
      do {
        await new Promise((resolve) => setTimeout(resolve, 10));
        report = inspect().agents.find(({ agent }) => agent === b!.agent);
      } while (!report?.waitsFor);
      expect(report.waitsFor).toMatchObject({ kind: 'Mutex', name: 'm0', owner: a!.agent });
      expect(report.thread).toBe(`worker ${b!.agent - 1}`);
      expect(inspect().agents.find(({ agent }) => agent === a!.agent)?.holds).toEqual([
        "Mutex 'm0'",
      ]);
      await end;
    },
    LONG,
  );
});

describe('P4 a thread that waits for itself', () => {
  test(
    'its async waits are told, where nothing else is left to run',
    async () => {
      expect(await runProcess('./oneself.mjs', import.meta.url)).toEqual({
        code: 0,
        signal: null,
        stdout: [
          'DeadlockError',
          'DeadlockError',
          'TimeoutError',
          'DeadlockError',
          'taken',
          '',
        ].join('\n'),
        stderr: '',
      });
    },
    LONG,
  );

  test('an error names the one thread', () => {
    const error = new DeadlockError([{ agent: 1, thread: 'main', waitsFor: "Mutex 'a'" }]);
    expect(error.message).toBe(
      "deadlock of 1 thread\n  agent 1 (main) waits for Mutex 'a', which agent 1 (main) has",
    );
    expect(error).toMatchObject({ name: 'DeadlockError', code: 'resource_deadlock_would_occur' });
  });
});
