/** What a thread is started to do, and with what it answers: the `workerData` of `thread/entry.ts`. */
import type { Words } from '../memory/words.ts';
import type { StopToken } from '../stop/stop-token.ts';

export interface Job {
  readonly module: string;
  readonly name: string;
  readonly args: unknown;
  /** The thread's own stop token; shared objects arrive as handles. */
  readonly stop: StopToken | undefined;
  readonly completion: Words;
  readonly port: import('node:worker_threads').MessagePort;
}
