/** Starting a thread that serves one object. */
import { checkModule, checkName } from '../thread/running.ts';
import { startWorker } from '../thread/start-worker.ts';
import { pack } from '../thread/transport.ts';
import { CLOSE, type ServantJob } from './servant-job.ts';
import { type AdapterOptions, AdapterMemory } from './transport/memory.ts';

const ENTRY = new URL('./servant-entry.js', import.meta.url);

/** A servant's thread, as the thread has it that has started it. */
export interface StartedServant {
  /** What its proxy carries; calls may be made at once, and wait there. */
  readonly memory: AdapterMemory;
  readonly identity: string;
  /** Its thread's end. */
  readonly ended: Promise<void>;
  /** Has it answer what has begun, and end. */
  destroy(): void;
}

/**
 * Starts a thread that serves a `new` object of the class that `module` exports as `name`. The thread does not keep the
 * process alive. Throws as `Thread.start` does; what the constructor throws comes to who calls.
 */
export function startServant(
  module: URL,
  name: string,
  args: readonly unknown[],
  options: AdapterOptions = {},
): StartedServant {
  checkModule(module);
  checkName(name);
  const memory = AdapterMemory.create(name, options);
  const job: ServantJob = { memory, identity: name, module: module.href, name, args };
  const { worker, id, ended } = startWorker(ENTRY, `servant '${name}'`, pack(job));
  memory.appoint(id);
  worker.unref();
  return {
    memory,
    identity: name,
    ended,
    destroy: () => worker.postMessage(CLOSE),
  };
}
