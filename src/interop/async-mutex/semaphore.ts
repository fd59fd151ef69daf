/** `SemaphoreInterface` over a semaphore of all threads. What is this thread's alone is in room.ts. */
import { E_CANCELED, type SemaphoreInterface } from 'async-mutex';
import { makeAttachable } from '../../attach.ts';
import { checkFunction, checkInteger } from '../../memory/checks.ts';
import { Semaphore } from '../../semaphore/semaphore.ts';
import { MOST_PERMITS } from '../../semaphore/word.ts';
import { Face } from '../../share/face.ts';
import { live, type Place } from '../../share/shared-object.ts';
import { checkCancelError, checkPriority, isGiven } from './arguments.ts';
import { Room } from './room.ts';
import { Stock } from './stock.ts';

/**
 * The `Semaphore` of the npm package `async-mutex` for all threads of the process. Sent to another thread
 * it becomes a handle, which `attach` makes an adapter of the same semaphore.
 *
 * Of one thread alone, all its adapters of a semaphore together, are: priorities, which order the requests
 * of that thread, while threads among each other are served first come, first served; `cancel`, and its
 * error; and what a value has below zero, which other threads see as zero, though they wait for it as well.
 *
 * A wait keeps the process alive.
 *
 * @example
 * ```ts
 * const slots = new AsyncSemaphoreAdapter(Semaphore.global('slots', 4)); // in each thread
 * const [value, release] = await slots.acquire(3);
 * console.log(value, slots.getValue()); // → 4 1
 * release();
 * console.log(await slots.runExclusive((value) => value)); // → 4
 * ```
 */
export class AsyncSemaphoreAdapter extends Face implements SemaphoreInterface {
  /** @internal */
  static readonly kind: string = 'AsyncSemaphoreAdapter';
  readonly #semaphore: Semaphore;
  readonly #stock: Stock;
  readonly #room: Room;
  readonly #cancelError: Error;

  /**
   * Of a semaphore of its own, for this thread and all that it is sent to.
   *
   * @throws RangeError for what is no integer, or too large.
   */
  constructor(value: number, cancelError?: Error);
  /** Of a semaphore that is there. */
  constructor(semaphore: Semaphore, cancelError?: Error);
  constructor(source: number | Semaphore, cancelError: Error = E_CANCELED) {
    checkCancelError(cancelError);
    const semaphore = isGiven<Semaphore>(Semaphore.kind, source) ? source : make(source);
    super({ kind: AsyncSemaphoreAdapter.kind, of: semaphore });
    this.#semaphore = semaphore;
    [this.#room, this.#stock] = roomOf(semaphore);
    this.#cancelError = cancelError;
    if (typeof source === 'number' && source < 0) this.#stock.remove(-source);
  }

  /** @internal What `attach` makes of a handle. */
  static attach(place: Place): AsyncSemaphoreAdapter {
    return new AsyncSemaphoreAdapter(live(Semaphore, place));
  }

  /** The semaphore, for who blocks. */
  get semaphore(): Semaphore {
    return this.#semaphore;
  }

  /**
   * Waits for `weight` permits. Resolves to the value before, a snapshot, and what returns them, once; that
   * stays in this thread.
   *
   * @throws RangeError for a `weight` that is no positive integer or can never be had, and for a `priority`
   * of NaN.
   */
  acquire(weight = 1, priority = 0): Promise<[number, SemaphoreInterface.Releaser]> {
    this.#check(weight, priority);
    return this.#room.acquire(weight, priority, this.#cancelError);
  }

  /** Runs `callback` with the permits, until its promise is settled. Rejects as it and {@link acquire} do. */
  async runExclusive<T>(
    callback: SemaphoreInterface.Worker<T>,
    weight = 1,
    priority = 0,
  ): Promise<T> {
    checkFunction('callback', callback);
    const [value, release] = await this.acquire(weight, priority);
    try {
      return await callback(value);
    } finally {
      release();
    }
  }

  /**
   * Waits until `weight` permits could be acquired: this thread releases enough, and has no request of as much
   * priority. If another thread does, it takes them for a moment to know.
   */
  waitForUnlock(weight = 1, priority = 0): Promise<void> {
    this.#check(weight, priority);
    return this.#room.waitForUnlock(weight, priority);
  }

  /** Whether there are no permits to be had: a snapshot. */
  isLocked(): boolean {
    return this.getValue() <= 0;
  }

  /** The permits to be had: a snapshot. */
  getValue(): number {
    return this.#room.value;
  }

  /**
   * Adds or removes what is missing to `value`. What other threads take or return meanwhile counts on top.
   *
   * @throws RangeError for what is no integer, or larger than the semaphore allows.
   */
  setValue(value: number): void {
    const { max } = this.#semaphore;
    checkInteger('value', value, -max, max);
    const missing = value - this.getValue();
    if (missing > 0) this.#room.release(missing, () => this.#stock.add(missing));
    else if (missing < 0) this.#room.aside(() => this.#stock.remove(-missing));
  }

  /**
   * Adds `weight` permits, acquired or not.
   *
   * @throws SyncError `value_too_large` past what the semaphore allows; nothing is added then.
   */
  release(weight = 1): void {
    this.#checkWeight(weight);
    this.#room.release(weight, () => this.#semaphore.release(weight));
  }

  /** Rejects all requests of this thread, with the error of the adapter that they were made with. */
  cancel(): void {
    this.#room.cancel();
  }

  #check(weight: number, priority: number): void {
    this.#checkWeight(weight);
    checkPriority(priority);
  }

  #checkWeight(weight: number): void {
    checkInteger('weight', weight, 1, this.#semaphore.max);
  }
}

makeAttachable(AsyncSemaphoreAdapter);

function make(value: number): Semaphore {
  checkInteger('value', value, -MOST_PERMITS, MOST_PERMITS);
  return new Semaphore(Math.max(0, value));
}

const rooms = new WeakMap<Semaphore, readonly [Room, Stock]>();

function roomOf(semaphore: Semaphore): readonly [Room, Stock] {
  const found = rooms.get(semaphore);
  if (found) return found;
  const stock = new Stock(semaphore);
  const made = [new Room(stock), stock] as const;
  rooms.set(semaphore, made);
  return made;
}
