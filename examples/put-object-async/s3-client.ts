/**
 * The parts of the AWS SDK for C++ that the sample uses and the SDK for JavaScript lacks: a client
 * whose `PutObjectAsync` queues the request into a thread executor, where the response handler is
 * called with the outcome. The requests themselves are made by the real SDK, in that thread.
 */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { PutObjectCommandInput, PutObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { startThread } from './start.ts';

/** `Aws::Client::ClientConfiguration`: plain data, because it travels to the executor. */
export interface S3ClientConfiguration {
  readonly region: string;
  readonly endpoint?: string;
  readonly forcePathStyle?: boolean;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The body by its file name: an open stream, which C++ has here, cannot be sent to a thread. */
export type PutObjectRequest = Omit<PutObjectCommandInput, 'Body'> & { readonly bodyFile: string };

/** `Aws::S3::Model::PutObjectOutcome`: a result, or an error. */
export class PutObjectOutcome {
  readonly #result: PutObjectCommandOutput | undefined;
  readonly #error: S3Error | undefined;

  private constructor(result: PutObjectCommandOutput | undefined, error: S3Error | undefined) {
    this.#result = result;
    this.#error = error;
  }

  static success(result: PutObjectCommandOutput): PutObjectOutcome {
    return new PutObjectOutcome(result, undefined);
  }

  static failure(error: unknown): PutObjectOutcome {
    return new PutObjectOutcome(undefined, new S3Error(error));
  }

  isSuccess(): boolean {
    return this.#error === undefined;
  }

  getResult(): PutObjectCommandOutput {
    if (this.#result === undefined) throw new Error('The operation failed: it has no result.');
    return this.#result;
  }

  getError(): S3Error {
    if (this.#error === undefined) throw new Error('The operation succeeded: it has no error.');
    return this.#error;
  }
}

/** `Aws::S3::S3Error`. */
export class S3Error {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  getMessage(): string {
    return messageOf(this.#error);
  }
}

/** What is worth printing of an error. */
export function messageOf(error: unknown): string {
  // A host with several addresses, none of which answers, is an AggregateError without a message.
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map(messageOf).join('; ');
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message;
}

/** `Aws::Client::AsyncCallerContext`: a text for the response handler. */
export class AsyncCallerContext {
  #uuid = '';

  setUUID(uuid: string): void {
    this.#uuid = uuid;
  }

  getUUID(): string {
    return this.#uuid;
  }
}

export type PutObjectResponseReceivedHandler = (
  s3Client: S3Client,
  request: PutObjectRequest,
  outcome: PutObjectOutcome,
  context: AsyncCallerContext,
) => void;

/** Where the executor finds a handler: functions cannot be sent to a thread, their names can. */
export interface HandlerReference {
  readonly module: string;
  readonly exportName: string;
}

/** Names a handler that `module` exports under its own name. */
export function exportedBy(
  module: string,
  handler: PutObjectResponseReceivedHandler,
): HandlerReference {
  return { module, exportName: handler.name };
}

/** A queued request, as it travels. */
export interface Operation {
  readonly id: number;
  readonly request: PutObjectRequest;
  readonly handler: HandlerReference;
  readonly uuid: string;
}

/** The last message to an executor: what is queued is finished, then its threads end. */
export const SHUT_DOWN = 'shut down';
export type Message = Operation | typeof SHUT_DOWN;

/** The sample's `S3Client`. It must exist until its operations have finished. */
export class AsyncS3Client implements AsyncDisposable {
  readonly #executor: Worker;
  readonly #executorEnds: Promise<unknown>;
  #operations = 0;

  private constructor(configuration: S3ClientConfiguration) {
    this.#executor = startThread('executor.ts', configuration);
    this.#executorEnds = once(this.#executor, 'exit');
  }

  /** Resolves when the executor runs: from then on the caller may block. */
  static async start(configuration: S3ClientConfiguration): Promise<AsyncS3Client> {
    const client = new AsyncS3Client(configuration);
    await once(client.#executor, 'message');
    return client;
  }

  /** Queues the request and returns. The executor calls the handler, with an error if it dies. */
  putObjectAsync(
    request: PutObjectRequest,
    handler: HandlerReference,
    context: AsyncCallerContext,
  ): void {
    const id = ++this.#operations;
    const operation: Operation = { id, request, handler, uuid: context.getUUID() };
    this.#executor.postMessage(operation satisfies Message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#executor.postMessage(SHUT_DOWN satisfies Message);
    await this.#executorEnds;
  }
}
