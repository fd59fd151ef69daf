import { currentAgent } from '../agent/home.ts';
import { SyncError } from '../errors.ts';
import { checkFunction } from '../memory/checks.ts';

interface Local<T> {
  value: T;
}

const BEING_MADE: Local<never> = { value: undefined as never };

/**
 * A variable of which each thread has its own, made when that thread first reads it. A value that is
 * `Disposable` is disposed of when its thread exits by itself, the last made first, before
 * `notifyAllAtThreadExit` notifies; `terminate()` leaves no time for it.
 *
 * A variable of a module is one for each thread as it is; this one is made late, and disposed of.
 *
 * @example
 * ```ts
 * const calls = new ThreadLocal(() => 0);
 * calls.value++;
 * console.log(calls.value); // → 1
 * ```
 * C++: `thread_local`.
 */
export class ThreadLocal<T> {
  readonly #init: () => T;

  /** `init` makes the value, in each thread; when it throws, the next read tries again. */
  constructor(init: () => T) {
    checkFunction('init', init);
    this.#init = init;
  }

  /**
   * This thread's value.
   *
   * @throws SyncError `resource_deadlock_would_occur` in its own `init`.
   */
  get value(): T {
    const found = this.#local;
    if (!found) return this.#make().value;
    if (found !== BEING_MADE) return found.value;
    throw new SyncError(
      'resource_deadlock_would_occur',
      'a ThreadLocal was read by its own `init`',
    );
  }

  /** Sets it for this thread. What was there before is not disposed of. */
  set value(value: T) {
    if (this.#local && this.#local !== BEING_MADE) this.#local.value = value;
    else this.#keep(value);
  }

  get #local(): Local<T> | undefined {
    return currentAgent().locals.get(this) as Local<T> | undefined;
  }

  #make(): Local<T> {
    const { locals } = currentAgent();
    locals.set(this, BEING_MADE);
    try {
      return this.#keep(this.#init());
    } finally {
      if (locals.get(this) === BEING_MADE) locals.delete(this);
    }
  }

  #keep(value: T): Local<T> {
    const { locals, lastWills } = currentAgent();
    const local: Local<T> = { value };
    locals.set(this, local);
    lastWills.unshift(() => (local.value as Partial<Disposable> | null)?.[Symbol.dispose]?.());
    return local;
  }
}
