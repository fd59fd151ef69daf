/** Calls of servants of the very thread that calls: they are called as they are, without the transport. */
import { CollocationOptimizationException } from './exceptions.ts';
import { type Request, Status } from './message.ts';
import { Outcome } from './outcome.ts';
import { thrownIn } from './reply.ts';
import type { Collocated as Adapter } from './transport/memory.ts';

/** Carries out `request` in this call. Returns what the servant returns, or throws what it throws. */
export function callHere(adapter: Adapter, request: Request): unknown {
  let finish: (() => unknown) | undefined;
  adapter.dispatch(request, (reply, thrown) => {
    finish = () => {
      if (reply[1] === Status.ok) return reply[2];
      throw reply[1] === Status.userException ? thrown : thrownIn(reply, request);
    };
  });
  if (finish) return finish();
  throw new CollocationOptimizationException(
    `${request[2]} returns a promise, which the thread of the servant cannot block for`,
  );
}

/** What has to go through the transport and may not. */
export class Collocated extends Outcome {
  readonly #operation: string;

  constructor(operation: string) {
    super(false);
    this.#operation = operation;
  }

  start(): void {
    this.fail(
      new CollocationOptimizationException(
        `${this.#operation}: the servant is in this thread, which an asynchronous invocation cannot call`,
      ),
    );
  }

  protected wait(): void {} // as above
}
