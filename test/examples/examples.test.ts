/**
 * The examples: each checks what it shows, and ends with 1 if that is not so. All are run as their heads say
 * in deep runs; else few are, and the others as plain JavaScript: half of their time would go to tsx.
 */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StopSource } from 'crossthread';
import { build } from 'esbuild';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawRow } from '../../examples/mandelbrot/set.ts';
import { sharedBytes } from '../../examples/support/memory.ts';
import { isDeep } from '../explored/depth.ts';
import { type Outcome, runNode, startNode } from '../support/child.ts';
import { buildExamples } from './build.ts';

// The others print where they are, read what lies there, or need the SDK: a bundle is another place.
const AS_THE_HEAD_SAYS = ['cpp-port.ts', 'find-a-hang.ts', 's3-get-and-list.ts', 'word-count.ts'];

let directory: string;
let built: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crossthread-examples-'));
  built = await buildExamples(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

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

describe('async-mutex-across-workers', () => {
  it('sells each seat once, in several threads', async () => {
    expect(await printedBy('async-mutex-across-workers.ts')).toEqual([
      '4 clerks have sold 60 of 60 seats. Their threads: 4.',
    ]);
  });

  it('is a program of async-mutex but for one import', async () => {
    const text = readFileSync(pathOf('async-mutex-across-workers.ts'), 'utf8');
    const contents = text.replace("-workers/workers.ts';", "-workers/one-thread.ts';");
    const directory = await mkdtemp(join(tmpdir(), 'crossthread-async-mutex-'));
    try {
      const outfile = join(directory, 'program.mjs');
      const stdin = { contents, loader: 'ts', resolveDir: pathOf('') } as const;
      await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm' });
      expect(await runNode(outfile)).toEqual({
        code: 0,
        signal: null,
        stdout: '4 clerks have sold 60 of 60 seats. Their threads: 1.\n',
        stderr: '',
      });
      expect(readFileSync(outfile, 'utf8')).not.toContain('SharedObject');
    } finally {
      await rm(directory, { recursive: true });
    }
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
      "  thread a waits for uploadVariable (ConditionVariable); it sleeps on thread a's park = 0",
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
    await inDirectory(async (directory) => {
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
    });
  });

  it.each(['picture.png', '--nonsense'])('refuses %s, and ends with 2', async (arg) => {
    const { code, stdout, stderr } = await run('phases.ts', arg);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('\n\nUsage: npx tsx examples/phases.ts [picture.svg]\n');
  });
});

describe('s3-get-and-list', () => {
  it('downloads what it has uploaded, and sees what is not there', async () => {
    expect(await printedBy('s3-get-and-list.ts')).toEqual([
      '4 files are uploaded.',
      'The bucket has CHANGELOG.md, LICENSE, README.md, package.json.',
      'Each of the 4 objects has the SHA-256 of its file.',
      'my-file.txt: NoSuchKey (404), as it should be.',
    ]);
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

describe('prime-sieve', () => {
  it('finds the primes below the limit, in order', async () => {
    expect(await printedBy('prime-sieve.ts', '8')).toEqual([
      '2',
      '3',
      '5',
      '7',
      '5 threads have found 4 primes below 8.',
    ]);
  });

  it('refuses a limit that is none, and ends with 2', async () => {
    const { code, stdout, stderr } = await run('prime-sieve.ts', 'many');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('\n\nUsage: npx tsx examples/prime-sieve.ts [limit]\n');
  });
});

describe('word-count', () => {
  it('counts what it is given, and one thread alone comes to the same', async () => {
    await inDirectory(async (directory) => {
      await mkdir(join(directory, 'deep'));
      await writeFile(join(directory, 'one.md'), 'Water, earth; WATER and water. Äther?\n');
      await writeFile(join(directory, 'deep/two.txt'), 'earth wind fire\nwater äther'); // some too short
      await writeFile(join(directory, 'three.png'), 'water water');
      expect(await printedBy('word-count.ts', directory)).toEqual([
        '4 water',
        '2 earth',
        '2 äther',
        '2 files have 8 words, 3 different ones.',
      ]);
    });
  });

  it('has something to count without that', async () => {
    const lines = await printedBy('word-count.ts');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toMatch(/^\d+ files have \d{4,} words, \d{3,} different ones\.$/);
  });
});

describe('mandelbrot', () => {
  const size = { width: 24, height: 16 };

  it('draws every row, each as one thread draws it alone', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'set.png');
      expect(await printedBy('mandelbrot.ts', file, '--width', '24', '--depth', '50')).toEqual([
        `${file}: 24 x 16 pixels. Ctrl-C stops it.`,
        'All 16 rows are drawn.',
      ]);
      const pixels = sharedBytes(24 * 16 * 4);
      const { token } = new StopSource();
      for (let row = 0; row < 16; row++) {
        expect(drawRow({ ...size, depth: 50, pixels }, row, token)).toBe(true);
      }
      const png = PNG.sync.read(await readFile(file));
      expect(png).toMatchObject(size);
      expect(png.data.equals(pixels)).toBe(true);
      expect(new Set(new Int32Array(pixels.buffer)).size).toBeGreaterThan(10); // colours
    });
  });

  it('Ctrl-C: writes the rows that are whole, says so, and ends with 130', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'set.png');
      const args = [file, '--width', '300', '--depth', '1e8']; // minutes of work, if nobody stopped it
      const child = startNode('--import', 'tsx', pathOf('mandelbrot.ts'), ...args);
      await child.hasPrinted('Ctrl-C stops it.');
      child.process.kill('SIGINT');
      const { stdout, ...end } = await child.ended;
      expect(end).toEqual({ code: 130, signal: null, stderr: '' });
      const [, drawn, all] = /^Stopped: (\d+) of (\d+) rows are drawn/m.exec(stdout)!;
      const png = PNG.sync.read(await readFile(file));
      expect(png.height).toBe(Number(all));
      expect(Number(drawn)).toBeLessThan(png.height);
      const opaque = rowsOf(png).filter((row) => row.some((byte) => byte !== 0));
      expect(opaque).toHaveLength(Number(drawn));
      for (const row of opaque) {
        expect(row.every((byte, i) => i % 4 !== 3 || byte === 255)).toBe(true);
      }
    });
  });

  it.each(['picture.svg', '--width=wide'])('refuses %s, and ends with 2', async (arg) => {
    const { code, stdout, stderr } = await run('mandelbrot.ts', arg);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('\n\nUsage: npx tsx examples/mandelbrot.ts [picture.png] ');
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

function rowsOf({ width, height, data }: PNG): Buffer[] {
  const length = width * 4;
  return Array.from({ length: height }, (_, row) =>
    data.subarray(row * length, (row + 1) * length),
  );
}

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'crossthread-example-'));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The lines that an example prints, if it ends well. */
async function printedBy(example: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout, ...end } = await run(example, ...args);
  expect(end, stdout).toEqual({ code: 0, signal: null, stderr: '' });
  return stdout.split('\n').slice(0, -1);
}

function run(example: string, ...args: readonly string[]): Promise<Outcome> {
  return isDeep || AS_THE_HEAD_SAYS.includes(example)
    ? runNode('--import', 'tsx', pathOf(example), ...args)
    : runNode('--enable-source-maps', join(built, example.replace(/ts$/, 'js')), ...args);
}

function pathOf(example: string): string {
  return fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
}
