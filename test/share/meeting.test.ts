import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SHARE_ENV, type WorkerOptions } from 'node:worker_threads';
import { inspect, Latch, Mutex, Semaphore } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { runProcess } from '../support/child.ts';
import { ownerDied } from '../support/errors.ts';
import { eventually, LONG } from '../support/time.ts';
import { startWorker } from '../support/worker.ts';

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');
const ok = (...all: string[]) => ({ code: 0, signal: null, stdout: lines(...all), stderr: '' });

describe('two copies of the module in one thread', () => {
  test('are one agent, and have one live object for one memory', async () => {
    const copy = mkdtempSync(path.join(tmpdir(), 'crossthread-copy-'));
    try {
      cpSync(fileURLToPath(new URL('../../dist', import.meta.url)), path.join(copy, 'dist'), {
        recursive: true,
      });
      writeFileSync(path.join(copy, 'package.json'), '{ "type": "module" }');
      const url = pathToFileURL(path.join(copy, 'dist', 'index.js')).href;
      expect(await runProcess('./two-copies.mjs', import.meta.url, url)).toEqual(ok());
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});

describe('live objects that are collected', () => {
  test('while tasks wait for them: all are served, and a new one is as good', async () => {
    expect(await runProcess('./collected.mjs', import.meta.url)).toEqual(
      ok('served: 4 left: 0', 'still locked: true null m', 'unlocked: true', 'memory: little'),
    );
  });
});

describe('a worker that had crossthread before the main thread', () => {
  const run = (story: string) => runProcess('./late.mjs', import.meta.url, story);

  test('joins with the first handle that it gets, and its death is seen', async () => {
    expect(await run('main to worker')).toEqual(
      ok('worker joins: 2', 'its own: as it was', 'main: locked true', 'main: owner_dead'),
    );
  });

  test('takes the main thread in with a handle of its own', async () => {
    expect(await run('worker to main')).toEqual(
      ok(
        'main joins: 2',
        'locked by the worker: true',
        'a global of both: 3',
        'a thread started later: 3',
      ),
    );
  });

  test('is told so when both have objects already, and nothing changes', async () => {
    expect(await run('both have objects')).toEqual(
      ok(
        'attach: invalid_argument',
        'at: invalid_argument',
        'its own work on: no error',
        'main: no answer',
        'main: locked false',
      ),
    );
  });
});

describe('workers of all kinds meet in one table', () => {
  type Receiver = typeof import('./receiver.mjs');

  test.each<[string, WorkerOptions]>([
    ['env: SHARE_ENV', { env: SHARE_ENV }],
    ['an empty environment', { env: {} }],
    ['no execArgv', { execArgv: [] }],
    ['its own limits', { resourceLimits: { maxOldGenerationSizeMb: 64, stackSizeMb: 2 } }],
    ['stdin and stdout', { stdin: true, stdout: true, stderr: true }],
  ])('%s', async (name, options) => {
    const semaphore = Semaphore.global(`met by ${name}`, 0);
    const worker = await startWorker<Receiver>('./receiver.mjs', import.meta.url, options);
    await worker.call.releaseGlobal(`met by ${name}`);
    expect(semaphore.value).toBe(1);
    expect(inspect().agents).toContainEqual(
      expect.objectContaining({ agent: worker.agent, alive: true }),
    );
  });
});

describe('a pool that starts threads of its own', () => {
  type Pool = typeof import('./pool.mjs');
  const startPool = () => startWorker<Pool>('./pool.mjs', import.meta.url);

  test('runs while it is blocked, and the main thread too', async () => {
    const pool = await startPool();
    await pool.call.start(2);
    await pool.call.run(50);
    const tasks = Semaphore.global('tasks', 0);
    const done = Semaphore.global('done', 0);
    tasks.release(50);
    for (let i = 0; i < 50; i++) expect(done.tryAcquireFor(LONG)).not.toBe(null);
  });

  test('when it is terminated, its threads die with it, and that is seen', async () => {
    const pool = await startPool();
    const mutex = new Mutex();
    await pool.call.startHolder(mutex, new Latch(1));
    expect(mutex.isLocked).toBe(true);
    const told = expect(mutex.lockAsync({ timeout: LONG })).rejects.toThrow(ownerDied);
    await pool.terminate();
    await told;
    mutex.recover(() => {}).unlock();
    const semaphore = new Semaphore(0);
    const waiting = semaphore.tryAcquireForAsync(LONG); // somebody has to wait, so that anybody looks
    await eventually(() => inspect().agents.length === 1);
    semaphore.release();
    await waiting;
  });
});
