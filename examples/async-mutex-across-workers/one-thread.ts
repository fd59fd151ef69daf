/** What the program is written with, as it was: the tasks of one thread. */
export { Mutex, Semaphore } from 'async-mutex';

type Work<A extends unknown[]> = (...args: A) => Promise<void>;

export function start<A extends unknown[]>(_: string, work: Work<A>, ...args: A): Promise<void> {
  return work(...args);
}
