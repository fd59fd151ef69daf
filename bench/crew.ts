/** The threads that run one side of a row. They live for a few rounds, then others take over. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import * as crossthread from 'crossthread';
import type { MutexOptions } from 'crossthread';
import { loadModule } from './load-module.ts';
import { Histogram } from './worker/histogram.mjs';
import { LockServer } from './worker/lock-server.mjs';
import { PEERS } from './worker/peers.mjs';
import { Barrier as RawBarrier } from './worker/raw/index.mjs';
import {
  BARRIER,
  BYTE_LENGTH,
  CONDITION,
  COUNT,
  dataOf,
  initChannels,
  type Library,
  MUTEX,
  SEMAPHORES,
} from './worker/subject.mjs';

export const STARTING = 60_000; // ms: threads that are not there by then never will be
export const LIMIT = 30_000; // ms: a round that lasts longer hangs, unless another limit is given

/** One side of a row: an export of a module in worker/load, over the objects of one library. */
export interface Side {
  readonly library: Library | 'C++';
  readonly module: string;
  readonly load: string;
  readonly fairness?: NonNullable<MutexOptions['fairness']>;
  /** Of `increments.mjs`, when observed: for how many ms each holds the mutex. */
  readonly hold?: number;
  /** Of `increments.mjs`, when awaited: how many tasks each thread has. */
  readonly tasks?: number;
  /** Where it runs, if not in this process. */
  readonly host?: Host;
}

export type Host = 'Node 24' | 'C++';

/** What all threads of a crew did in one round. */
export interface Sample {
  readonly operations: number;
  readonly nanoseconds: number;
  /** Of `hand-off.mjs`: how long each one took. */
  readonly latencies?: Histogram;
  /** Of `increments.mjs`, when observed: how long each lock took, and how many went before. */
  readonly waits?: Histogram;
  readonly bypasses?: Histogram;
  /** How often somebody else had the lock too, where the load looks. */
  readonly overlaps: number;
}

interface Answer {
  readonly began: number;
  readonly ended: number;
  readonly operations: number;
  readonly overlaps: number;
  readonly seen: { readonly [name: string]: Pick<Histogram, 'counts' | 'max'> };
}

/** Says which side it was that hung, lost something, or could not even start. */
export class SideFailed extends Error {
  readonly side: Side;
  readonly reason: string;

  constructor(side: Side, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${side.library}: ${reason}`, { cause });
    this.side = side;
    this.reason = reason;
  }
}

export class Crew {
  readonly #side: Side;
  readonly #workers: readonly Worker[];
  readonly #data: Int32Array;
  readonly #limit: number;

  private constructor(side: Side, workers: readonly Worker[], data: Int32Array, limit: number) {
    this.#side = side;
    this.#workers = workers;
    this.#data = data;
    this.#limit = limit;
  }

  static async start(side: Side, threads: number, limit: number = LIMIT): Promise<Crew> {
    const buffer = newBuffer(side, threads);
    const shared = await PEERS[side.library]?.share?.();
    const module = loadModule(side.module);
    const ends = endsOf(side, threads);
    const workers = Array.from({ length: threads }, (_, index) => {
      const end = ends[index];
      const workerData = { side, module, buffer, shared, index, threads, end };
      const url = new URL('./worker/thread.mjs', import.meta.url);
      const transferList = end ? [end] : [];
      return new Worker(url, { workerData, transferList, execArgv: [] }); // without tsx, which would slow them
    });
    const crew = new Crew(side, workers, dataOf(buffer), limit);
    try {
      await within(STARTING, Promise.all(workers.map(answer)));
    } catch (error) {
      await crew.dismiss();
      throw new SideFailed(side, error);
    }
    return crew;
  }

  /** One round. Throws a {@link SideFailed} when it hangs, or when the lock let two in at once. */
  async run(amount: number): Promise<Sample> {
    try {
      return await this.#run(amount);
    } catch (error) {
      throw new SideFailed(this.#side, error);
    }
  }

  async #run(amount: number): Promise<Sample> {
    const before = this.#count();
    const answers = Promise.all(this.#workers.map((worker) => answer(worker) as Promise<Answer>));
    for (const worker of this.#workers) worker.postMessage(amount);
    const sample = summed(await within(this.#limit, answers));
    const counted = (this.#count() - before) | 0;
    if (counted === sample.operations) return sample;
    throw new Error(`${sample.operations} operations, but ${counted} were counted`);
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #count(): number {
    return Atomics.load(this.#data, COUNT);
  }
}

function newBuffer({ library, fairness = 'eventual' }: Side, threads: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(BYTE_LENGTH);
  const [first, second] = SEMAPHORES;
  if (library !== 'crossthread') {
    new Int32Array(buffer, first)[0] = 1;
    RawBarrier.init(buffer, BARRIER, threads);
    return buffer;
  }
  const { Barrier, ConditionVariable, Mutex, Semaphore } = crossthread;
  Mutex.init(buffer, MUTEX, { fairness });
  ConditionVariable.init(buffer, CONDITION);
  Semaphore.init(buffer, first, 1);
  Semaphore.init(buffer, second, 0);
  Barrier.init(buffer, BARRIER, threads);
  initChannels(crossthread, buffer);
  return buffer;
}

/** A port for each thread to the keeper of the lock; or for the first two, to each other. */
function endsOf({ library }: Side, threads: number): readonly MessagePort[] {
  if (library === 'messages') {
    const server = new LockServer();
    return Array.from({ length: threads }, () => server.connect());
  }
  const { port1, port2 } = new MessageChannel();
  return [port1, port2];
}

function answer(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message) => {
      worker.off('error', reject);
      resolve(message);
    });
    worker.once('error', reject);
  });
}

export async function within<T>(limit: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`nothing within ${limit / 1000} s`);
    timer = setTimeout(() => reject(error), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** From the first start to the last end. */
function summed(answers: readonly Answer[]): Sample {
  const began = Math.min(...answers.map((answer) => answer.began));
  const ended = Math.max(...answers.map((answer) => answer.ended));
  const seen: { [name: string]: Histogram } = {};
  for (const answer of answers) {
    for (const [name, histogram] of Object.entries(answer.seen)) {
      (seen[name] ??= new Histogram()).merge(histogram);
    }
  }
  const sum = (what: 'operations' | 'overlaps'): number =>
    answers.reduce((total, answer) => total + answer[what], 0);
  const [operations, overlaps] = [sum('operations'), sum('overlaps')];
  return { operations, overlaps, nanoseconds: ended - began, ...seen };
}
