/** A program with a pool: see pool.test.ts. */
import { writeSync } from 'node:fs';
import { async, Latch, moduleRef, Thread, ThreadPool, thisThread } from 'crossthread';
import { arrive, leaveTask, where, write } from './tasks.mjs';

const programs = {
  idle: () => {
    const latch = new Latch(1);
    const pool = new ThreadPool({ min: 1 });
    pool.async(arrive, latch).get();
  },
  busy: () => void async(write, 'the task is done\n'),
  nested: () => void async(leaveTask, 'it is done\n'),
  closed: () => {
    const pool = new ThreadPool({ max: 1 });
    pool.async(leaveTask, 'it is done\n');
    pool[Symbol.dispose]();
  },
  thread: () => {
    const here = /** @type {import('crossthread').ModuleRef<typeof import('./process.mjs')>} */ (
      moduleRef(import.meta.url)
    );
    Thread.start(here, 'leaveBehind').join();
  },
};

export function leaveBehind() {
  void async(where);
  void async(write, 'the task is done\n');
}

const program = programs[/** @type {keyof typeof programs} */ (process.argv[2])];
if (thisThread.isMain) {
  program();
  writeSync(1, 'main is done\n');
}
