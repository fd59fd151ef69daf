/** What threads of a program can call, on which objects, and what it means to a history. */
import type { Barrier } from '../../barrier/barrier.ts';
import type { Latch } from '../../latch/latch.ts';
import type { BasicLockable, Lockable } from '../../lock/lockable.ts';
import { ScopedLock } from '../../lock/scoped-lock.ts';
import type { Mutex } from '../../mutex/mutex.ts';
import type { SharedMutex } from '../../mutex/shared.ts';
import { callOnce, type OnceFlag } from '../../once/once-flag.ts';
import type { Semaphore } from '../../semaphore/semaphore.ts';
import type { OnceOutcome } from '../linearizable/specifications/once.ts';
import type { ObjectKind } from './objects.ts';

interface Call {
  readonly kinds: readonly ObjectKind[];
  /** What ends the section that this begins. */
  readonly end?: CallName;
  /** Returns whether it has taken what it is called on; its section is left out if not. */
  readonly isTry?: true;
  /** Waits, for as long as it takes. */
  readonly isBlocking?: true;
  /** Takes a number of permits or arrivals. */
  readonly isCounted?: true;
  /** Called on several at once. */
  readonly isOnMany?: true;
  /** What its specification calls it. Default: the same. */
  readonly as?: string;
  run(this: void, target: never, operation: ProgramOperation, scopes: ScopedLock[]): unknown;
}

/**
 * One call of a thread, as plain data. `n` is a number of permits or of arrivals, one by default; `ms` is
 * for `tryLockFor`, `throws` for what `callOnce` calls. `scopedLock` is on several objects.
 *
 * What `lock`, `tryLock`, `scopedLock` and the like begin is ended by `unlock`, `unlockShared` or
 * `unlockAll`, properly nested. Where a try fails, its section is left out.
 *
 * @example
 * ```ts
 * const both: ProgramOperation[] = [
 *   { call: 'scopedLock', on: ['a', 'b'] },
 *   { call: 'unlockAll', on: ['a', 'b'] },
 * ];
 * ```
 */
export interface ProgramOperation {
  /** The method, or function, that is called. */
  readonly call: CallName;
  /** The name of the object, or the names. */
  readonly on: string | readonly string[];
  /** Permits or arrivals. Default: 1. */
  readonly n?: number;
  /** Milliseconds. */
  readonly ms?: number;
  /** Whether what `callOnce` calls throws. */
  readonly throws?: boolean;
}

/** The names of what can be called. */
export type CallName =
  | 'lock'
  | 'tryLock'
  | 'tryLockFor'
  | 'unlock'
  | 'lockShared'
  | 'tryLockShared'
  | 'unlockShared'
  | 'scopedLock'
  | 'unlockAll'
  | 'acquire'
  | 'tryAcquire'
  | 'release'
  | 'countDown'
  | 'wait'
  | 'tryWait'
  | 'arriveAndWait'
  | 'arriveAndDrop'
  | 'callOnce';

const TIMED: readonly ObjectKind[] = ['mutex', 'recursive', 'shared'];
const LOCKS: readonly ObjectKind[] = [...TIMED, 'own'];

const CALLS: Readonly<Record<CallName, Call>> = {
  lock: {
    kinds: LOCKS,
    end: 'unlock',
    isBlocking: true,
    run: (lock: BasicLockable) => void lock.lock(),
  },
  tryLock: {
    kinds: TIMED,
    end: 'unlock',
    isTry: true,
    run: (lock: Mutex) => lock.tryLock() !== null,
  },
  tryLockFor: {
    kinds: TIMED,
    end: 'unlock',
    isTry: true,
    as: 'tryLock',
    run: (lock: Mutex, { ms = 0 }) => lock.tryLockFor(ms) !== null,
  },
  unlock: { kinds: LOCKS, run: (lock: BasicLockable) => lock.unlock() },
  lockShared: {
    kinds: ['shared'],
    end: 'unlockShared',
    isBlocking: true,
    run: (lock: SharedMutex) => void lock.lockShared(),
  },
  tryLockShared: {
    kinds: ['shared'],
    end: 'unlockShared',
    isTry: true,
    run: (lock: SharedMutex) => lock.tryLockShared() !== null,
  },
  unlockShared: { kinds: ['shared'], run: (lock: SharedMutex) => lock.unlockShared() },
  scopedLock: {
    kinds: TIMED,
    end: 'unlockAll',
    isBlocking: true,
    isOnMany: true,
    as: 'lock',
    run: (locks: readonly Lockable[], _, scopes) => void scopes.push(new ScopedLock(...locks)),
  },
  unlockAll: {
    kinds: TIMED,
    isOnMany: true,
    as: 'unlock',
    run: (_locks: readonly Lockable[], _, scopes) => scopes.pop()![Symbol.dispose](),
  },
  acquire: {
    kinds: ['semaphore'],
    end: 'release',
    isBlocking: true,
    isCounted: true,
    run: (semaphore: Semaphore, { n }) => void semaphore.acquire(n),
  },
  tryAcquire: {
    kinds: ['semaphore'],
    end: 'release',
    isTry: true,
    isCounted: true,
    run: (semaphore: Semaphore, { n }) => semaphore.tryAcquire(n) !== null,
  },
  release: {
    kinds: ['semaphore'],
    isCounted: true,
    run: (semaphore: Semaphore, { n }) => semaphore.release(n),
  },
  countDown: {
    kinds: ['latch'],
    isCounted: true,
    run: (latch: Latch, { n }) => latch.countDown(n),
  },
  wait: { kinds: ['latch'], isBlocking: true, run: (latch: Latch) => latch.wait() },
  tryWait: { kinds: ['latch'], run: (latch: Latch) => latch.tryWait() },
  arriveAndWait: {
    kinds: ['latch', 'barrier'],
    isBlocking: true,
    run: (point: Latch | Barrier) => point.arriveAndWait(),
  },
  arriveAndDrop: { kinds: ['barrier'], run: (barrier: Barrier) => barrier.arriveAndDrop() },
  callOnce: { kinds: ['once'], run: runOnce },
};

/** All names, in the order in which fast-check prefers them. */
export const CALL_NAMES: readonly CallName[] = Object.keys(CALLS) as CallName[];

export function callOf(name: CallName): Call {
  return CALLS[name];
}

/** What an operation is called on. */
export function namesOf({ on }: ProgramOperation): readonly string[] {
  return typeof on === 'string' ? [on] : on;
}

/** `acquire(slots, 2)`. */
export function textOf(operation: ProgramOperation): string {
  const { call, n, ms, throws } = operation;
  const rest = [n === 1 ? undefined : n, ms, throws ? 'throws' : undefined];
  return `${call}(${[...namesOf(operation), ...rest.filter((arg) => arg !== undefined)].join(', ')})`;
}

const THROWN = new Error('as the program has it');

function runOnce(flag: OnceFlag, { throws = false }: ProgramOperation): OnceOutcome {
  let hasRun = false;
  try {
    callOnce(flag, () => {
      hasRun = true;
      if (throws) throw THROWN;
    });
  } catch (error) {
    if (error !== THROWN) throw error;
    return 'threw';
  }
  return hasRun ? 'ran' : 'skipped';
}
