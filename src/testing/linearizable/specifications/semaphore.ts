/** Semaphores: how many permits are left. */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';
import type { TryOptions } from './mutex.ts';

/** What threads do with a semaphore. Inputs are numbers of permits; one, if none is given. */
export type SemaphoreOperation =
  | Operation<'acquire', number | undefined, void>
  | Operation<'tryAcquire', number | undefined, boolean>
  | Operation<'release', number | undefined, void>;

/**
 * A semaphore with so many permits; none is released beyond `max`.
 *
 * @example
 * ```ts
 * const history: SemaphoreOperation[] = [
 *   { thread: 1, name: 'acquire', call: 0, return: 1 },
 *   { thread: 2, name: 'tryAcquire', output: false, call: 2, return: 3 },
 * ];
 * console.log(checkLinearizable(history, specifications.semaphore(1)).verdict); // → linearizable
 * ```
 */
export function semaphore(
  permits: number,
  { max = Infinity, spurious = false }: TryOptions & { readonly max?: number } = {},
): Specification<SemaphoreOperation, number> {
  return {
    initial: permits,
    names: ['acquire', 'tryAcquire', 'release'],
    step(left, operation) {
      const { name, input: n = 1 } = operation;
      if (name === 'release') return left + n <= max ? left + n : undefined;
      const isTaken = name === 'acquire' || returns(operation, true);
      if (isTaken && n <= left) return left - n;
      const canFail = spurious || n > left;
      return name === 'tryAcquire' && returns(operation, false) && canFail ? left : undefined;
    },
    key: (left) => left,
    describe: (left) => `${left} left`,
  };
}
