/** Where the tests of condition variables meet their threads. */
import { ConditionVariable, Mutex } from 'crossthread';
import { sharedWords } from '../support/memory.ts';
import { borrowWorker, borrowWorkers, type TestWorker } from '../support/worker.ts';

export interface Room {
  readonly mutex: Mutex;
  readonly condition: ConditionVariable;
  readonly words: Int32Array<SharedArrayBuffer>;
}

export const newRoom = (condition: ConditionVariable = new ConditionVariable()): Room => ({
  mutex: new Mutex(),
  condition,
  words: sharedWords(16),
});

export type Waiter = TestWorker<typeof import('./waiter.mjs')>;

export const startWaiter = (): Promise<Waiter> => borrowWorker('./waiter.mjs', import.meta.url);

export const startWaiters = (n: number): Promise<Waiter[]> =>
  borrowWorkers(n, './waiter.mjs', import.meta.url);
