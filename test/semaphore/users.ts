/** The threads of the tests of semaphores, and what an idle semaphore looks like. */
import { type Semaphore } from 'crossthread';
import { wordsOf } from '../support/memory.ts';
import { borrowWorker, borrowWorkers, type TestWorker } from '../support/worker.ts';

export type User = TestWorker<typeof import('./user.mjs')>;

export const startUser = (): Promise<User> => borrowWorker('./user.mjs', import.meta.url);

export const startUsers = (n: number): Promise<User[]> =>
  borrowWorkers(n, './user.mjs', import.meta.url);

/** COUNT, as it is when nobody waits: the permits and nothing else. */
export const countOf = (semaphore: Semaphore): number => wordsOf(semaphore)[0]!;
