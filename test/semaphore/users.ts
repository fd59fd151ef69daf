/** The threads of the tests of semaphores, and what an idle semaphore looks like. */
import { type Semaphore } from 'crossthread';
import { wordsOf } from '../support/memory.ts';
import { startWorker, startWorkers, type TestWorker } from '../support/worker.ts';

export type User = TestWorker<typeof import('./user.mjs')>;

export const startUser = (): Promise<User> => startWorker('./user.mjs', import.meta.url);

export const startUsers = (n: number): Promise<User[]> =>
  startWorkers(n, './user.mjs', import.meta.url);

/** COUNT, as it is when nobody waits: the permits and nothing else. */
export const countOf = (semaphore: Semaphore): number => wordsOf(semaphore)[0]!;
