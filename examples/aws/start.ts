import { type ChildProcess, fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';

const BOOT = new URL('./boot.mjs', import.meta.url);

/** Starts a module of this folder as a worker. */
export function startThread(module: string, workerData: unknown): Worker {
  return new Worker(BOOT, { argv: [hrefOf(module)], workerData });
}

/** Starts a module of this folder as a process of its own, with an IPC channel. */
export function startProcess(module: string): ChildProcess {
  // Its output is not piped: nobody would empty the pipe while this thread is blocked.
  return fork(BOOT, [hrefOf(module)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

function hrefOf(module: string): string {
  return new URL(module, import.meta.url).href;
}
