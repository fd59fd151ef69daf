import { SyncError } from '../errors.ts';
import { UNCLONEABLE } from '../lock/tags.ts';

const GUARD: symbol = UNCLONEABLE; // a local name: see lock/unique-lock.ts

/** What a permit is of. */
export interface Releasable {
  release(n: number): void;
}

/**
 * Permits acquired from a semaphore; they are returned once. Disposing returns them if that is due.
 *
 * @example
 * ```ts
 * {
 *   using permit = semaphore.acquire();
 *   console.log(permit.count, permit.released); // → 1 false
 * }
 * console.log(semaphore.value); // → 1
 * ```
 */
export class Permit implements Disposable {
  readonly #count: number;
  readonly #semaphore: Releasable;
  #released = false;
  /** @internal */
  readonly guard: symbol = GUARD;

  /** @internal */
  constructor(semaphore: Releasable, count: number) {
    this.#semaphore = semaphore;
    this.#count = count;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Whether they were returned. */
  get released(): boolean {
    return this.#released;
  }

  /**
   * Returns them. Never blocks.
   *
   * @throws SyncError `operation_not_permitted` when they were returned before.
   */
  release(): void {
    if (this.#released) {
      throw new SyncError('operation_not_permitted', 'release() of a permit returned before');
    }
    this.#semaphore.release(this.#count);
    this.#released = true;
  }

  /** Returns them, unless they were returned before. */
  [Symbol.dispose](): void {
    if (this.#released) return;
    try {
      this.release();
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#released = true; // they came back by the semaphore's own release()
    }
  }
}

function isFull(error: unknown): boolean {
  return error instanceof SyncError && error.code === 'value_too_large';
}
