/**
 * Real worker threads for tests. Each runs a fixture, a plain JavaScript module, against the built
 * package; the test calls the fixture's exports and awaits what they return:
 *
 *   const worker = await startWorker<typeof import('./locker.mjs')>('./locker.mjs', import.meta.url);
 *   await worker.call.lock(mutex); // shared objects among the arguments arrive live
 *
 * All workers are terminated after each test, but for borrowed ones that have nothing left to do: those the next
 * tests of the file borrow again. One that died of itself, unasked, fails the test.
 */
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { bundled, loaderOf } from './fixtures.ts';

type Calls<Fixture> = {
  readonly [Name in keyof Fixture]: Fixture[Name] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};

/** How a thread ended: its exit code, and the uncaught error if it was one. */
export interface End {
  readonly code: number;
  readonly error: unknown;
}

export interface TestWorker<Fixture> {
  /** The fixture's exports. A call rejects with what the function throws, or when the thread ends. */
  readonly call: Calls<Fixture>;
  /** The id of its agent. */
  readonly agent: number;
  /** Its end. Who asks for it expects it, whatever it is. */
  readonly ended: Promise<End>;
  /** `Worker.terminate()`: at any instruction, also while the thread is blocked. */
  terminate(): Promise<void>;
}

const started = new Set<Thread>();

/** By module, the borrowed threads that rest. */
const resting = new Map<string, Thread[]>();

/** After each test: see setup.ts. */
export async function endWorkers(): Promise<void> {
  const threads = [...started];
  started.clear();
  await Promise.all(threads.map((thread) => thread.rest()));
  const failed = threads.find((thread) => thread.diedUnasked);
  if (!failed) return;
  const { code, error } = await failed.ended;
  throw new Error(`a worker of this test died with exit code ${code}`, { cause: error });
}

/** After each file. */
export async function endRestingWorkers(): Promise<void> {
  const threads = [...resting.values()].flat();
  resting.clear();
  await Promise.all(threads.map((thread) => thread.terminate()));
}

/** Starts a worker and waits until its fixture is loaded. */
export async function startWorker<Fixture>(
  fixture: string | URL,
  base?: string,
  options: WorkerOptions = {},
): Promise<TestWorker<Fixture>> {
  return tested(new Thread(bundled(fixture, base), options));
}

/** Starts `n` workers of the same fixture at once. */
export function startWorkers<Fixture>(
  n: number,
  fixture: string | URL,
  base?: string,
): Promise<TestWorker<Fixture>[]> {
  return Promise.all(Array.from({ length: n }, () => startWorker<Fixture>(fixture, base)));
}

/**
 * As {@link startWorker}, or one that an earlier test of the file has done with: most of a short test is the start of
 * its threads. For fixtures that do nothing more once they have answered; what they keep, such as a lock of an
 * earlier test's mutex, must mean nothing to a later one.
 */
export async function borrowWorker<Fixture>(
  fixture: string | URL,
  base?: string,
): Promise<TestWorker<Fixture>> {
  const module = bundled(fixture, base);
  const rest = resting.get(module.href) ?? [];
  resting.set(module.href, rest);
  return tested(rest.pop() ?? new Thread(module, {}, rest));
}

/** Borrows `n` workers of the same fixture at once. */
export function borrowWorkers<Fixture>(
  n: number,
  fixture: string | URL,
  base?: string,
): Promise<TestWorker<Fixture>[]> {
  return Promise.all(Array.from({ length: n }, () => borrowWorker<Fixture>(fixture, base)));
}

async function tested<Fixture>(thread: Thread): Promise<TestWorker<Fixture>> {
  started.add(thread);
  await thread.ready;
  return thread as unknown as TestWorker<Fixture>;
}

class Call {
  readonly answer: Promise<unknown>;
  resolve!: (value: unknown) => void;
  reject!: (reason: unknown) => void;

  constructor() {
    this.answer = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
  }
}

const READY = 0; // a call that every thread answers once, unasked

interface Answer {
  readonly call: number;
  readonly result?: unknown;
  readonly error?: { readonly thrown?: unknown; readonly message?: string };
}

class Thread {
  readonly ready: Promise<unknown>;
  readonly agent: number;
  readonly call: object;
  readonly #worker: Worker;
  readonly #rest: Thread[] | undefined;
  readonly #ended: Promise<End>;
  readonly #calls: Map<number, Call> = new Map();
  #count = 0;
  #endIsExpected = false;
  #died = false;

  /** `rest`: where it rests when it is borrowed. */
  constructor(module: URL, options: WorkerOptions, rest?: Thread[]) {
    this.#rest = rest;
    this.#worker = new Worker(loaderOf(module), {
      ...options,
      workerData: { module: module.href },
    });
    this.agent = this.#worker.threadId + 1;
    this.call = new Proxy({}, { get: (_, name) => this.#caller(name) });
    this.ready = this.#expect(READY);
    this.#worker.on('message', (answer: Answer) => this.#take(answer));
    let error: unknown;
    this.#worker.on('error', (thrown) => (error = thrown));
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#died = !this.#endIsExpected;
        resolve({ code, error });
        const reason = new Error(`the thread has ended with exit code ${code}`, { cause: error });
        for (const { answer, reject } of this.#calls.values()) {
          answer.catch(() => {}); // a test that has failed already awaits it no more
          reject(reason);
        }
      });
    });
  }

  get ended(): Promise<End> {
    this.#endIsExpected = true;
    return this.#ended;
  }

  get diedUnasked(): boolean {
    return this.#died && !this.#endIsExpected;
  }

  /** Ends, unless it can be borrowed again. */
  async rest(): Promise<void> {
    const isAtRest = !this.#died && !this.#endIsExpected && this.#calls.size === 0;
    if (isAtRest && this.#rest) this.#rest.push(this);
    else await this.terminate();
  }

  async terminate(): Promise<void> {
    this.#endIsExpected ||= !this.#died;
    await this.#worker.terminate();
    await this.#ended;
  }

  #caller(name: string | symbol): (...args: unknown[]) => Promise<unknown> {
    return (...args) => {
      const call = ++this.#count;
      this.#worker.postMessage({ call, name, args });
      return this.#expect(call);
    };
  }

  #expect(call: number): Promise<unknown> {
    const expected = new Call();
    this.#calls.set(call, expected);
    return expected.answer;
  }

  #take({ call, result, error }: Answer): void {
    const waiting = this.#calls.get(call);
    this.#calls.delete(call);
    if (error) waiting?.reject('thrown' in error ? error.thrown : revived(error));
    else waiting?.resolve(result);
  }
}

/** An error with the name, code and message that it had in the thread. */
function revived(error: object): Error {
  return Object.assign(new Error(), error);
}
