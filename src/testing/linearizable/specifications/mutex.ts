/** Mutexes: who owns them. */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';

/** What threads do with a mutex. A timed or awaited form goes by the name of the plain one. */
export type MutexOperation =
  | Operation<'lock', undefined, void>
  | Operation<'tryLock', undefined, boolean>
  | Operation<'unlock', undefined, void>;

/** For objects whose tries may fail although they could succeed, as C++ lets them. */
export interface TryOptions {
  /** Default: false. */
  readonly spurious?: boolean;
}

type Owner = Operation['thread'] | null;

/**
 * A mutex: one owner, and only the owner unlocks. To lock what one owns already never returns.
 *
 * @example
 * ```ts
 * const history: MutexOperation[] = [
 *   { thread: 1, name: 'lock', call: 0, return: 1 },
 *   { thread: 2, name: 'tryLock', output: true, call: 2, return: 3 },
 * ];
 * console.log(checkLinearizable(history, specifications.mutex()).verdict); // → not-linearizable
 * ```
 */
export function mutex({ spurious = false }: TryOptions = {}): Specification<
  MutexOperation,
  number | string | null
> {
  const canFail = (owner: Owner): boolean => spurious || owner !== null;
  return {
    initial: null,
    names: ['lock', 'tryLock', 'unlock'],
    step(owner, operation) {
      const { thread, name } = operation;
      if (name === 'unlock') return owner === thread ? null : undefined;
      const isTaken = name === 'lock' || returns(operation, true);
      if (isTaken && owner === null) return thread;
      return name === 'tryLock' && returns(operation, false) && canFail(owner) ? owner : undefined;
    },
    describe: (owner) => (owner === null ? 'free' : `held by ${owner}`),
  };
}
