/**
 * `std::thread`: an export of a module that runs in a worker.
 *
 * States
 *   joinable      from the start on, whether it runs or has ended
 *   not joinable  joined, being joined by `joinAsync`, or detached; for ever
 */
import { workerThreads } from '../agent/runtime.ts';
import { SyncError } from '../errors.ts';
import { describe } from '../memory/checks.ts';
import { tagOf } from '../memory/words.ts';
import { UNCLONEABLE } from '../lock/tags.ts';
import { NO_OPTIONS, type WaitOptions } from '../wait/options.ts';
import { Completion, newCompletion } from './completion.ts';
import type { Job } from './job.ts';
import { checkLoadable } from './load-export.ts';
import type { FunctionName, ModuleRef, ThreadArguments, ThreadResult } from './module-ref.ts';
import { type Ending, readOutcome } from './outcome.ts';
import { requireWorkers, type StartedWorker, startWorker } from './start-worker.ts';
import { pack } from './transport.ts';

const ENTRY = new URL('./entry.js', import.meta.url);
const UNHEARD: WaitOptions = { keepAlive: false };

/**
 * A function that runs in a thread of its own. The thread loads the module anew and calls the export of
 * that name; shared objects among the arguments arrive live, other values are copied, ports and streams
 * move. What the function returns, or a promise of it resolves to, is what {@link join} returns.
 *
 * A thread starts at once, also when the thread that started it blocks. It keeps the process alive until its
 * function is done, unless detached. Then it is over: timers it has left behind do not ring.
 *
 * @example
 * ```ts
 * const math = moduleRef<{ half(n: number): number }>('data:text/javascript,export const half = (n) => n / 2');
 * const thread = Thread.start(math, 'half', 10);
 * console.log(thread.join()); // → 5
 * ```
 * C++: `std::thread`. There is no `resource_deadlock_would_occur`: no thread has its own `Thread`.
 */
export class Thread<R = unknown> implements Disposable {
  /** Keeps structured clone from making a copy that is no thread. @internal */
  readonly guard: symbol = UNCLONEABLE;
  /** The id of its agent, also after the end: `threadId + 1` in Node. */
  readonly id: number;
  readonly #label: string;
  readonly #started: StartedWorker;
  readonly #port: import('node:worker_threads').MessagePort;
  readonly #completion: Completion;
  #isJoinable = true;

  /** Starts the export `name` of `module`. See {@link start}, which knows the types. */
  constructor(module: URL, name: string, ...args: unknown[]) {
    checkCall(module, name);
    const words = newCompletion();
    const { port1, port2 } = new (requireWorkers().MessageChannel)();
    const job: Job = { module: module.href, name, args, completion: words, port: port2 };
    this.#started = startWorker(ENTRY, name, pack(job));
    this.#port = port1;
    this.id = this.#started.id;
    this.#label = `thread ${this.id} '${name}'`;
    this.#completion = new Completion(words, this.id, this.#label, this.#started.isStillborn);
  }

  /**
   * Starts the export `name` of `module` with `args`.
   *
   * @throws TypeError for arguments that cannot travel; SyncError `operation_not_permitted` while this
   * thread loads the module that it is to run itself, `invalid_argument` for a TypeScript module where
   * neither the runtime nor tsx strips types.
   */
  static start<M, K extends FunctionName<M>>(
    module: ModuleRef<M>,
    name: K,
    ...args: ThreadArguments<M[K]>
  ): Thread<ThreadResult<M[K]>> {
    return new Thread(module, name, ...(args as unknown[]));
  }

  /** Whether it was neither joined nor detached. */
  get joinable(): boolean {
    return this.#isJoinable;
  }

  /**
   * Blocks until the thread has ended. Returns what its function returned, or throws what it threw.
   *
   * @throws SyncError `invalid_argument` when it is not joinable; `no_such_process` when it died before its
   * function was done, by `process.exit()`, `terminate()` or an uncaught error, which is the `cause` then.
   */
  join(): R {
    this.#checkJoinable('join');
    this.#completion.checkMayWait();
    this.#isJoinable = false;
    this.#completion.wait();
    return this.#outcome();
  }

  /** As {@link join}, with the event loop free. From the call on the thread is not joinable. */
  async joinAsync(): Promise<R> {
    this.#checkJoinable('joinAsync');
    this.#isJoinable = false;
    await this.#completion.waitAsync(NO_OPTIONS);
    return this.#outcome();
  }

  /**
   * Lets it run alone: it ends with the process at the latest, which it does not keep alive if the main
   * thread started it. (One that another thread started keeps that one from exiting.) What its function
   * throws is an unhandled rejection of this thread.
   *
   * @throws SyncError `invalid_argument` when it is not joinable.
   */
  detach(): void {
    this.#checkJoinable('detach');
    this.#isJoinable = false;
    if (workerThreads?.isMainThread) this.#started.worker.unref();
    void this.#reportDetached();
  }

  /**
   * Does nothing when the thread was joined or detached.
   *
   * @throws SyncError `operation_not_permitted` when it is joinable: C++ terminates the program then.
   */
  [Symbol.dispose](): void {
    if (!this.#isJoinable) return;
    throw new SyncError(
      'operation_not_permitted',
      `${this.#label} was disposed of while joinable: join() or detach() it`,
    );
  }

  #checkJoinable(call: string): void {
    if (this.#isJoinable) return;
    throw new SyncError('invalid_argument', `${call}() of ${this.#label}, which is not joinable`);
  }

  #outcome(): R {
    const { outcome, uncaught } = this.#read();
    if (!outcome) {
      const message = `${this.#label} died before its function was done`;
      throw new SyncError('no_such_process', message, causedBy(uncaught));
    }
    if ('thrown' in outcome) throw outcome.thrown;
    return outcome.value as R;
  }

  async #reportDetached(): Promise<void> {
    await this.#completion.waitAsync(UNHEARD);
    const { outcome, uncaught } = this.#read();
    if (outcome && 'thrown' in outcome) throw outcome.thrown;
    if (uncaught !== undefined) throw uncaught;
  }

  #read(): Ending {
    const read = readOutcome(this.#port);
    this.#port.close();
    return { uncaught: this.#started.fatal(), ...read };
  }
}

function checkCall(module: unknown, name: unknown): void {
  if (tagOf(module) !== 'URL') {
    throw new TypeError(`\`module\` must be a URL, as of moduleRef(), got ${describe(module)}`);
  }
  if (typeof name !== 'string') {
    throw new TypeError(`\`name\` must be a string, got ${describe(name)}`);
  }
  checkLoadable(module as URL);
}

function causedBy(uncaught: unknown): ErrorOptions {
  return uncaught === undefined ? {} : { cause: uncaught };
}
