/** The examples, run as their heads say: each checks what it shows, and ends with 1 if that is not so. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runNode } from '../support/child.ts';

describe('bounded-buffer', () => {
  it('passes every item on, once', async () => {
    expect(await printedBy('bounded-buffer.ts')).toEqual([
      '3 producers put 1500 items into a buffer of 4.',
      '2 consumers took 1500 of them, each once.',
    ]);
  });
});

describe('dining-philosophers', () => {
  it('all eat, and no two with one fork', async () => {
    expect(await printedBy('dining-philosophers.ts')).toEqual([
      'Aristotle has eaten 200 times.',
      'Descartes has eaten 200 times.',
      'Hume has eaten 200 times.',
      'Kant has eaten 200 times.',
      'Sartre has eaten 200 times.',
      'No fork was in two hands at once.',
    ]);
  });
});

describe('readers-writers', () => {
  it('all readers read at once, and none sees a half-made change', async () => {
    expect(await printedBy('readers-writers.ts')).toEqual([
      '2 writers made 200 changes.',
      '4 readers read at once, and none has seen a half-made change.',
    ]);
  });
});

describe('worker-pool', () => {
  it('all tasks are done, two at once', async () => {
    expect(await printedBy('worker-pool.ts')).toEqual([
      '5 threads did 20 of 20 tasks, each once.',
      'At most 2 were at work at once.',
    ]);
  });
});

describe('async-and-blocking', () => {
  it('no addition is lost, and the timers go on', async () => {
    expect(await printedBy('async-and-blocking.ts')).toEqual([
      'A timer ticked 3 times while its thread waited for the mutex.',
      '2 threads and 3 tasks have added 250.',
    ]);
  });
});

describe('cancellation', () => {
  it('who gives up leaves nothing behind', async () => {
    expect(await printedBy('cancellation.ts')).toEqual([
      'mutex: four gave up waiting for it, and when its holder had left, it was free',
      'semaphore: three gave up waiting for a permit, and none of them took the next one',
      'condition: three gave up, each held the lock again, and none was left to notify',
      'condition: the first in the queue gave up, and the notification went to the second',
      'crowd: of 20 that waited, 10 gave up and 10 had their turn',
    ]);
  });
});

/** The lines that an example prints, if it ends well. */
async function printedBy(example: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout, ...end } = await runNode('--import', 'tsx', pathOf(example), ...args);
  expect(end, stdout).toEqual({ code: 0, signal: null, stderr: '' });
  return stdout.split('\n').slice(0, -1);
}

function pathOf(example: string): string {
  return fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
}
