/** Futures: the value, once it is set. */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';
import { textOf } from '../text.ts';

/**
 * What threads do with a promise and its future. `set` returns whether it was the first; `get` waits;
 * `isReady` does not.
 */
export type FutureOperation<T> =
  | Operation<'set', T, boolean>
  | Operation<'get', undefined, T>
  | Operation<'isReady', undefined, boolean>;

/** `null`: not set. */
export type FutureState<T> = {
  /** What it was set to. */
  readonly value: T;
} | null;

/**
 * A value that is set once, by the first who tries, and that is got only then.
 *
 * @example
 * ```ts
 * const history: FutureOperation<number>[] = [
 *   { thread: 1, name: 'get', output: 7, call: 0, return: 3 },
 *   { thread: 2, name: 'set', input: 7, output: true, call: 1, return: 2 },
 * ];
 * console.log(checkLinearizable(history, specifications.future<number>()).verdict); // → linearizable
 * ```
 */
export function future<T>(): Specification<FutureOperation<T>, FutureState<T>> {
  return {
    initial: null,
    names: ['set', 'get', 'isReady'],
    step(state, operation) {
      switch (operation.name) {
        case 'get':
          return state && returns(operation, state.value) ? state : undefined;
        case 'isReady':
          return returns(operation, state !== null) ? state : undefined;
        default:
          if (!returns(operation, state === null)) return undefined;
          return state ?? { value: operation.input as T };
      }
    },
    describe: (state) => (state ? `set to ${textOf(state.value)}` : 'not set'),
  };
}
