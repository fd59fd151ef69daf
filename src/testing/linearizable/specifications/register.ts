/** Atomic registers: their value. */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';

/**
 * What threads do with a register, as `Atomics` has it: what changes it returns the value before.
 * `compareExchange` takes what it expects and what to put there.
 */
export type RegisterOperation =
  | Operation<'load', undefined, number>
  | Operation<'store', number, void>
  | Operation<'exchange' | 'add', number, number>
  | Operation<'compareExchange', readonly [expected: number, replacement: number], number>;

/**
 * A word with the value `initial`. Values are not cut to any width.
 *
 * @example
 * ```ts
 * const history: RegisterOperation[] = [
 *   { thread: 1, name: 'add', input: 1, output: 0, call: 0, return: 2 },
 *   { thread: 2, name: 'add', input: 1, output: 0, call: 1, return: 3 },
 * ];
 * console.log(checkLinearizable(history, specifications.register(0)).verdict); // → not-linearizable
 * ```
 */
export function register(initial: number): Specification<RegisterOperation, number> {
  return {
    initial,
    names: ['load', 'store', 'exchange', 'add', 'compareExchange'],
    step(value, operation) {
      if (operation.name === 'store') return operation.input;
      return returns(operation, value) ? valueAfter(value, operation) : undefined;
    },
  };
}

function valueAfter(value: number, operation: RegisterOperation): number {
  switch (operation.name) {
    case 'load':
      return value;
    case 'add':
      return value + operation.input;
    case 'compareExchange': {
      const [expected, replacement] = operation.input;
      return value === expected ? replacement : value;
    }
    default:
      return operation.input;
  }
}
