import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { executeAll } from '../agent/liveness.ts';
import { SyncError } from '../errors.ts';
import { checkFunction } from '../memory/checks.ts';

interface Local<T> {
  value: T;
  /** Whether it is among those to be disposed of. */
  isListed: boolean;
}

const BEING_MADE: Local<never> = { value: undefined as never, isListed: false };

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
    if (!found) return this.#make();
    if (found !== BEING_MADE) return found.value;
    throw new SyncError(
      'resource_deadlock_would_occur',
      'a ThreadLocal was read by its own `init`',
    );
  }

  /** Sets it for this thread. What was there before is not disposed of. */
  set value(value: T) {
    this.#keep(value);
  }

  get #local(): Local<T> | undefined {
    return currentAgent().locals.values.get(this) as Local<T> | undefined;
  }

  #make(): T {
    const { values } = currentAgent().locals;
    values.set(this, BEING_MADE);
    try {
      return this.#keep(this.#init());
    } finally {
      if (values.get(this) === BEING_MADE) values.delete(this);
    }
  }

  #keep(value: T): T {
    const agent = currentAgent();
    const { values } = agent.locals;
    const found = this.#local;
    const local = found && found !== BEING_MADE ? found : { value, isListed: false };
    local.value = value;
    values.set(this, local);
    if (!local.isListed && disposerOf(value)) list(agent, local);
    return value;
  }
}

function disposerOf(value: unknown): (() => void) | undefined {
  return (value as Partial<Disposable> | null | undefined)?.[Symbol.dispose]?.bind(value);
}

function list(agent: Agent, local: Local<unknown>): void {
  const { disposals } = agent.locals;
  if (disposals.length === 0) agent.lastWills.unshift(() => executeAll(lastFirst(disposals)));
  local.isListed = true;
  disposals.push(() => disposerOf(local.value)?.());
}

/** Those that are added meanwhile included. */
function* lastFirst(disposals: (() => void)[]): Generator<() => void> {
  for (let last = disposals.pop(); last; last = disposals.pop()) yield last;
}
