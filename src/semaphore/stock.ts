/** Where the permits of a semaphore are: in COUNT, or, for a robust one, with those who hold them. */
import { SyncError } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import { COUNT, isWaitedFor, MAX, MOST_PERMITS, permitsOf } from './word.ts';

/** Somebody else moves permits at this moment, and serves who waits when done. */
export const BUSY = -1;

export interface Stock {
  /** Whether a death may bring permits back, and a taker be {@link BUSY}. */
  readonly isRobust: boolean;
  /** Permits to be had, with COUNT as it was read. */
  available(count: number): number;
  /**
   * Takes `n`. `left` is what COUNT says of waiters afterwards; the exchange fails if COUNT has changed.
   * Returns whether it did, or {@link BUSY}.
   */
  take(count: number, left: number, n: number): boolean | typeof BUSY;
  /** Adds `n`, and returns whether somebody may wait for them. @throws SyncError `value_too_large`. */
  give(n: number): boolean;
}

/** Permits are a number in COUNT; a thread that dies takes what it holds with it. */
export class CountedStock implements Stock {
  readonly isRobust = false;
  readonly #words: Words;
  readonly #label: string;

  constructor(words: Words, label: string) {
    this.#words = words;
    this.#label = label;
  }

  available(count: number): number {
    return permitsOf(count);
  }

  take(count: number, left: number, n: number): boolean {
    return Atomics.compareExchange(this.#words, COUNT, count, left - n) === count;
  }

  give(n: number): boolean {
    for (;;) {
      const count = Atomics.load(this.#words, COUNT);
      checkRoom(this.#label, n, permitsOf(count), maxOf(this.#words));
      if (Atomics.compareExchange(this.#words, COUNT, count, count + n) !== count) continue;
      return isWaitedFor(count);
    }
  }
}

export function maxOf(words: Words): number {
  return Atomics.load(words, MAX) & MOST_PERMITS;
}

export function checkRoom(
  label: string,
  n: number,
  permits: number,
  max: number,
  where = 'there',
): void {
  if (n <= max - permits) return;
  const found = `${permits} of ${max} ${where}`;
  throw new SyncError('value_too_large', `${label}: release(${n}) with ${found}`);
}
