import { callOnce, callOnceAsync, Latch, OnceFlag } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { runNode } from '../support/child.ts';
import { syncError } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually } from '../support/time.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

type Caller = typeof import('./caller.mjs');
const startAll = (n: number) => startWorkers<Caller>(n, './caller.mjs', import.meta.url);

const deadlock = syncError('resource_deadlock_would_occur');
const bad = <T>(value: unknown): T => value as T;

describe('callOnce', () => {
  expectNoRescues();

  test('O1 throws twice, then returns, then does nothing', () => {
    const flag = new OnceFlag();
    let runs = 0;
    const run = (limit: number): void => {
      if (++runs < limit) throw new Error(`run ${runs}`);
    };
    expect(() => callOnce(flag, run, 3)).toThrow('run 1');
    expect(() => callOnce(flag, run, 3)).toThrow('run 2');
    expect(flag.isSet).toBe(false);
    callOnce(flag, run, 3);
    expect(flag.isSet).toBe(true);
    callOnce(flag, run, 99);
    expect(runs).toBe(3);
  });

  test('O3 flags may depend on each other', async () => {
    const [a, b, c] = [new OnceFlag(), new OnceFlag(), new OnceFlag()];
    const words = sharedWords();
    callOnce(a, () => callOnce(b, () => callOnce(c, () => void Atomics.add(words, 0, 1))));
    expect([a.isSet, b.isSet, c.isSet]).toEqual([true, true, true]);
    const inner = new OnceFlag();
    const callers = await startAll(3);
    await Promise.all(callers.map(({ call }) => call.callInside(new OnceFlag(), inner, words)));
    expect(words[0]).toBe(2);
  });

  test.each([false, true])('O6 a stampede runs it once, awaited: %s', async (isAsync) => {
    const words = sharedWords();
    const callers = await startAll(4);
    for (let round = 0; round < 50; round++) {
      const flag = new OnceFlag();
      const start = new Latch(callers.length);
      words[0] = 0;
      const answers = callers.map(({ call }, i) =>
        call.call(flag, words, { start, isAsync: isAsync && i % 2 === 0 }),
      );
      expect(await Promise.all(answers)).toEqual(['done', 'done', 'done', 'done']);
      expect(words[0]).toBe(1);
    }
  });

  test('O4 O5 the first three fail, the fourth does it, all others find it done', async () => {
    const flag = new OnceFlag();
    const words = sharedWords();
    const callers = await startAll(3);
    const answers: string[] = [];
    for (let i = 0; i < 4; i++) {
      const calls = callers.map(({ call }) => call.call(flag, words, { failures: 3 }));
      answers.push(...(await Promise.all(calls)));
    }
    expect(answers.filter((answer) => answer === 'not yet').length).toBe(3);
    expect(answers.filter((answer) => answer === 'done').length).toBe(9);
    expect(words[0]).toBe(4);
  });

  test('O10 in itself, and in a thread whose task is at it: a deadlock', async () => {
    const flag = new OnceFlag();
    expect(() => callOnce(flag, () => callOnce(flag, () => {}))).toThrow(deadlock);
    expect(flag.isSet).toBe(false);
    let finish = (): void => {};
    const running = callOnceAsync(flag, () => new Promise<void>((resolve) => (finish = resolve)));
    await eventually(() => finish.name !== '' || String(finish) !== '() => {}');
    expect(() => callOnce(flag, () => {})).toThrow(deadlock);
    const waiting = callOnceAsync(flag, () => expect.unreachable());
    finish();
    await Promise.all([running, waiting]);
    expect(flag.isSet).toBe(true);
  });

  test('O10 callOnceAsync in itself: told, where nothing else is left to run', async () => {
    const source = `
      import { callOnceAsync, OnceFlag } from 'crossthread';
      const flag = new OnceFlag();
      const call = () => callOnceAsync(flag, call);
      await call().catch(({ name, code }) => console.log(name, code, flag.isSet));`;
    const { stdout } = await runNode('--input-type=module', '-e', source);
    expect(stdout).toBe('DeadlockError resource_deadlock_would_occur false\n');
  });

  test('callOnceAsync: a rejection leaves it to the next task', async () => {
    const flag = new OnceFlag();
    const failed = callOnceAsync(flag, () => Promise.reject(new Error('not today')));
    let runs = 0;
    const next = callOnceAsync(flag, async (n: number) => void (runs += n), 5);
    await expect(failed).rejects.toThrow('not today');
    await next;
    expect(runs).toBe(5);
    await callOnceAsync(flag, () => expect.unreachable());
  });

  test('misuse', async () => {
    const flag = new OnceFlag();
    expect(() => callOnce(flag, bad(1))).toThrow(TypeError);
    expect(() =>
      callOnce(
        flag,
        bad(async () => {}),
      ),
    ).toThrow(TypeError);
    await expect(callOnceAsync(flag, bad(undefined))).rejects.toThrow(TypeError);
    expect(() => callOnce(bad({}), () => {})).toThrow('`flag` must be a OnceFlag, got object');
    expect(() => callOnce(bad(null), () => {})).toThrow(TypeError);
    expect(flag.isSet).toBe(false);
  });
});

test('O7 who runs it dies: who waits runs it', async () => {
  const flag = new OnceFlag();
  const words = sharedWords();
  const [dying, other] = await startAll(2);
  void dying!.call.hang(flag, words).catch(() => {});
  await eventually(() => Atomics.load(words, 0) === 1);
  const answer = other!.call.call(flag, words, {});
  await dying!.terminate();
  expect(await answer).toBe('done');
  expect(words[0]).toBe(2);
});

test('a fresh thread finds what was done before it started', async () => {
  const flag = OnceFlag.global('done early');
  callOnce(flag, () => {});
  const caller = await startWorker<Caller>('./caller.mjs', import.meta.url);
  const words = sharedWords();
  expect(await caller.call.call(flag, words, {})).toBe('done');
  expect(words[0]).toBe(0);
});
