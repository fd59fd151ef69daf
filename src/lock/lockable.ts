/** What can be locked: C++'s BasicLockable, Lockable and their kin, as interfaces. */
import { describe } from '../memory/checks.ts';
import type { Milliseconds, TimePoint } from '../wait/deadline.ts';
import type { WaitOptions } from '../wait/options.ts';

/** What can be locked and unlocked: with it a condition can wait, and a {@link LockGuard} can be made. */
export interface BasicLockable {
  /** Blocks until it is locked. */
  lock(): unknown;
  /** Ends what `lock` began. */
  unlock(): void;
}

/** What can be tried as well: what {@link lock} and {@link UniqueLock} take. */
export interface Lockable extends BasicLockable {
  /** Takes it if that needs no waiting. Truthy when it was taken. */
  tryLock(): unknown;
}

/** What can be tried for a time. */
export interface TimedLockable extends Lockable {
  /** Blocks for `ms` milliseconds at most. Truthy when it was taken. */
  tryLockFor(ms: Milliseconds): unknown;
  /** Blocks until `t` at most. Truthy when it was taken. */
  tryLockUntil(t: TimePoint): unknown;
}

/** What many can hold at a time: what {@link SharedLock} takes. */
export interface SharedLockable {
  /** Blocks until it is shared with the caller. */
  lockShared(): unknown;
  /** Takes a share if that needs no waiting. Truthy when it was taken. */
  tryLockShared(): unknown;
  /** Ends what `lockShared` began. */
  unlockShared(): void;
}

/** What can be shared, and be tried for a time. */
export interface SharedTimedLockable extends SharedLockable {
  /** Blocks for `ms` milliseconds at most. Truthy when it was taken. */
  tryLockSharedFor(ms: Milliseconds): unknown;
  /** Blocks until `t` at most. Truthy when it was taken. */
  tryLockSharedUntil(t: TimePoint): unknown;
}

/** What can be locked with the event loop free. */
export interface AsyncLockable {
  /** Resolves when it is locked; a rejection means that it is not. */
  lockAsync(options?: WaitOptions): Promise<unknown>;
  /** Ends what `lockAsync` began. */
  unlock(): void;
}

/** What a condition variable waits with. */
export interface OwningLock extends BasicLockable {
  /** Whether this lock holds its mutex now. */
  readonly ownsLock: boolean;
}

/** What a condition variable waits with when it is awaited. */
export interface AsyncOwningLock extends OwningLock {
  /** Resolves when it is locked. */
  lockAsync(options?: WaitOptions): Promise<void>;
}

/** Whether `lock` is owned. @throws TypeError for what does not tell, such as a mutex. */
export function isOwned(lock: OwningLock): boolean {
  const { unlock, ownsLock } = (lock ?? {}) as Partial<OwningLock>;
  if (typeof unlock === 'function' && typeof ownsLock === 'boolean') return ownsLock;
  const isMutex = typeof unlock === 'function';
  const found = isMutex ? 'a mutex: wait with a lock of it, as its lock() returns' : describe(lock);
  throw new TypeError(`\`lock\` must be a lock that can be owned, got ${found}`);
}

/** How this library's own mutexes tell one hold of an agent from the next. */
export const HOLD: unique symbol = Symbol.for('crossthread.hold') as never;
export const IS_HELD: unique symbol = Symbol.for('crossthread.isHeld') as never;
export const ADOPT: unique symbol = Symbol.for('crossthread.adopt') as never;
export const END: unique symbol = Symbol.for('crossthread.end') as never;

export interface Counted {
  /** The number of this agent's last acquisition. */
  readonly [HOLD]: number;
  /**
   * The number of the acquisition that a lock takes over, where several may be there: the last one that
   * none has taken over yet.
   */
  [ADOPT]?(): number;
  /** Whether acquisition number `hold` has not ended yet. */
  [IS_HELD](hold: number): boolean;
  /** Ends it, unless it has ended. Returns whether it did. */
  [END](hold: number): boolean;
}

export function isCounted(mutex: object): mutex is Counted {
  return HOLD in mutex;
}
