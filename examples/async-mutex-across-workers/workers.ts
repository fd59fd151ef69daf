/** The same names, for threads. */
import { Thread } from '../support/thread.ts';

export {
  AsyncMutexAdapter as Mutex,
  AsyncSemaphoreAdapter as Semaphore,
} from 'crossthread/async-mutex';

type Work<A extends unknown[]> = (...args: A) => Promise<void>;

/** Runs an export of `module` in a thread of its own. Its arguments arrive there, the adapters live. */
export function start<A extends unknown[]>(
  module: string,
  work: Work<A>,
  ...args: A
): Promise<void> {
  return Thread.start(module, work, ...args).joinAsync();
}
