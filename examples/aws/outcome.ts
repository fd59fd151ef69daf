/** What became of a call: `Aws::Utils::Outcome` and `Aws::Client::AWSError`. */

/** An outcome as it travels: of an object of a class, threads copy the data and not the methods. */
export type OutcomeData<R> = { readonly result: R } | { readonly error: ErrorData };

interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly responseCode: number;
}

/** `HttpResponseCode::REQUEST_NOT_MADE`, and of a request that was never answered. */
const REQUEST_NOT_MADE = -1;

/** A result, or an error. What a future of an outcome has got becomes one by `new Outcome(future.get())`. */
export class Outcome<R> {
  readonly #data: OutcomeData<R>;

  constructor(data: OutcomeData<R>) {
    this.#data = data;
  }

  isSuccess(): boolean {
    return 'result' in this.#data;
  }

  getResult(): R {
    if ('result' in this.#data) return this.#data.result;
    throw new Error(`The operation failed: ${this.#data.error.message}`);
  }

  getError(): AWSError {
    if ('error' in this.#data) return new AWSError(this.#data.error);
    throw new Error('The operation succeeded: it has no error.');
  }
}

/** What the SDK has thrown. */
export class AWSError {
  readonly #data: ErrorData;

  constructor(data: ErrorData) {
    this.#data = data;
  }

  /** `NoSuchBucket`, for example. */
  getExceptionName(): string {
    return this.#data.name;
  }

  getMessage(): string {
    return this.#data.message;
  }

  /** The status of the response, as 404; -1 if there was none. */
  getResponseCode(): number {
    return this.#data.responseCode;
  }
}

/** The outcome of a call that has thrown `error`. */
export function failure(error: unknown): { readonly error: ErrorData } {
  const { name = 'Error', $metadata } = (error ?? {}) as {
    readonly name?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  const responseCode = $metadata?.httpStatusCode ?? REQUEST_NOT_MADE;
  return { error: { name, message: messageOf(error), responseCode } };
}

/** What is worth printing of an error. */
export function messageOf(error: unknown): string {
  // A host with several addresses, none of which answers, is an AggregateError without a message.
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map(messageOf).join('; ');
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message;
}
