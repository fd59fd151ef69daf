/** The forms of every operation: blocking, by promise, and by `begin_` and `end_`. */
import { AsyncResult, type Origin } from './async-result.ts';
import { AnyCallback } from './callback.ts';
import { IllegalArgumentException } from './exceptions.ts';
import type { ObjectPrx } from './object-prx.ts';
import type { Outcome } from './outcome.ts';

export function call(outcome: Outcome): unknown {
  outcome.start();
  outcome.waitUntilDone();
  return outcome.value;
}

/** What `made` throws is a rejection too. */
export function callAsync(made: () => Outcome): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outcome = made();
    const done = (): void => outcome.settle(resolve, reject);
    outcome.follower = { sent: ignore, done };
    outcome.start();
  });
}

function ignore(): void {}

/** What follows the parameters in a call of a `begin_` method. */
export interface Trailing {
  readonly callback: AnyCallback | undefined;
  readonly cookie: unknown;
}

/** Takes the callback and the cookie from the end of `args`. */
export function takeTrailing(operation: string, args: unknown[]): Trailing {
  let cookie: unknown;
  if (args.length > 1 && args.at(-2) instanceof AnyCallback) cookie = args.pop();
  if (!(args.at(-1) instanceof AnyCallback)) return { callback: undefined, cookie: undefined };
  const callback = args.pop() as AnyCallback;
  if (callback.operation === undefined || callback.operation === operation)
    return { callback, cookie };
  throw new IllegalArgumentException(`a callback of ${callback.operation} for ${operation}`);
}

export function begin<P extends ObjectPrx | null>(
  outcome: Outcome,
  origin: Origin,
  { callback, cookie }: Trailing,
): AsyncResult<P> {
  const result = new AsyncResult<P>(origin, outcome, callback, cookie);
  outcome.follower = result;
  outcome.start();
  return result;
}

/** Blocks until it is done. Returns the value, once. */
export function end(result: unknown, owner: object, operation: string): unknown {
  if (!(result instanceof AsyncResult)) {
    throw new IllegalArgumentException(`end_${operation} takes a result of begin_${operation}`);
  }
  if (!result.belongsTo(owner, operation)) {
    const begun = result.getOperation();
    const by = begun === operation ? 'by another proxy' : `by begin_${begun}`;
    throw new IllegalArgumentException(`end_${operation} was given what was begun ${by}`);
  }
  return result.take();
}
