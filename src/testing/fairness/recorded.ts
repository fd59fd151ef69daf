/**
 * A lock that tells a recorder what is done with it.
 *
 * States of #levels, the holds of this thread by number
 *   []      not held
 *   [n]     held; #ticket is that of its wait
 *   [n, m]  held again by its owner, which only a recursive mutex allows, and which is no event
 * Invariants
 *   F1  `'got'` is recorded after locking and `'released'` before unlocking: both while held, so that
 *       the order of events is the order of holds.
 *   F2  Each `'asked'` is followed by one `'got'` or one `'gave up'`, whatever the lock throws.
 */
import {
  type AsyncLockable,
  type BasicLockable,
  END,
  HOLD,
  IS_HELD,
  type Lockable,
  type TimedLockable,
} from '../../lock/lockable.ts';
import { adoptLock } from '../../lock/tags.ts';
import { UniqueLock } from '../../lock/unique-lock.ts';
import { checkFunction, describe, refuseThenable } from '../../memory/checks.ts';
import { type Milliseconds, millisecondsUntil, type TimePoint } from '../../wait/deadline.ts';
import type { WaitOptions } from '../../wait/options.ts';
import { LockRecorder } from './recorder.ts';

/**
 * Makes a lock that does what `lock` does and tells `recorder`, as it was made or as it arrived in this
 * thread. One for each thread and lock; all that is to be recorded goes through it and its guards, and
 * what does not is not seen: this is why recording costs nothing where it is off.
 *
 * @throws TypeError if `recorder` is none.
 *
 * @example
 * ```ts
 * const recorder = new LockRecorder();
 * const watched = recorded(mutex, recorder);
 * watched.lock();
 * watched.unlock();
 * watched.withLock(() => {});
 * console.log(fairnessReport(recorder.read()).all.acquisitions); // → 2
 * ```
 */
export function recorded<L extends BasicLockable>(
  lock: L,
  recorder: LockRecorder,
): RecordedLock<L> {
  return new RecordedLock(lock, recorder);
}

/**
 * What {@link recorded} makes. It has the forms that the lock has; the others throw a TypeError.
 * To wait with its guards takes a `ConditionVariableAny`.
 *
 * @example
 * ```ts
 * const watched: RecordedLock<Mutex> = recorded(mutex, new LockRecorder());
 * const guard = await watched.lockAsync();
 * guard.unlock();
 * console.log(watched.inner === mutex); // → true
 * ```
 */
export class RecordedLock<L extends BasicLockable> implements TimedLockable, AsyncLockable {
  /** The lock without recording. */
  readonly inner: L;
  readonly #recorder: LockRecorder;
  readonly #levels: number[] = [];
  #ticket = 0;
  #holds = 0;

  /** As {@link recorded} does. */
  constructor(inner: L, recorder: LockRecorder) {
    this.inner = inner;
    this.#recorder = LockRecorder.attach(recorder);
  }

  /** Blocks until it is locked. */
  lock(): UniqueLock<this> {
    this.#take(() => {
      this.inner.lock();
      return true;
    });
    return this.#guard();
  }

  /** Takes it if that needs no waiting; else `null`, and the report says that it gave up. */
  tryLock(): UniqueLock<this> | null {
    const inner = this.#with<Lockable>('tryLock');
    return this.#take(() => inner.tryLock()) ? this.#guard() : null;
  }

  /** Blocks for `ms` milliseconds at most. */
  tryLockFor(ms: Milliseconds): UniqueLock<this> | null {
    const inner = this.#with<TimedLockable>('tryLockFor');
    return this.#take(() => inner.tryLockFor(ms)) ? this.#guard() : null;
  }

  /** Blocks until `t` at most. */
  tryLockUntil(t: TimePoint): UniqueLock<this> | null {
    return this.tryLockFor(millisecondsUntil('t', t));
  }

  /** Waits for it with the event loop free. */
  async lockAsync(options?: WaitOptions): Promise<UniqueLock<this>> {
    const inner = this.#with<AsyncLockable>('lockAsync');
    const ticket = this.#recorder.asked();
    try {
      await inner.lockAsync(options);
    } catch (error) {
      this.#recorder.gaveUp(ticket);
      throw error;
    }
    this.#begin(ticket);
    return this.#guard();
  }

  /** Ends this thread's hold. What the lock throws to who does not hold it, it throws here. */
  unlock(): void {
    const hold = this.#levels.at(-1);
    if (hold === undefined) this.inner.unlock();
    else this[END](hold);
  }

  /** Runs `fn` with it held, blocking for it, and returns what `fn` returns. */
  withLock<T>(fn: () => T extends PromiseLike<unknown> ? never : T): T {
    checkFunction('fn', fn);
    const guard = this.lock();
    try {
      const result = fn();
      refuseThenable(result, () => new TypeError('`fn` returned a promise: use withLockAsync'));
      return result;
    } finally {
      guard[Symbol.dispose]();
    }
  }

  /** Runs `fn` with it held until its promise is settled. */
  async withLockAsync<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    checkFunction('fn', fn);
    const guard = await this.lockAsync(options);
    try {
      return await fn();
    } finally {
      guard[Symbol.dispose]();
    }
  }

  /** @internal */
  get [HOLD](): number {
    return this.#levels.at(-1) ?? 0;
  }

  /** @internal */
  [IS_HELD](hold: number): boolean {
    return this.#levels.includes(hold);
  }

  /** @internal */
  [END](hold: number): boolean {
    const level = this.#levels.indexOf(hold);
    if (level < 0) return false;
    this.#levels.splice(level, 1);
    if (this.#levels.length === 0) this.#recorder.released(this.#ticket); // F1
    this.inner.unlock();
    return true;
  }

  #take(take: () => unknown): boolean {
    if (this.#levels.length > 0) {
      const taken = Boolean(take());
      if (taken) this.#levels.push(++this.#holds);
      return taken;
    }
    const ticket = this.#recorder.asked();
    let taken = false;
    try {
      taken = Boolean(take());
    } finally {
      if (!taken) this.#recorder.gaveUp(ticket); // F2
    }
    if (taken) this.#begin(ticket);
    return taken;
  }

  #begin(ticket: number): void {
    this.#recorder.got(ticket);
    this.#ticket = ticket;
    this.#levels.length = 0; // of a hold that was ended past this wrapper
    this.#levels.push(++this.#holds);
  }

  #guard(): UniqueLock<this> {
    return new UniqueLock<this>(this, adoptLock);
  }

  #with<Form>(name: keyof Form): Form {
    const inner: unknown = this.inner;
    const form: unknown = (inner as Form)[name];
    if (typeof form === 'function') return inner as Form;
    throw new TypeError(`this lock has no ${String(name)}, but ${describe(form)}`);
  }
}
