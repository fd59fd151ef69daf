/**
 * `std::thread` for the examples: a function of a module runs in a thread of its own.
 *
 *   const thread = Thread.start(import.meta.url, produce, buffer, 1); // std::thread thread(produce, …);
 *   await thread.joinAsync();
 *
 * A function cannot be sent to a thread. The thread loads the module anew and finds it there by its
 * name, so it must be exported. Shared objects among the arguments arrive live.
 *
 * Node 20 starts no worker from a `.ts` file, and loading tsx in each takes longer than what most
 * examples do. So the module is bundled once, into a temporary file that its threads load. (The
 * examples with the SDK of AWS, whose threads look for a module when they run, do load tsx in them.)
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { attach } from 'crossthread';

type Action<A extends unknown[]> = (...args: A) => void | Promise<void>;

/** What a thread is told to do. */
interface Call {
  readonly name: string;
  readonly args: unknown[];
}

const esbuild = isMainThread ? await import('esbuild') : undefined; // threads start no threads here
const bundles = new Map<string, string>();

export class Thread {
  readonly #end: Promise<unknown>;

  private constructor(worker: Worker) {
    this.#end = once(worker, 'exit'); // rejects with an uncaught error: joined or not, it is heard of
  }

  static start<A extends unknown[]>(module: string, action: Action<A>, ...args: A): Thread {
    const call: Call = { name: action.name, args };
    const execArgv = ['--enable-source-maps']; // and not those of this thread, which load tsx
    return new Thread(new Worker(bundleOf(module), { workerData: call, execArgv }));
  }

  /** Waits until the thread has ended. Rejects with what its function threw. */
  async joinAsync(): Promise<void> {
    await this.#end;
  }
}

/** In the thread: does what it is told. */
export async function act(module: Readonly<Record<string, unknown>>): Promise<void> {
  const { name, args } = attach<Call>(workerData);
  const action = module[name];
  if (typeof action !== 'function') throw new TypeError(`the module exports no function '${name}'`);
  await (action as Action<unknown[]>)(...args);
}

function bundleOf(module: string): string {
  const file = bundles.get(module) ?? bundle(fileURLToPath(module));
  bundles.set(module, file);
  return file;
}

function bundle(module: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'crossthread-example-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, `${basename(module, '.ts')}.mjs`);
  esbuild!.buildSync({
    stdin: {
      contents: `
        import { act } from ${JSON.stringify(fileURLToPath(import.meta.url))};
        import * as module from ${JSON.stringify(module)};
        await act(module);`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    external: ['esbuild'],
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline', // stacks name the lines of the module
    sourcesContent: false,
    outfile: file,
  });
  return file;
}
