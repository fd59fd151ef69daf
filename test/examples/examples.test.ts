/** The examples, run as their heads say: each checks what it shows, and ends with 1 if that is not so. */
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Outcome, runNode } from '../support/child.ts';

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

describe('threads', () => {
  it('give back what they return or throw, and stop when they are asked to', async () => {
    expect(await printedBy('threads.ts')).toEqual([
      'Two threads have added up 1000000 numbers to 499999500000.',
      'A thread has thrown a RangeError: 1 cannot be divided by 0.',
      'A thread has counted until it was asked to stop.',
    ]);
  });
});

describe('std-async', () => {
  it('prints what the page says, in an order that it allows', async () => {
    const lines = await printedBy('std-async.ts');
    expect(lines[0]).toBe('The sum is 10000');
    expect(lines.slice(1).toSorted()).toEqual(['43', '53', 'Hello 42', 'world!']);
    const at = (line: string): number => lines.indexOf(line);
    expect(at('world!')).toBeLessThan(at('53'));
    expect(at('43')).toBeLessThan(at('53'));
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

describe('find-lost-wakeup', () => {
  it('finds the schedule that hangs the sample, and none that hangs the port', async () => {
    const lines = await printedBy('find-lost-wakeup.ts');
    expect(lines.slice(0, 3)).toEqual([
      'The sample as it is published:',
      'deadlock: nothing is left to run',
      '  thread a sleeps on a.park = 0',
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^ +a main +b putObjectAsyncFinished$/));
    expect(lines.at(-1)).toMatch(/^all \d+ schedules end\.$/);
  });
});

describe('find-a-hang', () => {
  it('says who waits for what, and where it is locked', async () => {
    const { code, stdout, stderr } = await run('find-a-hang.ts');
    expect(code).toBe(0);
    expect(stdout.split('\n').toSorted()).toEqual([
      '',
      'The clerk has sold.',
      'The counter never saw the orders.',
    ]);
    const has = String.raw`, which agent \d+ \(worker \d+\) has`;
    for (const [waits, where] of [
      [`Mutex 'orders' for \\d+ ms, since \\S+${has}`, 'count'],
      ['Latch for \\d+ ms, since \\S+', 'sell'],
    ]) {
      expect(stderr).toMatch(
        new RegExp(`has waited for ${waits}\n +at ${where} \\(.*find-a-hang\\.ts:`),
      );
    }
    expect(stderr).toMatch(/ {4}holds Mutex 'orders', locked\n +at sell \(.*find-a-hang\.ts:/);
  });
});

describe('phases', () => {
  it('the threads come to what one comes to alone, and draw it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'crossthread-phases-'));
    try {
      const picture = join(directory, 'picture.svg');
      expect(await printedBy('phases.ts', picture)).toEqual([
        '                         ▄',
        '             ▄▄      ▄▄▀ ▀         ▄▄',
        ' ▄▄        ▄▀   ▀▄   ██            ▀▀',
        ' ▀▀        █   ▀ █▀    ▀ █',
        '            ▀▄▄ ▀',
        '                        ▀▄▄',
        '                        ▀▀',
        '',
        '',
        '                               ▀▄█',
        '                                ▀',
        '',
        '                                       ▄',
        '                                       ▄█▀',
        '',
        '',
        '                                              ▄ ▄',
        '                                               █▀',
        '',
        '',
        'Generation 120, by 4 threads, is what one thread alone comes to.',
      ]);
      const svg = await readFile(picture, 'utf8');
      expect(svg).toMatch(/^<svg xmlns="[^"]*" width="600" height="400" viewBox="0 0 60 40">\n/);
      expect(svg).toMatch(/<\/svg>\n$/);
      expect(svg.match(/M\d+ \d+h1v1h-1z/g)).toHaveLength(56);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it.each(['picture.png', '--nonsense'])('refuses %s, and ends with 2', async (arg) => {
    const { code, stdout, stderr } = await run('phases.ts', arg);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('\n\nUsage: npx tsx examples/phases.ts [picture.svg]\n');
  });
});

describe('employees', () => {
  it('answer in all the ways that they are asked', async () => {
    expect(await printedBy('employees.ts')).toEqual([
      'Blocking:',
      '  99: Wilma',
      'Polling:',
      '  99: Wilma',
      'Generic callbacks:',
      '  all three are asked for',
      '  99: Wilma',
      '  42: Barney',
      '  1: nobody has the number 1',
      'Type-safe callbacks:',
      '  99: Wilma',
      '  1: nobody has the number 1',
      '  Fred: 24',
      'Promises:',
      '  Fred, Barney',
    ]);
  });
});

describe('file-transfer', () => {
  it('the file comes as it was, in each way, and the fastest has the longest bar', async () => {
    const [head, ...ways] = await printedBy('file-transfer.ts', pathOf('../README.md'));
    expect(head).toMatch(/^16\.\d MB, sent in three ways, have come as they were:$/);
    expect(ways.map((line) => line.replace(/ +\d+ MB.s +█+$/, ''))).toEqual([
      '  one by one',
      '  pipelined',
      '  flow-controlled',
    ]);
    expect(Math.max(...ways.map((line) => line.split('█').length - 1))).toBe(30);
  });

  it('refuses two files, and ends with 2', async () => {
    const { code, stdout, stderr } = await run('file-transfer.ts', 'one', 'two');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('\n\nUsage: npx tsx examples/file-transfer.ts [file]\n');
  });
});

describe('oneway-ping', () => {
  it('what is sent comes, and what is collected comes when it is flushed', async () => {
    expect(await printedBy('oneway-ping.ts')).toEqual([
      '10 oneway requests: 10 have come.',
      'A ping of nobody: ConnectFailedException.',
      '10 more, in a batch: 10 have come.',
      'Flushed by the proxy: 20 have come.',
      'The next, flushed by the connection: 30 have come.',
      'The last, flushed by the communicator: 40 have come.',
    ]);
  });
});

describe('cpp-port', () => {
  it('prints what the C++ program prints', async () => {
    expect(await printedBy('cpp-port.ts')).toEqual([
      '3 threads have tested 10000 of 10000 numbers.',
      '1229 of them were primes.',
    ]);
  });

  it('has the lines of the C++ program, in their order, and each names the same', () => {
    const original = programOf('cpp-port.cpp').map((line) => line.replaceAll(/std::\w+|\\n/g, ''));
    expect(programOf('cpp-port.ts').map(namesIn)).toEqual(original.map(namesIn));
    expect(new Set(original.flatMap(namesIn))).toEqual(NAMES);
  });
});

/** All that the C++ program names, but for types, as the port writes it. */
const NAMES = new Set(
  (
    'JOBS THREADS ready mutex changed queue head tail closed done primes isPrime put close work main ' +
    'n divisor job guard lock found threads thread i ' +
    'arriveAndWait wait notifyOne notifyAll unlock join for if break'
  ).split(' '),
);

/** The lines from the first constant to the end of main. */
function programOf(example: string): string[] {
  const lines = readFileSync(pathOf(example), 'utf8').split('\n');
  const start = lines.findIndex((line) => line.includes('JOBS ='));
  const main = lines.findIndex((line) => line.includes(' main('));
  return lines.slice(start, lines.indexOf('}', main) + 1);
}

function namesIn(line: string): string[] {
  const words = line.match(/[A-Za-z]\w*/g) ?? [];
  const names = words.map((word) =>
    word.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/Async$/, ''),
  );
  return [...new Set(names)].filter((name) => NAMES.has(name)).toSorted();
}

/** The lines that an example prints, if it ends well. */
async function printedBy(example: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout, ...end } = await run(example, ...args);
  expect(end, stdout).toEqual({ code: 0, signal: null, stderr: '' });
  return stdout.split('\n').slice(0, -1);
}

function run(example: string, ...args: readonly string[]): Promise<Outcome> {
  return runNode('--import', 'tsx', pathOf(example), ...args);
}

function pathOf(example: string): string {
  return fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
}
