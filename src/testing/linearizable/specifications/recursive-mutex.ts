/** Recursive mutexes: who owns them, and how often. */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';
import type { MutexOperation, TryOptions } from './mutex.ts';

/** `null`: free. */
export type RecursiveMutexState = {
  /** Who holds it. */
  readonly owner: number | string;
  /** How often. */
  readonly depth: number;
} | null;

/**
 * A mutex that its owner may lock again, and unlocks as often.
 *
 * @example
 * ```ts
 * const history: MutexOperation[] = [
 *   { thread: 1, name: 'lock', call: 0, return: 1 },
 *   { thread: 1, name: 'tryLock', output: true, call: 2, return: 3 },
 * ];
 * console.log(checkLinearizable(history, specifications.recursiveMutex()).verdict); // → linearizable
 * ```
 */
export function recursiveMutex({ spurious = false }: TryOptions = {}): Specification<
  MutexOperation,
  RecursiveMutexState
> {
  return {
    initial: null,
    names: ['lock', 'tryLock', 'unlock'],
    step(hold: RecursiveMutexState, operation) {
      const { thread, name } = operation;
      const isOwner = hold?.owner === thread;
      const depth = isOwner ? hold.depth : 0;
      if (name === 'unlock') return isOwner ? held(thread, depth - 1) : undefined;
      const isTaken = name === 'lock' || returns(operation, true);
      if (isTaken && (hold === null || isOwner)) return held(thread, depth + 1);
      const canFail = spurious || (hold !== null && !isOwner);
      return name === 'tryLock' && returns(operation, false) && canFail ? hold : undefined;
    },
    describe: (hold) => (hold ? `held by ${hold.owner}, ${hold.depth} deep` : 'free'),
  };
}

function held(owner: Operation['thread'], depth: number): RecursiveMutexState {
  return depth === 0 ? null : { owner, depth };
}
