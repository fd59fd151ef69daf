import { SyncError } from '../errors.ts';
import { UNCLONEABLE } from '../lock/tags.ts';

const GUARD: symbol = UNCLONEABLE; // a local name: see lock/unique-lock.ts

/** What a permit is of. */
export interface Releasable {
  release(n: number): void;
}

/** Permits acquired from a semaphore; they are returned once. Disposing returns them if that is due. */
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

  get count(): number {
    return this.#count;
  }

  get released(): boolean {
    return this.#released;
  }

  /** @throws SyncError `operation_not_permitted` when the permits were returned before. */
  release(): void {
    if (this.#released) {
      throw new SyncError('operation_not_permitted', 'release() of a permit returned before');
    }
    this.#semaphore.release(this.#count);
    this.#released = true;
  }

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
