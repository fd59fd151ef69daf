/** What threads of a program can call, on which objects, and what it means to a history. */
import type { Barrier } from '../../barrier/barrier.ts';
import type { Latch } from '../../latch/latch.ts';
import type { BasicLockable, Lockable } from '../../lock/lockable.ts';
import { ScopedLock } from '../../lock/scoped-lock.ts';
import type { Mutex } from '../../mutex/mutex.ts';
import type { SharedMutex } from '../../mutex/shared.ts';
import { callOnce, callOnceAsync, type OnceFlag } from '../../once/once-flag.ts';
import type { Semaphore } from '../../semaphore/semaphore.ts';
import type { OnceOutcome } from '../linearizable/specifications/once.ts';
import type { Counted } from './counted.ts';
import type { ObjectKind, ProgramObjects } from './objects.ts';

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
  /** The form that is awaited, if there is one. A lock of somebody's own has none. */
  runAsync?(
    this: void,
    target: never,
    operation: ProgramOperation,
    scopes: ScopedLock[],
  ): Promise<unknown>;
}

/**
 * One call of a thread, as plain data. `n` is a number of permits or of arrivals, one by default; `ms` is
 * for `tryLockFor`, `throws` for what `callOnce` calls. `scopedLock` is on several objects. With `async` the
 * form of the call that leaves the event loop free is awaited, before the thread goes on.
 *
 * What is called on a condition stands in a section that `lock` or a try of its mutex has begun: `wait` waits
 * until there is one to take and takes it, `notifyOne` and `notifyAll` add one and notify.
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
  /** Whether it is awaited: `lockAsync` for `lock`, and so on. Default: false. */
  readonly async?: boolean;
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
  | 'callOnce'
  | 'notifyOne'
  | 'notifyAll';

const TIMED: readonly ObjectKind[] = ['mutex', 'recursive', 'shared'];
const LOCKS: readonly ObjectKind[] = [...TIMED, 'own'];

const CALLS: Readonly<Record<CallName, Call>> = {
  lock: {
    kinds: LOCKS,
    end: 'unlock',
    isBlocking: true,
    run: (lock: BasicLockable) => void lock.lock(),
    runAsync: async (lock: Mutex) => void (await lock.lockAsync()),
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
    runAsync: async (lock: Mutex, { ms = 0 }) => (await lock.tryLockForAsync(ms)) !== null,
  },
  unlock: { kinds: LOCKS, run: (lock: BasicLockable) => lock.unlock() },
  lockShared: {
    kinds: ['shared'],
    end: 'unlockShared',
    isBlocking: true,
    run: (lock: SharedMutex) => void lock.lockShared(),
    runAsync: async (lock: SharedMutex) => void (await lock.lockSharedAsync()),
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
    runAsync: async (locks: readonly Mutex[], _, scopes) =>
      void scopes.push(await ScopedLock.lockAsync(locks)),
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
    runAsync: async (semaphore: Semaphore, { n }) => void (await semaphore.acquireAsync(n)),
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
  wait: {
    kinds: ['latch', 'condition'],
    isBlocking: true,
    run: (point: Latch | Counted) => point.wait(),
    runAsync: (point: Latch | Counted) => point.waitAsync(),
  },
  tryWait: { kinds: ['latch'], run: (latch: Latch) => latch.tryWait() },
  arriveAndWait: {
    kinds: ['latch', 'barrier'],
    isBlocking: true,
    run: (point: Latch | Barrier) => point.arriveAndWait(),
    runAsync: (point: Latch | Barrier) => point.arriveAndWaitAsync(),
  },
  arriveAndDrop: { kinds: ['barrier'], run: (barrier: Barrier) => barrier.arriveAndDrop() },
  callOnce: { kinds: ['once'], run: runOnce, runAsync: runOnceAsync },
  notifyOne: { kinds: ['condition'], run: (condition: Counted) => condition.notifyOne() },
  notifyAll: { kinds: ['condition'], run: (condition: Counted) => condition.notifyAll() },
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

/** The mutex under which an operation is called, if it is one of a condition. */
export function mutexOf({ on }: ProgramOperation, objects: ProgramObjects): string | undefined {
  const object = typeof on === 'string' ? objects[on] : undefined;
  return object?.kind === 'condition' ? object.mutex : undefined;
}

/** The mutex that an operation unlocks while it waits, and locks again. */
export function lentBy(operation: ProgramOperation, objects: ProgramObjects): string | undefined {
  return operation.call === 'wait' ? mutexOf(operation, objects) : undefined;
}

/** `acquire(slots, 2)`. */
export function textOf(operation: ProgramOperation): string {
  const { n, ms, throws } = operation;
  const call = `${operation.call}${operation.async ? 'Async' : ''}`;
  const rest = [n === 1 ? undefined : n, ms, throws ? 'throws' : undefined];
  return `${call}(${[...namesOf(operation), ...rest.filter((arg) => arg !== undefined)].join(', ')})`;
}

const THROWN = new Error('as the program has it');

function runOnce(flag: OnceFlag, { throws }: ProgramOperation): OnceOutcome {
  const call = new Called(throws);
  try {
    callOnce(flag, () => call.run());
  } catch (error) {
    return call.outcomeOf(error);
  }
  return call.outcome;
}

async function runOnceAsync(flag: OnceFlag, { throws }: ProgramOperation): Promise<OnceOutcome> {
  const call = new Called(throws);
  try {
    await callOnceAsync(flag, () => call.run());
  } catch (error) {
    return call.outcomeOf(error);
  }
  return call.outcome;
}

/** What `callOnce` calls, and what came of it. */
class Called {
  outcome: OnceOutcome = 'skipped';
  readonly #throws: boolean;

  constructor(throws = false) {
    this.#throws = throws;
  }

  run(): void {
    this.outcome = 'ran';
    if (this.#throws) throw THROWN;
  }

  outcomeOf(error: unknown): OnceOutcome {
    if (error !== THROWN) throw error;
    return 'threw';
  }
}
