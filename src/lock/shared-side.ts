/** The shared side of a mutex as something to lock by itself: what a {@link SharedLock} locks. */
import type { Milliseconds, TimePoint } from '../wait/deadline.ts';
import type { WaitOptions } from '../wait/options.ts';
import { describe } from '../memory/checks.ts';
import type {
  AsyncLockable,
  Lockable,
  SharedLockable,
  SharedTimedLockable,
  TimedLockable,
} from './lockable.ts';

/** Where this library's own shared mutexes have theirs. */
export const SHARED_SIDE: unique symbol = Symbol.for('crossthread.sharedSide') as never;

export function sharedSideOf(mutex: SharedLockable): Lockable {
  if (typeof mutex?.lockShared !== 'function' || typeof mutex.unlockShared !== 'function') {
    throw new TypeError(`\`mutex\` must be shared lockable, got ${describe(mutex)}`);
  }
  const { [SHARED_SIDE]: own } = mutex as { [SHARED_SIDE]?: Lockable };
  return own ?? new ForeignSide(mutex);
}

/** What a foreign mutex lacks is missed when it is called for. */
class ForeignSide implements TimedLockable, AsyncLockable {
  readonly #mutex: SharedTimedLockable & {
    lockSharedAsync(options?: WaitOptions): Promise<unknown>;
  };

  constructor(mutex: SharedLockable) {
    this.#mutex = mutex as never;
  }

  lock(): unknown {
    return this.#mutex.lockShared();
  }

  tryLock(): unknown {
    return this.#mutex.tryLockShared();
  }

  tryLockFor(ms: Milliseconds): unknown {
    return this.#mutex.tryLockSharedFor(ms);
  }

  tryLockUntil(t: TimePoint): unknown {
    return this.#mutex.tryLockSharedUntil(t);
  }

  lockAsync(options?: WaitOptions): Promise<unknown> {
    return this.#mutex.lockSharedAsync(options);
  }

  unlock(): void {
    this.#mutex.unlockShared();
  }
}
