/** What a servant's thread is started to do: the `workerData` of servant-entry.ts. */
import type { AdapterMemory } from './transport/memory.ts';

export interface ServantJob {
  readonly memory: AdapterMemory;
  readonly identity: string;
  readonly module: string;
  /** Of the class that the module exports. */
  readonly name: string;
  readonly args: unknown;
}

/** To the thread: answer what has begun, then end. */
export const CLOSE = 'close';
