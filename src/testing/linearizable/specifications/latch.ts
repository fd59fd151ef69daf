/** Latches: how many are still to come. */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';

/** What threads do with a latch. Inputs are arrivals; one, if none is given. */
export type LatchOperation =
  | Operation<'countDown' | 'arriveAndWait', number | undefined, void>
  | Operation<'wait', undefined, void>
  | Operation<'tryWait', undefined, boolean>;

/**
 * A latch for so many arrivals: waits return once it is open. It does not close again, and nobody
 * counts down more than are to come.
 *
 * @example
 * ```ts
 * const history: LatchOperation[] = [
 *   { thread: 1, name: 'wait', call: 0, return: 3 },
 *   { thread: 2, name: 'countDown', call: 1, return: 2 },
 * ];
 * console.log(checkLinearizable(history, specifications.latch(1)).verdict); // → linearizable
 * ```
 */
export function latch(expected: number): Specification<LatchOperation, number> {
  return {
    initial: expected,
    names: ['countDown', 'arriveAndWait', 'wait', 'tryWait'],
    step(left, operation) {
      switch (operation.name) {
        case 'wait':
          return left === 0 ? left : undefined;
        case 'tryWait':
          return returns(operation, left === 0) ? left : undefined;
        default: {
          const { input: n = 1 } = operation;
          return n <= left ? left - n : undefined;
        }
      }
    },
    moments(operation) {
      if (operation.name !== 'arriveAndWait') return [operation];
      return [
        { ...operation, name: 'countDown' },
        { ...operation, name: 'wait', input: undefined },
      ];
    },
    key: (left) => left,
    describe: (left) => (left === 0 ? 'open' : `${left} to come`),
  };
}
