/** The flushing of batches, in its four forms, by what sends the batches of several proxies. */
import type { AsyncResult, Origin } from './async-result.ts';
import type { Callback, TypedCallback } from './callback.ts';
import { begin, call, callAsync, end, takeTrailing } from './forms.ts';
import type { Outcome } from './outcome.ts';

const FLUSH = 'flushBatchRequests';

export abstract class Flushing {
  /** @internal What is to become of what was collected. It starts later. */
  protected abstract flush(): Outcome;

  /** @internal Whose results there are. */
  protected abstract originOf(operation: string): Origin;

  /**
   * Sends what batch proxies have collected: for the adapter of a connection, or of all a communicator has. Blocks
   * until it is sent, or cannot be: a connection throws why, a communicator does not tell of failures.
   */
  flushBatchRequests(): void {
    call(this.flush());
  }

  /** As {@link flushBatchRequests}, with the event loop free. */
  async flushBatchRequestsAsync(): Promise<void> {
    await callAsync(() => this.flush());
  }

  /** As {@link flushBatchRequests}, without waiting. The callback hears of its being sent, and of what would be thrown. */
  begin_flushBatchRequests(
    callback?: Callback | TypedCallback<'ice_flushBatchRequests'>,
  ): AsyncResult<null>;
  begin_flushBatchRequests(callback: Callback, cookie: unknown): AsyncResult<null>;
  begin_flushBatchRequests<C>(
    callback: TypedCallback<'ice_flushBatchRequests', C>,
    cookie: C,
  ): AsyncResult<null>;
  begin_flushBatchRequests(...args: unknown[]): AsyncResult<null> {
    const trailing = takeTrailing(`ice_${FLUSH}`, args); // before anything is taken out of a batch
    return begin(this.flush(), this.originOf(FLUSH), trailing);
  }

  /** Blocks until what that began is sent, or cannot be, as {@link flushBatchRequests} does. */
  end_flushBatchRequests(result: AsyncResult<null>): void {
    end(result, this, FLUSH);
  }
}
