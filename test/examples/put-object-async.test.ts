import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LOCAL_BUCKET, LocalS3Server } from '../../examples/aws/s3-server.ts';
import { isDeep } from '../explored/depth.ts';
import { buildPutObjectAsync } from './build.ts';

const LIMIT = 170_000; // ms: a run that takes longer hangs, and is killed
const OUTER = LIMIT + 10_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = 'examples/put-object-async.ts';
// `npx tsx`, as documented
const TSX = [createRequire(import.meta.url).resolve('tsx/cli'), EXAMPLE];
const MISHAPS = new URL('./mishaps.mjs', import.meta.url).href;

const WAITING = 'main: Waiting for file upload attempt...\n\n';
const COMPLETED = '\nmain: File upload attempt completed.\n';

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Run {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** What Node runs; by default the example as it was built for these tests. */
  readonly node?: readonly string[];
  /** What happens to the thread that uploads: a name of `mishaps.mjs`. */
  readonly mishap?: string;
  /** What happens to the example while it waits. */
  readonly strike?: (pid: number) => void;
}

// Most runs are of the example in plain JavaScript: else three quarters of their time would go to tsx
// and to the hundreds of files of the SDK, in each thread and process.
let built: string;
let buildDirectory: string;
beforeAll(async () => {
  buildDirectory = await mkdtemp(join(tmpdir(), 'put-object-async-built-'));
  built = await buildPutObjectAsync(buildDirectory);
});
afterAll(() => rm(buildDirectory, { recursive: true, force: true }));

// The example's temporary directories come to lie in here, and must be gone when it has ended.
let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'put-object-async-test-'));
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

async function run({ args = [], env, node = [built], mishap, strike }: Run): Promise<Outcome> {
  const child = spawn(process.execPath, [...node, ...args], {
    cwd: ROOT,
    env: { ...environment(), TMPDIR: temporary, ...env, ...(mishap && preload(mishap)) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own: as a whole it can be killed
  });
  const pid = child.pid!;
  const hangs = setTimeout(() => process.kill(-pid, 'SIGKILL'), LIMIT);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout === WAITING) strike?.(pid);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(hangs);
  return { code, signal, stdout, stderr };
}

/** This process's environment, without anything that would lead the example elsewhere. */
function environment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|S3_|NODE_OPTIONS$|VITEST)/.test(name),
  );
  return { ...Object.fromEntries(entries), AWS_EC2_METADATA_DISABLED: 'true' };
}

