/** Starts a thread while it is loaded, and another when it is told to. */
import { moduleRef, Thread } from 'crossthread';

const jobs = /** @type {import('crossthread').ModuleRef<typeof import('./jobs.mjs')>} */ (
  moduleRef('./jobs.mjs', import.meta.url)
);
export const early = Thread.start(jobs, 'add', 1, 2);

export function start() {
  return early.join() + Thread.start(jobs, 'add', 1, 2).join();
}
