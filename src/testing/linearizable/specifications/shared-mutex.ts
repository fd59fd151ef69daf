/** Shared mutexes: who writes, or who reads. */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';
import type { TryOptions } from './mutex.ts';

/** What threads do with a shared mutex. */
export type SharedMutexOperation =
  | Operation<'lock' | 'unlock' | 'lockShared' | 'unlockShared' | 'downgrade', undefined, void>
  | Operation<'tryLock' | 'tryLockShared', undefined, boolean>;

/** Who holds it. */
export interface SharedMutexState {
  /** `null`: nobody. */
  readonly writer: number | string | null;
  /** In the order of their names. */
  readonly readers: readonly (number | string)[];
}

type Thread = Operation['thread'];
type Step = (state: SharedMutexState, thread: Thread) => SharedMutexState | undefined;

const FREE: SharedMutexState = { writer: null, readers: [] };

/** What an operation does that does not fail. */
const STEPS: Record<SharedMutexOperation['name'], Step> = {
  lock,
  tryLock: lock,
  unlock: ({ writer }, thread) => (writer === thread ? FREE : undefined),
  lockShared,
  tryLockShared: lockShared,
  unlockShared: ({ readers }, thread) =>
    readers.includes(thread)
      ? { writer: null, readers: readers.filter((reader) => reader !== thread) }
      : undefined,
  downgrade: ({ writer }, thread) =>
    writer === thread ? { writer: null, readers: [thread] } : undefined,
};

/**
 * A mutex with one writer or any number of readers; nobody holds it twice. A writer becomes a reader
 * with `downgrade`, and nobody writes in between. By default a try may fail only while others hold what
 * it cannot share.
 *
 * @example
 * ```ts
 * const history: SharedMutexOperation[] = [
 *   { thread: 1, name: 'lockShared', call: 0, return: 1 },
 *   { thread: 2, name: 'tryLockShared', output: true, call: 2, return: 3 },
 * ];
 * console.log(checkLinearizable(history, specifications.sharedMutex()).verdict); // → linearizable
 * ```
 */
export function sharedMutex({ spurious = false }: TryOptions = {}): Specification<
  SharedMutexOperation,
  SharedMutexState
> {
  return {
    initial: FREE,
    names: Object.keys(STEPS),
    step(state, operation) {
      const { name, thread } = operation;
      const next = STEPS[name](state, thread);
      if (name !== 'tryLock' && name !== 'tryLockShared') return next;
      if (next && returns(operation, true)) return next;
      return returns(operation, false) && (spurious || !next) ? state : undefined;
    },
    describe({ writer, readers }) {
      if (writer !== null) return `written by ${writer}`;
      return readers.length > 0 ? `read by ${readers.join(', ')}` : 'free';
    },
  };
}

function lock({ writer, readers }: SharedMutexState, thread: Thread): SharedMutexState | undefined {
  return writer === null && readers.length === 0 ? { writer: thread, readers } : undefined;
}

/** Readers are kept in order: who came first does not tell two states apart. */
function lockShared(
  { writer, readers }: SharedMutexState,
  thread: Thread,
): SharedMutexState | undefined {
  if (writer !== null || readers.includes(thread)) return undefined;
  const byName = (a: Thread, b: Thread): number => (String(a) < String(b) ? -1 : 1);
  return { writer, readers: [...readers, thread].toSorted(byName) };
}
