/** A program with one thread: see thread.test.ts. */
import { writeSync } from 'node:fs';
import { moduleRef, Thread } from 'crossthread';

const jobs = /** @type {import('crossthread').ModuleRef<typeof import('./jobs.mjs')>} */ (
  moduleRef('./jobs.mjs', import.meta.url)
);

const programs = {
  running: () => void Thread.start(jobs, 'writeLate', 100),
  detached: () => Thread.start(jobs, 'writeLate', 30_000).detach(),
  detachedThatThrows: () => {
    Thread.start(jobs, 'throwLate', 0).detach();
    setTimeout(() => {}, 30_000);
  },
  prints: () => Thread.start(jobs, 'print', 'a', 'b', 'c').join(),
};
programs[/** @type {keyof typeof programs} */ (process.argv[2])]();
writeSync(1, 'main is done\n');
