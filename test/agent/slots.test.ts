import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { inspect, Mutex, Semaphore } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { isDeep } from '../explored/depth.ts';
import { runProcess } from '../support/child.ts';
import { expectNoRescues } from '../support/rescues.ts';

expectNoRescues();

// Deep runs start more than there are slots.
const THREADS = isDeep ? 300 : 20;

describe('agent slots', () => {
  test('are used again by threads that come one after another', async () => {
    const counter = Semaphore.global('counter', 0);
    const mutex = new Mutex();
    for (let i = 0; i < THREADS; i++) {
      const worker = new Worker(new URL('./mayfly.mjs', import.meta.url), { workerData: mutex });
      const [code] = (await once(worker, 'exit')) as [number];
      expect(code).toBe(0);
    }
    expect(counter.value).toBe(THREADS);
    expect(inspect().agents).toMatchObject([{ agent: 1, alive: true }]);
    expect(mutex.isLocked).toBe(false);
  });

  test('of the dead that nobody has told of are found when all are in use', async () => {
    expect(await runProcess('./full-table.mjs', import.meta.url)).toEqual({
      code: 0,
      signal: null,
      stdout: 'worked\n',
      stderr: '',
    });
  });
});
