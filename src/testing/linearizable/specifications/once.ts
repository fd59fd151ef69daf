/** Once flags: whether the function has run. */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';

/** How `callOnce` ended: it ran the function, another had run it, or the function threw. */
export type OnceOutcome = 'ran' | 'skipped' | 'threw';

/** What threads do with a once flag. */
export type OnceOperation = Operation<'callOnce', undefined, OnceOutcome>;

/**
 * A function that runs once: the others return after it, and one that throws leaves its turn to the
 * next. The state is whether it has run.
 *
 * @example
 * ```ts
 * const history: OnceOperation[] = [
 *   { thread: 1, name: 'callOnce', output: 'ran', call: 0, return: 1 },
 *   { thread: 2, name: 'callOnce', output: 'ran', call: 2, return: 3 },
 * ];
 * console.log(checkLinearizable(history, specifications.once()).verdict); // → not-linearizable
 * ```
 */
export function once(): Specification<OnceOperation, boolean> {
  return {
    initial: false,
    names: ['callOnce'],
    step(isDone, operation) {
      if (isDone) return returns(operation, 'skipped') ? isDone : undefined;
      if (returns(operation, 'ran')) return true;
      return returns(operation, 'threw') ? isDone : undefined;
    },
    describe: (isDone) => (isDone ? 'run already' : 'not run yet'),
  };
}
