/** Recursive mutexes: who owns them, and how often. */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';
import type { MutexOperation, TryOptions } from './mutex.ts';

/** `null`: free. */
type Hold = { readonly owner: Operation['thread']; readonly depth: number } | null;

/**
 * A mutex that its owner may lock again, and unlocks as often.
 *
 * @example
 *   assertLinearizable<MutexOperation, unknown>(history, specifications.recursiveMutex());
 */
export function recursiveMutex({ spurious = false }: TryOptions = {}): Specification<
  MutexOperation,
  { readonly owner: number | string; readonly depth: number } | null
> {
  return {
    initial: null,
    step(hold: Hold, operation) {
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

function held(owner: Operation['thread'], depth: number): Hold {
  return depth === 0 ? null : { owner, depth };
}
