/**
 * Histories: what threads called, and what came of it.
 *
 * Times are numbers of one clock, of whatever unit. Intervals are closed: an operation that is called
 * in the moment in which another returns overlaps it. That claims the least: a clock that is too coarse
 * to tell two moments apart makes an order unknown, not wrong.
 */
import { textOf } from './text.ts';

interface Interval<Name extends string, Output> {
  /** Who called it. */
  readonly thread: number | string;
  /** What was called. */
  readonly name: Name;
  /** What it returned. Means nothing while it is pending. */
  readonly output?: Output | undefined;
  /** When it was called. */
  readonly call: number;
  /** When it returned. Missing of one that is pending: its thread has died, or it still waits. It may have taken effect or not. */
  readonly return?: number | undefined;
}

/**
 * One operation of a history. A specification has a union of these, told apart by `name`; an input that
 * may be undefined may be left out.
 *
 * @example
 * ```ts
 * type Counting = Operation<'add', number, number> | Operation<'read', undefined, number>;
 * const add: Counting = { thread: 1, name: 'add', input: 2, output: 0, call: 3, return: 5 };
 * console.log(isPending(add)); // → false
 * ```
 */
export type Operation<Name extends string = string, Input = unknown, Output = unknown> = Interval<
  Name,
  Output
> &
  (undefined extends Input
    ? {
        /** What it was given. */
        readonly input?: Input;
      }
    : {
        /** What it was given. */
        readonly input: Input;
      });

/** The operations that may have this name. */
type Named<Op extends Operation, Name> = Op extends unknown
  ? Name extends Op['name']
    ? Op
    : never
  : never;

/** What an operation of this name takes. */
export type InputOf<Op extends Operation, Name extends Op['name']> = Named<Op, Name>['input'];

/** What an operation of this name returns. */
export type OutputOf<Op extends Operation, Name extends Op['name']> = Named<Op, Name>['output'];

/**
 * Whether it never returned.
 *
 * @example
 * ```ts
 * console.log(isPending({ thread: 1, name: 'lock', call: 0 })); // → true
 * ```
 */
export function isPending(operation: Operation): boolean {
  return operation.return === undefined;
}

/**
 * Whether `operation` returned `output`, or never returned: then it may have been about to. Values are
 * compared by what they hold, as plain data.
 *
 * @example
 * ```ts
 * const load: Operation = { thread: 1, name: 'load', output: [1, 2], call: 0, return: 1 };
 * console.log(returns(load, [1, 2]), returns(load, [2])); // → true false
 * console.log(returns({ ...load, return: undefined }, [2])); // → true
 * ```
 */
export function returns(operation: Operation, output: unknown): boolean {
  if (isPending(operation) || Object.is(operation.output, output)) return true;
  return typeof output === 'object' && textOf(operation.output) === textOf(output);
}

/** `push(1) → true`, as it stands in tables. */
export function nameOf(operation: Operation): string {
  const { name, input, output } = operation;
  const call = `${name}(${input === undefined ? '' : textOf(input)})`;
  if (isPending(operation)) return `${call} …`;
  return output === undefined ? call : `${call} → ${textOf(output)}`;
}

/** @throws TypeError for a name that is none of `names`, RangeError for times that cannot be. */
export function checkHistory(history: readonly Operation[], names?: readonly string[]): void {
  for (const operation of history) {
    if (names && !names.includes(operation.name)) {
      throw new TypeError(`the specification knows ${names.join(', ')}, not '${operation.name}'`);
    }
    const { call, return: end = Infinity } = operation;
    if (call <= end) continue; // false for NaN
    throw new RangeError(`${nameOf(operation)} was called at ${call} and returned at ${end}`);
  }
}
