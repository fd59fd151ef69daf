/** Queues, first in first out: what is in them, and whether they are closed. */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';
import { textOf } from '../text.ts';

/**
 * What threads do with a queue. `push` waits for room, `pop` for an item. Once the queue is closed nothing
 * is pushed, both pushes return `false`, and `pop` returns `undefined` when all is out; so does
 * `tryPop` whenever there is nothing.
 */
export type QueueOperation<T> =
  | Operation<'push' | 'tryPush', T, boolean>
  | Operation<'pop' | 'tryPop', undefined, T | undefined>
  | Operation<'close', undefined, void>;

/** What a queue holds. */
export interface QueueState<T> {
  /** The oldest first. */
  readonly items: readonly T[];
  /** Whether nothing is pushed any more. */
  readonly isClosed: boolean;
}

/**
 * A queue with room for `capacity` items; default: for any number.
 *
 * @example
 * ```ts
 * const history: QueueOperation<string>[] = [
 *   { thread: 1, name: 'push', input: 'a', output: true, call: 0, return: 1 },
 *   { thread: 2, name: 'pop', output: 'b', call: 2, return: 3 },
 * ];
 * console.log(checkLinearizable(history, specifications.queue<string>()).verdict); // → not-linearizable
 * ```
 */
export function queue<T>({
  capacity = Infinity,
}: { readonly capacity?: number } = {}): Specification<QueueOperation<T>, QueueState<T>> {
  return {
    initial: { items: [], isClosed: false },
    names: ['push', 'tryPush', 'pop', 'tryPop', 'close'],
    step(state, operation) {
      switch (operation.name) {
        case 'push':
        case 'tryPush':
          return push(state, operation, capacity);
        case 'pop':
        case 'tryPop':
          return pop(state, operation);
        default:
          return { ...state, isClosed: true };
      }
    },
    describe: ({ items, isClosed }) => `${textOf(items)}${isClosed ? ', closed' : ''}`,
  };
}

function push<T>(
  state: QueueState<T>,
  operation: Operation<'push' | 'tryPush', T, boolean>,
  capacity: number,
): QueueState<T> | undefined {
  const { items, isClosed } = state;
  const hasRoom = items.length < capacity;
  if (isClosed || (!hasRoom && operation.name === 'tryPush')) {
    return returns(operation, false) ? state : undefined;
  }
  if (!hasRoom || !returns(operation, true)) return undefined;
  return { items: [...items, operation.input as T], isClosed };
}

function pop<T>(
  state: QueueState<T>,
  operation: Operation<'pop' | 'tryPop', undefined, T | undefined>,
): QueueState<T> | undefined {
  const { items, isClosed } = state;
  if (items.length > 0) {
    return returns(operation, items[0]) ? { items: items.slice(1), isClosed } : undefined;
  }
  const mayBeEmpty = isClosed || operation.name === 'tryPop';
  return mayBeEmpty && returns(operation, undefined) ? state : undefined;
}
