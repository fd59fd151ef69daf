/** What a thread is started to do, and with what it answers: the `workerData` of `thread/entry.ts`. */
import type { Words } from '../memory/words.ts';

export interface Job {
  readonly module: string;
  readonly name: string;
  readonly args: unknown;
  readonly completion: Words;
  readonly port: import('node:worker_threads').MessagePort;
}
