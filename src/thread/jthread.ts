import { SyncError } from '../errors.ts';
import { StopSource } from '../stop/stop-source.ts';
import type { StopToken } from '../stop/stop-token.ts';
import type { FunctionName, ModuleRef, ThreadArguments, ThreadResult } from './module-ref.ts';
import { Running } from './running.ts';
import { Thread } from './thread.ts';

/**
 * A {@link Thread} that can be asked to stop, and that stops and is joined when it is disposed of. Its
 * function finds its stop token as {@link ownStopToken} among its arguments, or as `thisThread.stopToken`.
 *
 * @example
 * ```ts
 * const code = 'export function work(stop) { while (!stop.stopRequested); }';
 * const jobs = moduleRef<{ work(stop: StopToken): void }>(`data:text/javascript,${code}`);
 * {
 *   using thread = JThread.start(jobs, 'work', ownStopToken);
 *   console.log(thread.stopToken.stopRequested); // → false
 * } // asked to stop here, and joined
 * ```
 * C++: `std::jthread`.
 */
export class JThread<R = unknown> extends Thread<R> implements AsyncDisposable {
  readonly #stopSource: StopSource;

  /** Starts the export `name` of `module`. See {@link start}, which knows the types. */
  constructor(module: URL, name: string, ...args: unknown[]) {
    const source = new StopSource();
    super(new Running(module, name, args, source.token));
    this.#stopSource = source;
  }

  /** As {@link Thread.start}; `ownStopToken` among `args` becomes the thread's own stop token. */
  static override start<M, K extends FunctionName<M>>(
    module: ModuleRef<M>,
    name: K,
    ...args: ThreadArguments<M[K]>
  ): JThread<ThreadResult<M[K]>> {
    return new JThread(module, name, ...(args as unknown[]));
  }

  /** What asks this thread to stop. */
  get stopSource(): StopSource {
    return this.#stopSource;
  }

  /** What this thread sees of that. */
  get stopToken(): StopToken {
    return this.#stopSource.token;
  }

  /** Asks it to stop, which is for its function to heed. As {@link StopSource.requestStop}. */
  requestStop(): boolean {
    return this.#stopSource.requestStop();
  }

  /**
   * If it is joinable: asks it to stop, and blocks until it has ended. Throws as {@link join} does, but for
   * `operation_canceled`, which is what the stop makes of a wait.
   */
  override [Symbol.dispose](): void {
    if (!this.joinable) return;
    this.requestStop();
    try {
      this.join();
    } catch (error) {
      throwUnlessCanceled(error);
    }
  }

  /** The same, with the event loop free: `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.joinable) return;
    this.requestStop();
    await this.joinAsync().catch(throwUnlessCanceled);
  }
}

function throwUnlessCanceled(error: unknown): void {
  if (!(error instanceof SyncError && error.code === 'operation_canceled')) throw error;
}
