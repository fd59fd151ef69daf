/**
 * What goes wrong, by name. An argument that is wrong by itself is a `RangeError` or `TypeError`; one that is wrong
 * by the state it meets is a {@link SyncError} with C++'s code; a word that no state explains is a
 * {@link CorruptionError}, which is never the caller's misuse of an object but a fault of memory or of this library.
 */

/** The codes of `std::errc` that synchronisation objects report. */
export type SyncErrorCode =
  | 'operation_not_permitted'
  | 'resource_deadlock_would_occur'
  | 'resource_unavailable_try_again'
  | 'device_or_resource_busy'
  | 'invalid_argument'
  | 'value_too_large'
  | 'owner_dead'
  | 'broken_barrier'
  | 'blocking_not_allowed'
  | 'timed_out'
  | 'operation_canceled'
  | 'broken_pipe'
  | 'not_supported'
  | 'no_such_process';

/**
 * An operation that the state of an object forbids.
 *
 * @example
 * ```ts
 * try {
 *   mutex.unlock();
 * } catch (error) {
 *   console.log(error instanceof SyncError && error.code); // → operation_not_permitted
 * }
 * ```
 * C++: `std::system_error`.
 */
export class SyncError<C extends string = SyncErrorCode> extends Error {
  /** The C++ name of the condition, such as `'operation_not_permitted'`. */
  readonly code: C;

  static {
    this.prototype.name = 'SyncError';
  }

  /** With C++'s name of the condition, and what was found. */
  constructor(code: C, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * An asynchronous wait was not over in time; nothing was taken.
 *
 * @example
 * ```ts
 * using lock = mutex.lock();
 * await mutex.lockAsync({ timeout: 5 }).catch((error: unknown) => {
 *   console.log(error instanceof TimeoutError); // → true
 * });
 * ```
 */
export class TimeoutError extends SyncError<'timed_out'> {
  static {
    this.prototype.name = 'TimeoutError';
  }

  /** With what was waited for. */
  constructor(message: string) {
    super('timed_out', message);
  }
}

/**
 * The mutex was held by a thread that died: what it protects may be half-written. See {@link Mutex.recover}.
 *
 * @example
 * ```ts
 * function lockOrRepair(repair: () => void): UniqueLock {
 *   try {
 *     return mutex.lock();
 *   } catch (error) {
 *     if (!(error instanceof OwnerDiedError)) throw error;
 *     return mutex.recover(repair); // operation_not_permitted if another thread was faster
 *   }
 * }
 * lockOrRepair(() => {}).unlock();
 * ```
 */
export class OwnerDiedError extends SyncError<'owner_dead'> {
  /** The dead owner's agent id; 0 when a repair has failed since. */
  readonly owner: number;

  static {
    this.prototype.name = 'OwnerDiedError';
  }

  /** With the agent id of the dead owner. */
  constructor(message: string, owner: number) {
    super('owner_dead', message);
    this.owner = owner;
  }
}

/** One thread of a deadlock: who it is, and what it waits for, which the next one has. */
export interface DeadlockedThread {
  /** Its agent id: `threadId + 1` in Node. */
  readonly agent: number;
  /** What it is called: `'main'`, `'worker 3'`, or the name it was given. */
  readonly thread: string;
  /** Such as `Mutex 'orders'`. */
  readonly waitsFor: string;
  /** Where it waits, what it holds and where it has locked that, while tracing is on; see {@link enableTracing}. */
  readonly trace?: string;
}

/**
 * Threads wait for each other's mutexes, in a circle: this call, which came last, waits no more and has
 * taken nothing, so that the others can go on once this thread gives up what they wait for. Only waits
 * count that have no end of their own; it takes a moment, 250 ms or more, until one is found out.
 *
 * Also what async waits reject with when nothing keeps a thread alive any more but waits for what it has
 * itself: timers, ports and workers that are `unref`ed do not count. {@link cycle} is that one thread then.
 *
 * @example
 * ```ts
 * const guard = await mutex.lockAsync();
 * await mutex.lockAsync().catch((error: unknown) => {
 *   if (error instanceof DeadlockError) console.log(error.code); // → resource_deadlock_would_occur
 * });
 * guard.unlock();
 * ```
 */
export class DeadlockError extends SyncError<'resource_deadlock_would_occur'> {
  /** Each waits for what the next one has, the last for what the first has. */
  readonly cycle: readonly DeadlockedThread[];

  static {
    this.prototype.name = 'DeadlockError';
  }

  /** With all of them, this thread first. */
  constructor(cycle: readonly DeadlockedThread[]) {
    super('resource_deadlock_would_occur', messageOf(cycle));
    this.cycle = cycle;
  }
}

function messageOf(cycle: readonly DeadlockedThread[]): string {
  const lines = cycle.map(({ agent, thread, waitsFor, trace }, i) => {
    const next = cycle[(i + 1) % cycle.length]!;
    const line = `\n  agent ${agent} (${thread}) waits for ${waitsFor}, which agent ${next.agent} (${next.thread}) has`;
    return trace === undefined ? line : `${line}\n${trace.trimEnd()}`;
  });
  return `deadlock of ${cycle.length} ${cycle.length === 1 ? 'thread' : 'threads'}${lines.join('')}`;
}

/**
 * A barrier is broken, for all threads and for good: it was aborted, a completion threw, which is the
 * `cause` then, or a thread that was to arrive is dead. Nothing was counted.
 *
 * @example
 * ```ts
 * const barrier = new Barrier(2);
 * barrier.abort();
 * try {
 *   barrier.arrive();
 * } catch (error) {
 *   console.log(error instanceof BrokenBarrierError); // → true
 * }
 * ```
 */
export class BrokenBarrierError extends SyncError<'broken_barrier'> {
  static {
    this.prototype.name = 'BrokenBarrierError';
  }

  /** With what broke it. */
  constructor(message: string, options?: ErrorOptions) {
    super('broken_barrier', message, options);
  }
}

/** The codes of `std::future_errc`. */
export type FutureErrorCode =
  'broken_promise' | 'future_already_retrieved' | 'promise_already_satisfied' | 'no_state';

/**
 * A promise or future that is used against the rules, or whose other side is gone.
 *
 * @example
 * ```ts
 * const promise = new StdPromise<number>();
 * promise.setValue(1);
 * try {
 *   promise.setValue(2);
 * } catch (error) {
 *   console.log(error instanceof FutureError && error.code); // → promise_already_satisfied
 * }
 * ```
 * C++: `std::future_error`.
 */
export class FutureError extends SyncError<FutureErrorCode> {
  static {
    this.prototype.name = 'FutureError';
  }
}

/**
 * A word holds what no state explains: overwritten memory, or a fault of this library.
 *
 * @example
 * ```ts
 * new Int32Array(latch.buffer)[0] = -1; // somebody else's bug
 * try {
 *   latch.wait();
 * } catch (error) {
 *   console.log(error instanceof CorruptionError); // → true
 * }
 * ```
 */
export class CorruptionError extends Error {
  static {
    this.prototype.name = 'CorruptionError';
  }
}

export function corrupt(what: string, word: number): CorruptionError {
  return new CorruptionError(`${what}: the word 0x${(word >>> 0).toString(16)} is no state of it`);
}
