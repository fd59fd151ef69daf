/** The threads that run one side of a row. They live for a few rounds, then others take over. */
import { MessageChannel, Worker } from 'node:worker_threads';
import * as crossthread from 'crossthread';
import type { MutexOptions } from 'crossthread';
import { loadModule } from './load-module.ts';
import { Histogram } from './worker/histogram.mjs';
import { Barrier as RawBarrier } from './worker/raw/barrier.mjs';
import {
  BARRIER,
  BYTE_LENGTH,
  CONDITION,
  COUNT,
  dataOf,
  initChannels,
  MUTEX,
  SEMAPHORES,
} from './worker/subject.mjs';

const LIMIT = 30_000; // ms: a round that lasts longer hangs

/** One side of a row: an export of a module in worker/load, over the objects of one library. */
export interface Side {
  readonly library: 'raw' | 'crossthread';
  readonly module: string;
  readonly load: string;
  readonly fairness?: NonNullable<MutexOptions['fairness']>;
}

/** What all threads of a crew did in one round. */
export interface Sample {
  readonly operations: number;
  readonly nanoseconds: number;
  /** Of `hand-off.mjs`: how long each one took. */
  readonly latencies?: Histogram;
  /** Of `increments.mjs`, when observed: how long each lock took, and how many went before. */
  readonly waits?: Histogram;
  readonly bypasses?: Histogram;
}

interface Answer {
  readonly began: number;
  readonly ended: number;
  readonly operations: number;
  readonly seen: { readonly [name: string]: Pick<Histogram, 'counts' | 'max'> };
}

export class Crew {
  readonly #workers: readonly Worker[];
  readonly #data: Int32Array;

  private constructor(workers: readonly Worker[], data: Int32Array) {
    this.#workers = workers;
    this.#data = data;
  }

  static async start(side: Side, threads: number): Promise<Crew> {
    const buffer = newBuffer(side, threads);
    const { library, load } = side;
    const module = loadModule(side.module);
    const { port1, port2 } = new MessageChannel();
    const workers = Array.from({ length: threads }, (_, index) => {
      const end = index === 0 ? port1 : index === 1 ? port2 : undefined;
      const workerData = { library, module, load, buffer, index, threads, end };
      const url = new URL('./worker/thread.mjs', import.meta.url);
      const transferList = end ? [end] : [];
      return new Worker(url, { workerData, transferList, execArgv: [] }); // without tsx, which would slow them
    });
    await Promise.all(workers.map(answer));
    return new Crew(workers, dataOf(buffer));
  }

  /** One round. Throws when it hangs, or when the lock let two in at once. */
  async run(amount: number): Promise<Sample> {
    const before = this.#count();
    const answers = Promise.all(this.#workers.map((worker) => answer(worker) as Promise<Answer>));
    for (const worker of this.#workers) worker.postMessage(amount);
    const sample = summed(await withinLimit(answers));
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
  if (library === 'raw') {
    new Int32Array(buffer, first)[0] = 1;
    RawBarrier.init(buffer, BARRIER, threads);
    return buffer;
  }
  const { Barrier, ConditionVariable, Mutex, Semaphore } = crossthread;
  Barrier.init(buffer, BARRIER, threads);
  Mutex.init(buffer, MUTEX, { fairness });
  ConditionVariable.init(buffer, CONDITION);
  Semaphore.init(buffer, first, 1);
  Semaphore.init(buffer, second, 0);
  initChannels(crossthread, buffer);
  return buffer;
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

async function withinLimit<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`a round did not end within ${LIMIT / 1000} s`);
    timer = setTimeout(() => reject(error), LIMIT);
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
  const operations = answers.reduce((sum, answer) => sum + answer.operations, 0);
  return { operations, nanoseconds: ended - began, ...seen };
}