function preload(mishap: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=${MISHAPS}`, MISHAP: mishap };
}

function leftBehind(): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('crossthread-s3-'));
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

const uploaded = (objectName: string, file: Uint8Array, object: Uint8Array): string =>
  WAITING +
  `Success: PutObjectAsyncFinished: Finished uploading '${objectName}'.\n` +
  COMPLETED +
  `main: SHA-256 of the file:   ${sha256(file)}\n` +
  `main: SHA-256 of the object: ${sha256(object)}\n`;

const succeeded = (objectName: string, file: Uint8Array): Outcome => ({
  code: 0,
  signal: null,
  stdout: uploaded(objectName, file, file) + 'Success: main: The object equals the file.\n',
  stderr: '',
});

const failed = (message: string): Outcome => ({
  code: 1,
  signal: null,
  stdout: `${WAITING}Error: PutObjectAsyncFinished: ${message}\n${COMPLETED}`,
  stderr: '',
});

describe('put-object-async: with the server that it brings', { timeout: OUTER }, () => {
  afterEach(() => expect(leftBehind()).toEqual([]));

  it('uploads the README by default, and reads the same back', async () => {
    const readme = await readFile(join(ROOT, 'README.md'));
    expect(await run({ node: TSX })).toEqual(succeeded('README.md', readme));
  });

  it('says that a file does not exist, and ends with 1', async () => {
    expect(await run({ args: ['my-file.txt'] })).toEqual({
      code: 1,
      signal: null,
      stdout: "Error: PutObjectAsync: File 'my-file.txt' does not exist.\n",
      stderr: '',
    });
  });

  it('reports that the executor died of a sudden end, and wakes main', async () => {
    const outcome = await run({ mishap: 'a sudden end' });
    expect(outcome).toEqual(failed('The executor thread died with exit code 1'));
  });

  it.each(['--nonsense', 'one.txt two.txt'])('refuses %s, and ends with 2', async (line) => {
    const { code, stdout, stderr } = await run({ args: line.split(' ') });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: npx tsx examples/put-object-async.ts');
  });
});

describe('put-object-async: when main is killed while it waits', { timeout: OUTER }, () => {
  it.each([
    ['SIGINT', 'group'], // Ctrl-C
    ['SIGHUP', 'group'], // the terminal is closed
    ['SIGTERM', 'alone'],
    ['SIGKILL', 'alone'],
  ] as const)('%s (%s): the server ends too', async (signal, whom) => {
    const outcome = await run({
      mishap: 'a standstill',
      strike: (pid) => process.kill(whom === 'group' ? -pid : pid, signal),
    });
    expect(outcome).toEqual({ code: null, signal, stdout: WAITING, stderr: '' });

    // Nobody is left to wait for the server. It notices by itself; removing its directory is the
    // last thing that it does.
    const deadline = performance.now() + LIMIT;
    while (leftBehind().length > 0 && performance.now() < deadline) await sleep(20);
    expect(leftBehind()).toEqual([]);
  });
});

describe('put-object-async: with a server of the environment', { timeout: OUTER }, () => {
  let server: LocalS3Server;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    server = await LocalS3Server.start();
    const { endpoint, credentials } = server.configuration;
    env = {
      S3_ENDPOINT: endpoint,
      S3_BUCKET: LOCAL_BUCKET,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: credentials?.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey,
    };
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('uploads there, and reads the same back', async () => {
    const manifest = await readFile(join(ROOT, 'package.json'));
    expect(await run({ args: ['package.json'], env })).toEqual(succeeded('package.json', manifest));
  });

  it('uploads any file under any key', async () => {
    const data = Buffer.alloc(3_000_000, 'every byte counts');
    const file = join(temporary, 'my-file.bin');
    await writeFile(file, data);
    expect(await run({ args: [file, '--key', 'some/where/else.bin'], env })).toEqual(
      succeeded('some/where/else.bin', data),
    );
  });

  it('uploads an empty file', async () => {
    const file = join(temporary, 'empty');
    await writeFile(file, '');
    expect(await run({ args: [file], env })).toEqual(succeeded('empty', Buffer.alloc(0)));
  });

  it('notices an object that differs from the file, and ends with 1', async () => {
    const file = await readFile(join(ROOT, 'package.json'));
    const object = await readFile(join(ROOT, 'LICENSE'));
    expect(await run({ args: ['package.json'], env, mishap: 'another file' })).toEqual({
      code: 1,
      signal: null,
      stdout:
        uploaded('package.json', file, object) + 'Error: main: The object differs from the file.\n',
      stderr: '',
    });
  });

  it('reports a file that cannot be read, and wakes main', async () => {
    expect(await run({ args: ['examples'], env })).toEqual(
      failed('EISDIR: illegal operation on a directory, read'),
    );
  });

  it('reports a bucket that does not exist, and wakes main', async () => {
    expect(await run({ args: ['--bucket', 'nobodys-bucket'], env })).toEqual(
      failed('The specified bucket does not exist'),
    );
  });

  it.each([
    ['an uncaught error', 'exit code 1: struck by lightning'],
    ['process.exit', 'exit code 7'],
    ['a response handler that throws', 'exit code 1: struck by lightning'],
  ])('reports that the executor died of %s, and wakes main', async (mishap, reason) => {
    const node = isDeep && mishap === 'an uncaught error' ? { node: TSX } : {};
    const outcome = await run({ mishap, env, ...node });
    expect(outcome).toEqual(failed(`The executor thread died with ${reason}`));
  });

  it('reports a wrong secret key, and wakes main', async () => {
    expect(await run({ env: { ...env, AWS_SECRET_ACCESS_KEY: 'a guess' } })).toEqual(
      failed(
        'The request signature we calculated does not match the signature you provided. ' +
          'Check your key and signing method.',
      ),
    );
  });

  it('reports a wrong bucket, and wakes main', async () => {
    expect(await run({ env: { ...env, S3_BUCKET: 'nobodys-bucket' } })).toEqual(
      failed('The specified bucket does not exist'),
    );
  });

  it('reports a server that cannot be reached, and wakes main', async () => {
    const port = await closedPort();
    const outcome = await run({ env: { ...env, S3_ENDPOINT: `http://127.0.0.1:${port}` } });
    expect(outcome).toEqual(failed(`connect ECONNREFUSED 127.0.0.1:${port}`));
  });

  it('reports a server that is none, and wakes main', async () => {
    const outcome = await run({ env: { ...env, S3_ENDPOINT: 'nowhere' } });
    expect(outcome).toEqual(failed('Invalid URL'));
  });

  it('reports missing credentials, and wakes main', async () => {
    const anonymous = { ...env, AWS_ACCESS_KEY_ID: undefined, HOME: temporary };
    expect(await run({ env: anonymous })).toEqual(
      failed('Could not load credentials from any providers'),
    );
  });
});

/** A port of the loopback interface that had a server a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
