/**
 * Transfers a file to a servant in another thread in three ways, each faster than the one before, it is hoped.
 *
 *   npx tsx examples/file-transfer.ts [file]
 *
 *   one by one        sends a chunk, and waits for the answer: either end idles while the other works
 *   pipelined         sends the next chunks without waiting for the first, up to a number
 *   flow-controlled   never waits for an answer, only for room: a `sent` callback counts what is queued
 *
 * Prints how fast each is. How much there is to gain depends on how even the work is, on the size of the chunks,
 * and on whether each thread has a core. The servant must have got the contents of the file, by their SHA-256; if
 * not, the exit code is 1. It is 2 for a command line that makes no sense.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { moduleRef } from 'crossthread';
import { type AsyncResult, initialize } from 'crossthread/ami';
import { FileTransferPrx } from './ami/file-transfer.ts';
import { type Chunk, Source } from './ami/source.ts';
import { run } from './support/command-line.ts';

const USAGE = 'Usage: npx tsx examples/file-transfer.ts [file]';
const LOCK_FILE = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const BYTES = 16e6;
const NUM_REQUESTS = 5;
const MAX_QUEUED = 8; // chunks in the memory of this thread, beside what is in the transport
const BAR = 30; // letters

const module = moduleRef<typeof import('./ami/file-transfer-i.ts')>(
  './ami/file-transfer-i.ts',
  import.meta.url,
);

type Chunks = Iterable<Chunk>;
type Way = (ft: FileTransferPrx, chunks: Chunks) => void | Promise<void>;

function oneByOne(ft: FileTransferPrx, chunks: Chunks): void {
  for (const { offset, bytes } of chunks) ft.send(offset, bytes);
}

function pipelined(ft: FileTransferPrx, chunks: Chunks): void {
  const results: AsyncResult[] = [];
  for (const { offset, bytes } of chunks) {
    // Send up to NUM_REQUESTS + 1 chunks asynchronously.
    const r = ft.begin_send(offset, bytes);

    // Wait until this request has been passed to the transport.
    r.waitForSent();
    results.push(r);

    // Once there are more than NUM_REQUESTS, wait for the least recent one to complete.
    while (results.length > NUM_REQUESTS) ft.end_send(results.shift()!);
  }

  // Wait for any remaining requests to complete.
  for (const r of results) ft.end_send(r);
}

/** Counts the requests that wait for room. */
class Flow {
  #queued = 0;
  #failure: Error | undefined;
  #wake = (): void => {};

  queue(): void {
    this.#queued++;
  }

  /** Called by `begin_send` itself where there is room, and later, on the event loop, where there was none. */
  sent(): void {
    this.#queued--;
    this.#wake();
  }

  failed(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** Until the queue is short. */
  async drained(): Promise<void> {
    while (this.#queued > MAX_QUEUED && !this.#failure)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure) throw this.#failure;
  }
}

async function flowControlled(ft: FileTransferPrx, chunks: Chunks): Promise<void> {
  const flow = new Flow();
  const cb = FileTransferPrx.newCallback_send(flow, null, flow.failed, flow.sent);
  let last: AsyncResult | undefined;
  for (const { offset, bytes } of chunks) {
    flow.queue();
    last = ft.begin_send(offset, bytes, cb);
    await flow.drained();
  }
  await last?.completed;
  await flow.drained();
}

const WAYS: Readonly<Record<string, Way>> = {
  'one by one': oneByOne,
  pipelined,
  'flow-controlled': flowControlled,
};

/** Reads the command line. @throws TypeError for a line that makes no sense. */
function readOptions(): Source {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [fileName = LOCK_FILE, ...more] = positionals;
  if (more.length > 0) throw new TypeError(`One file at a time, not ${positionals.length}`);
  return new Source(fileName, BYTES);
}

async function main(source: Source): Promise<number> {
  using communicator = initialize();
  const ft = FileTransferPrx.uncheckedCast(communicator.startServant(module, 'FileTransferI'));
  const digest = source.digest();
  oneByOne(ft, source.chunks('warming up')); // until the compilers of both threads are done
  ft.finish();

  const speeds: [string, number][] = []; // bytes per ms
  for (const [name, send] of Object.entries(WAYS)) {
    const start = performance.now();
    await send(ft, source.chunks(name));
    speeds.push([name, source.length / (performance.now() - start)]);
    assert.equal(ft.finish(), digest, `${name}: what has come is not what was sent`);
  }

  console.log(
    `${(source.length / 1e6).toFixed(1)} MB, sent in three ways, have come as they were:`,
  );
  const best = Math.max(...speeds.map(([, speed]) => speed));
  for (const [name, speed] of speeds) {
    const bar = '█'.repeat(Math.round((BAR * speed) / best));
    console.log(`  ${name.padEnd(16)}${(speed / 1e3).toFixed(0).padStart(5)} MB/s  ${bar}`);
  }
  return 0;
}

await run(USAGE, readOptions, main);
