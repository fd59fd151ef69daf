import { SyncError } from '../errors.ts';
import { checkInteger, checkMilliseconds, checkOptions, describe } from '../memory/checks.ts';
import type { StopToken } from '../stop/stop-token.ts';
import type {
  FunctionName,
  ModuleRef,
  ThreadArguments,
  ThreadResult,
} from '../thread/module-ref.ts';
import type { Milliseconds } from '../wait/deadline.ts';
import type { ResourceLimits } from '../thread/resource-limits.ts';
import type { Crew } from './depot-line.ts';
import type { Future } from './future.ts';
import { OwnedDepot } from './owned-depot.ts';
import { submit, USUAL } from './submit.ts';
import type { Task } from './task.ts';

const MOST = 200; // of the 256 threads that a process may have

/** Options of a pool. */
export interface PoolOptions {
  /** What its threads are called. Default `pool`. */
  name?: string;
  /** The least number of threads, which start with the pool and stay. Default 0. */
  min?: number;
  /** The most threads. Default 32. */
  max?: number;
  /** Both `min` and `max`. */
  size?: number;
  /** Milliseconds after which a thread beyond `min` ends that has had nothing to do. Default 10,000. */
  idle?: Milliseconds;
  /** Of each thread, as `node:worker_threads` has them. A thread that exceeds them dies. */
  resourceLimits?: ResourceLimits;
}

/** Options of a task. */
export interface TaskOptions {
  /** Cancels the task if it has not begun: it never runs, and its future has the signal's reason. */
  signal?: AbortSignal | StopToken;
}

/**
 * Threads that run tasks, one at a time each but for those that await others. Tasks begin in the order in which they were submitted, also
 * while the thread that has submitted them blocks. There are as many threads as are needed: as many as cores
 * at once, and further ones, up to `max`, one by one while nothing gets on. A task that waits for its turn
 * also runs in the thread that blocks in `get()` or `wait()` of its future; where that cannot be, because the
 * thread holds a mutex or the task is an `async` function or only a name, a thread comes on top of `max`.
 *
 * A task that awaits another one of its pool, by `getAsync()` or `waitAsync()`, is not done, and has its thread. Once there are
 * `max` threads, and none is free, the awaited task runs in that thread, too, beside the one that awaits it: as deep
 * as you like. It does so from the moment when it is awaited, as any code may run where a function awaits, so it must not
 * block for what that thread is to do meanwhile. If the thread holds a mutex then, or a port is among the arguments,
 * a thread comes on top of `max` instead.
 *
 * What a task submits by {@link async} goes to the pool that it runs in. A thread that dies breaks its own
 * task, `broken_promise`, and is replaced. An idle pool does not keep the process alive; tasks do, and the thread
 * that has submitted them. The pool ends with the thread that made it. It has one thread more, which hands
 * the tasks out.
 *
 * @example
 * ```ts
 * const code = 'export const half = (n) => n / 2';
 * const math = moduleRef<{ half(n: number): number }>(`data:text/javascript,${code}`);
 * using pool = new ThreadPool({ max: 2 });
 * const [a, b] = [pool.async(math, 'half', 10), pool.async(math, 'half', 20)];
 * console.log(a.get() + b.get()); // → 15
 * ```
 * C++: `std::execution::static_thread_pool`, nearly, of C++26.
 */
export class ThreadPool implements Disposable, AsyncDisposable {
  readonly #crew: Crew;
  #depot: OwnedDepot | undefined;
  #isClosed = false;

  /** A pool whose threads start when they are needed, but for the first `min`. */
  constructor(options: PoolOptions = {}) {
    this.#crew = crewOf(options);
    if (this.#crew.min > 0) this.#open();
  }

  /**
   * Runs a task, or the export `name` of `module`, in a thread of the pool. Never blocks. Arguments travel
   * as those of a {@link Thread} do.
   *
   * @throws TypeError for arguments that cannot travel; SyncError `operation_not_permitted` while this
   * thread loads the module that it is to run itself, `broken_pipe` once the pool is disposed of,
   * `invalid_argument` for a TypeScript module where neither the runtime nor tsx strips types.
   */
  async<A extends unknown[], R>(task: Task<A, R>, ...args: A): Future<Awaited<R>>;
  async<M, K extends FunctionName<M>>(
    module: ModuleRef<M>,
    name: K,
    ...args: ThreadArguments<M[K]>
  ): Future<ThreadResult<M[K]>>;
  async(...order: unknown[]): Future<never> {
    return this.#submit(order, {});
  }

  /** As {@link async}, with options. */
  asyncWith<A extends unknown[], R>(
    options: TaskOptions,
    task: Task<A, R>,
    ...args: A
  ): Future<Awaited<R>>;
  asyncWith<M, K extends FunctionName<M>>(
    options: TaskOptions,
    module: ModuleRef<M>,
    name: K,
    ...args: ThreadArguments<M[K]>
  ): Future<ThreadResult<M[K]>>;
  asyncWith(options: TaskOptions, ...order: unknown[]): Future<never> {
    return this.#submit(order, options);
  }

  /** Takes no more tasks, and blocks until those it has are done. Idempotent. */
  [Symbol.dispose](): void {
    this.#depot?.checkMayWait();
    this.#close();
    this.#depot?.wait();
  }

  /** The same, with the event loop free: `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await this.#depot?.waitAsync();
  }

  #submit(order: readonly unknown[], options: TaskOptions): Future<never> {
    if (this.#isClosed)
      throw new SyncError('broken_pipe', `${this.#label}: async() when it is disposed of`);
    return submit(this.#open(), order, options);
  }

  #open(): OwnedDepot {
    if (!this.#depot || this.#depot.isGone) this.#depot = new OwnedDepot(this.#crew);
    return this.#depot;
  }

  #close(): void {
    if (!this.#isClosed) this.#depot?.close();
    this.#isClosed = true;
  }

  get #label(): string {
    return `pool '${this.#crew.name}'`;
  }
}

function crewOf(options: PoolOptions): Crew {
  checkOptions(options);
  const { name = USUAL.name, size, idle = USUAL.idle, resourceLimits = {} } = options;
  const { max = size ?? USUAL.max, min = size ?? USUAL.min } = options;
  if (typeof name !== 'string') {
    throw new TypeError(`\`name\` must be a string, got ${describe(name)}`);
  }
  if (size !== undefined) checkInteger('size', size, 1, MOST);
  checkInteger('max', max, 1, MOST);
  checkInteger('min', min, 0, max);
  checkMilliseconds('idle', idle);
  checkOptions(resourceLimits);
  return { name, min, max, idle, resourceLimits };
}
