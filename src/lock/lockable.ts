/** What can be locked: C++'s BasicLockable, Lockable and their kin, as interfaces. */
import { describe } from '../memory/checks.ts';
import type { Milliseconds, TimePoint } from '../wait/deadline.ts';
import type { WaitOptions } from '../wait/options.ts';

export interface BasicLockable {
  lock(): unknown;
  unlock(): void;
}

/** `tryLock` is truthy when the lock was taken. */
export interface Lockable extends BasicLockable {
  tryLock(): unknown;
}

export interface TimedLockable extends Lockable {
  tryLockFor(ms: Milliseconds): unknown;
  tryLockUntil(t: TimePoint): unknown;
}

export interface SharedLockable {
  lockShared(): unknown;
  /** Truthy when it was taken. */
  tryLockShared(): unknown;
  unlockShared(): void;
}

export interface SharedTimedLockable extends SharedLockable {
  tryLockSharedFor(ms: Milliseconds): unknown;
  tryLockSharedUntil(t: TimePoint): unknown;
}

export interface AsyncLockable {
  lockAsync(options?: WaitOptions): Promise<unknown>;
  unlock(): void;
}

/** What a condition variable waits with. */
export interface OwningLock extends BasicLockable {
  readonly ownsLock: boolean;
}

export interface AsyncOwningLock extends OwningLock {
  lockAsync(options?: WaitOptions): Promise<void>;
}

/** Whether `lock` is owned. @throws TypeError for what does not tell, such as a mutex. */
export function isOwned(lock: OwningLock): boolean {
  const { unlock, ownsLock } = (lock ?? {}) as Partial<OwningLock>;
  if (typeof unlock === 'function' && typeof ownsLock === 'boolean') return ownsLock;
  throw new TypeError(`\`lock\` must be a lock that can be owned, got ${describe(lock)}`);
}

/** How this library's own mutexes tell one hold of an agent from the next. */
export const HOLD: unique symbol = Symbol.for('crossthread.hold') as never;
export const IS_HELD: unique symbol = Symbol.for('crossthread.isHeld') as never;
export const END: unique symbol = Symbol.for('crossthread.end') as never;

export interface Counted {
  /** The number of this agent's last acquisition. */
  readonly [HOLD]: number;
  /** Whether acquisition number `hold` has not ended yet. */
  [IS_HELD](hold: number): boolean;
  /** Ends it, unless it has ended. Returns whether it did. */
  [END](hold: number): boolean;
}

export function isCounted(mutex: object): mutex is Counted {
  return HOLD in mutex;
}
