/** What all mutexes are tried with: threads that count in two steps, which only one at a time gets right. */
import type { Model } from 'crossthread/testing';
import { count, words } from '../models.ts';

/** Of a mutex whose words are `mutex`; `me` is the number of the thread. */
export interface Lock<Words> {
  lock(mutex: Words, me: number): void;
  unlock(mutex: Words, me: number): void;
}

export interface Guarded<Words> {
  readonly mutex: Words;
  readonly counter: Int32Array;
}

export function exclusion<Words>(
  setup: () => Words,
  { lock, unlock }: Lock<Words>,
  { threads = 2, times = 1 } = {},
): Model<Guarded<Words>> {
  return {
    setup: () => ({ mutex: setup(), counter: words(1)() }),
    threads: Array.from({ length: threads }, (_, me) => ({ mutex, counter }) => {
      for (let i = 0; i < times; i++) {
        lock(mutex, me);
        count(counter, 0);
        unlock(mutex, me);
      }
    }),
    check({ counter }) {
      if (counter[0] !== threads * times)
        throw new Error(`counted ${counter[0]} of ${threads * times}`);
    },
  };
}
