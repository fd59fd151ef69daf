/**
 * What the clients of the AWS SDK for C++ have and those of the SDK for JavaScript lack: a `…Async` that
 * queues a request into a thread executor, where a response handler is called with the outcome, and a
 * `…Callable` that gives back a future of it. The requests themselves are made by the real SDK, in the
 * executor's thread. See executor.ts for that side.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type Future, type ModuleRef, StdPromise, Thread } from 'crossthread';
import { AsyncCallerContext } from './async-caller-context.ts';
import { type AsyncCall, type Callable, SHUT_DOWN } from './call.ts';
import { executor } from './executor.ts';
import type { OutcomeData } from './outcome.ts';
import type {
  Configuration,
  OperationName,
  Request,
  ResponseReceivedHandler,
  Result,
} from './service.ts';

/** A client of the service `M`. It must exist until its operations have finished: disposing of it waits. */
export abstract class AsyncClient<M> implements Disposable, AsyncDisposable {
  readonly #calls: MessagePort;
  readonly #executor: Thread<void>;

  /** Starts an executor. The caller may block from here on. */
  constructor(service: ModuleRef<M>, configuration: Configuration<M>) {
    const { port1, port2 } = new MessageChannel();
    this.#calls = port1;
    const employment = { address: service.href, configuration };
    this.#executor = Thread.start(executor, 'execute', port2, employment);
  }

  /**
   * Makes the `…Async` of an operation: it queues the request and returns. The handler is called in the
   * executor's thread; if that dies, in the one that survives it, with an error.
   */
  protected asyncCall<K extends OperationName<M>>(operation: K) {
    return (
      request: Request<M, K>,
      { module, exportName }: ResponseReceivedHandler<M, K>,
      context: AsyncCallerContext = new AsyncCallerContext(),
    ): void => {
      const handler = { module: module.href, exportName };
      this.#queue({ operation, request, handler, uuid: context.getUUID() });
    };
  }

  /**
   * Makes the `…Callable` of an operation: it queues the request and returns a future, which any thread
   * can get or await. If the executor's thread dies, its promise is broken.
   */
  protected callable<K extends OperationName<M>>(operation: K) {
    return (request: Request<M, K>): Future<OutcomeData<Result<M, K>>> => {
      const promise = new StdPromise<OutcomeData<Result<M, K>>>();
      const future = promise.getFuture();
      this.#queue({ operation, request, promise: promise as StdPromise<OutcomeData<unknown>> });
      return future;
    };
  }

  [Symbol.dispose](): void {
    if (!this.#executor.joinable) return;
    this.#calls.postMessage(SHUT_DOWN);
    this.#executor.join();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#executor.joinable) return;
    this.#calls.postMessage(SHUT_DOWN);
    await this.#executor.joinAsync();
  }

  #queue(call: AsyncCall | Callable): void {
    if (!this.#executor.joinable) throw new Error(`${call.operation}: the client is disposed of`);
    this.#calls.postMessage(call);
  }
}
