/** As in `uncontended.mjs`, with a declaration that the compiler lowers. */
import type { Mutex } from 'crossthread';

const COUNT = 0;

interface Subject {
  mutex: Mutex;
  data: { [COUNT]: number };
}

export function using({ mutex, data }: Subject, amount: number): { operations: number } {
  for (let i = 0; i < amount; i++) {
    using _lock = mutex.lock();
    data[COUNT]++;
  }
  return { operations: amount };
}
