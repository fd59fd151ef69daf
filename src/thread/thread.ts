/**
 * `std::thread`: an export of a module that runs in a worker.
 *
 * States
 *   joinable      from the start on, whether it runs or has ended
 *   not joinable  being joined by `joinAsync`, which may be given up; or joined or detached, for ever
 */
import { SyncError } from '../errors.ts';
import { UNCLONEABLE } from '../lock/tags.ts';
import {
  checkWaitOptions,
  NO_OPTIONS,
  stopOf,
  type StopOptions,
  type WaitOptions,
} from '../wait/options.ts';
import type { FunctionName, ModuleRef, ThreadArguments, ThreadResult } from './module-ref.ts';
import { Running } from './running.ts';

const GUARD: symbol = UNCLONEABLE; // a local name: see lock/unique-lock.ts

/**
 * A function that runs in a thread of its own. The thread loads the module anew and calls the export of
 * that name; shared objects among the arguments arrive live, other values are copied, ports and streams
 * move. What the function returns, or a promise of it resolves to, is what {@link join} returns.
 *
 * A thread starts at once, also when the thread that started it blocks. It keeps the process alive until its
 * function is done, unless detached. Then it exits, whatever timers it has left behind, once threads that it
 * has started itself have ended, and what it has printed has passed through the event loop of its starter.
 *
 * @example
 * ```ts
 * const code = 'export const half = (n) => n / 2';
 * const math = moduleRef<{ half(n: number): number }>(`data:text/javascript,${code}`);
 * const thread = Thread.start(math, 'half', 10);
 * console.log(thread.join()); // → 5
 * ```
 * C++: `std::thread`. There is no `resource_deadlock_would_occur`: no thread has its own `Thread`.
 */
export class Thread<R = unknown> implements Disposable {
  /** @internal */
  readonly guard: symbol = GUARD;
  readonly #running: Running;
  #isJoinable = true;

  /** Starts the export `name` of `module`. See {@link start}, which knows the types. */
  constructor(module: URL, name: string, ...args: unknown[]);
  /** @internal */
  constructor(running: Running);
  constructor(source: URL | Running, name?: string, ...args: unknown[]) {
    this.#running = source instanceof Running ? source : new Running(source, name, args);
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

  /** The id of its agent, also after the end: `threadId + 1` in Node. */
  get id(): number {
    return this.#running.id;
  }

  /** Whether it was neither joined nor detached. */
  get joinable(): boolean {
    return this.#isJoinable;
  }

  /**
   * Blocks until the thread has ended. Returns what its function returned, or throws what it threw.
   *
   * @throws SyncError `invalid_argument` when it is not joinable; `no_such_process` when it died before its
   * function was done, by `process.exit()`, `terminate()` or an uncaught error, which is the `cause` then;
   * `operation_canceled` when `stop` is requested, from any thread: it is joinable still then. (The stop
   * is that of this wait. A {@link JThread} is asked to stop by its own.)
   */
  join(options?: StopOptions): R {
    const stop = stopOf(options);
    this.#checkJoinable('join');
    this.#running.wait(stop);
    this.#isJoinable = false;
    return this.#running.result() as R;
  }

  /**
   * As {@link join}, with the event loop free. From the call on the thread is not joinable; a wait that is
   * given up, by a signal or a timeout, leaves it so again.
   */
  async joinAsync(options: WaitOptions = NO_OPTIONS): Promise<R> {
    this.#checkJoinable('joinAsync');
    checkWaitOptions(options);
    this.#isJoinable = false;
    await this.#running.waitAsync(options).catch((reason: unknown) => {
      this.#isJoinable = true;
      throw reason;
    });
    return this.#running.result() as R;
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
    void this.#running.leaveAlone();
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
      `${this.#running.label} was disposed of while joinable: join() or detach() it`,
    );
  }

  #checkJoinable(call: string): void {
    if (this.#isJoinable) return;
    throw new SyncError(
      'invalid_argument',
      `${call}() of ${this.#running.label}, which is not joinable`,
    );
  }
}
