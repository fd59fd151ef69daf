import { currentAgent } from '../agent/home.ts';
import { SyncError } from '../errors.ts';
import { describe } from '../memory/checks.ts';
import { isOwned } from '../lock/lockable.ts';
import type { UniqueLock } from '../lock/unique-lock.ts';
import type { ConditionVariable } from './condition-variable.ts';

/**
 * When this thread exits by itself, notifies all who wait on `condition`, then unlocks. The lock is
 * taken over: `lock` is empty afterwards. `terminate()` leaves no time for it; the mutex then reports
 * its owner's death.
 *
 * @throws SyncError `operation_not_permitted` when `lock` does not own its mutex.
 *
 * @example
 * ```ts
 * const lock = mutex.lock();
 * notifyAllAtThreadExit(condition, lock);
 * console.log(lock.ownsLock, mutex.isLocked); // → false true
 * ```
 * C++: `std::notify_all_at_thread_exit`.
 */
export function notifyAllAtThreadExit(condition: ConditionVariable, lock: UniqueLock): void {
  if (typeof condition?.notifyAll !== 'function') {
    throw new TypeError(`\`condition\` must be a condition variable, got ${describe(condition)}`);
  }
  if (!isOwned(lock)) {
    throw new SyncError('operation_not_permitted', 'notifyAllAtThreadExit() with a lock not owned');
  }
  const mutex = lock.release();
  currentAgent().lastWills.push(() => {
    condition.notifyAll();
    mutex?.unlock();
  });
}
