/** `MutexInterface` over a mutex of all threads. What is this thread's alone is in room.ts. */
import { E_CANCELED, type MutexInterface } from 'async-mutex';
import { makeAttachable } from '../../attach.ts';
import { checkFunction } from '../../memory/checks.ts';
import { Mutex } from '../../mutex/mutex.ts';
import { Face } from '../../share/face.ts';
import { live, OWNERS, type Place } from '../../share/shared-object.ts';
import { BID } from '../../wait/queue.ts';
import { checkCancelError, checkPriority, isGiven } from './arguments.ts';
import { Room } from './room.ts';

const ALL = 1; // of a mutex

/** A {@link Mutex} that lets one in at a time, of the tasks of a thread as well. */
export type PlainMutex = Mutex & {
  /** Not a `RecursiveMutex`: a thread that has it gets it again, for whichever task. */
  readonly depth?: never;
  /** Not a `SharedMutex`, of which `async-mutex` knows nothing. */
  readonly lockShared?: never;
};

/**
 * The `Mutex` of the npm package `async-mutex` for all threads of the process. Sent to another thread it
 * becomes a handle, which `attach` makes an adapter of the same mutex.
 *
 * Of one thread alone, all its adapters of a mutex together, are: priorities, which order the requests of
 * that thread, while threads among each other are served as the mutex does; `cancel`, and its error.
 *
 * A wait keeps the process alive. It rejects with an `OwnerDiedError` if a thread died that held
 * the mutex, with a `DeadlockError` if nothing is left to run that could release it.
 *
 * @example
 * ```ts
 * const shared = new AsyncMutexAdapter(Mutex.global('counter')); // in each thread
 * console.log(await shared.runExclusive(() => 7)); // → 7
 * const release = await withTimeout(shared, 100).acquire();
 * console.log(shared.isLocked()); // → true
 * release();
 * ```
 */
export class AsyncMutexAdapter extends Face implements MutexInterface {
  /** @internal */
  static readonly kind: string = 'AsyncMutexAdapter';
  readonly #mutex: Mutex;
  readonly #room: Room;
  readonly #cancelError: Error;

  /** Of a mutex of its own, for this thread and all that it is sent to. */
  constructor(cancelError?: Error);
  /** Of a mutex that is there. @throws TypeError for a recursive or a shared one. */
  constructor(mutex: PlainMutex, cancelError?: Error);
  constructor(first?: Error | PlainMutex, second?: Error) {
    const isMutex = isGiven<Mutex>(Mutex.kind, first);
    const cancelError = (isMutex ? second : first) ?? E_CANCELED;
    checkCancelError(cancelError);
    const mutex = isMutex ? first : new Mutex();
    super({ kind: AsyncMutexAdapter.kind, of: mutex });
    this.#mutex = mutex;
    this.#room = roomOf(mutex);
    this.#cancelError = cancelError;
  }

  /** @internal What `attach` makes of a handle. */
  static attach(place: Place): AsyncMutexAdapter {
    return new AsyncMutexAdapter(live(Mutex, place));
  }

  /** The mutex, for who blocks, and to recover it. */
  get mutex(): Mutex {
    return this.#mutex;
  }

  /**
   * Waits for the mutex. Resolves to what releases it, once; that stays in this thread.
   *
   * @throws RangeError for a `priority` of NaN.
   */
  acquire(priority = 0): Promise<MutexInterface.Releaser> {
    checkPriority(priority);
    return this.#room.acquire(ALL, priority, this.#cancelError).then(([, release]) => release);
  }

  /** Runs `callback` with the mutex held, until its promise is settled. Rejects as it and {@link acquire} do. */
  async runExclusive<T>(callback: MutexInterface.Worker<T>, priority = 0): Promise<T> {
    checkFunction('callback', callback);
    const release = await this.acquire(priority);
    try {
      return await callback();
    } finally {
      release();
    }
  }

  /**
   * Waits until the mutex could be acquired: this thread releases it, and has no request of as much priority. If
   * another thread does, it takes it for a moment to know.
   */
  waitForUnlock(priority = 0): Promise<void> {
    checkPriority(priority);
    return this.#room.waitForUnlock(ALL, priority);
  }

  /** Whether some thread holds it: a snapshot. */
  isLocked(): boolean {
    return this.#room.value === 0;
  }

  /**
   * Releases the mutex, whichever task of this thread holds it; does nothing where nobody does, also when it is
   * on its way to who waits for it.
   *
   * @throws SyncError `operation_not_permitted` when another thread holds it.
   */
  release(): void {
    if (this.#mutex[OWNERS].length > 0) this.#room.release(ALL, () => this.#mutex.unlock());
  }

  /** Rejects all requests of this thread, with the error of the adapter that they were made with. */
  cancel(): void {
    this.#room.cancel();
  }
}

makeAttachable(AsyncMutexAdapter);

const rooms = new WeakMap<Mutex, Room>();

function roomOf(mutex: Mutex): Room {
  const found = rooms.get(mutex);
  if (found) return found;
  const made = new Room({
    get value() {
      return mutex.isLocked ? 0 : ALL;
    },
    tryTake: () => mutex.tryLock(),
    bid: (_, taken, failed) => mutex[BID](taken, failed),
  });
  rooms.set(mutex, made);
  return made;
}
