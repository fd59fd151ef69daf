/** Starting a worker of this library: a thread that some entry of it runs in. */
import { currentAgent } from '../agent/home.ts';
import { nameThread } from '../agent/labels.ts';
import { watchBirth } from '../agent/newborn.ts';
import { workerThreads } from '../agent/runtime.ts';
import { SyncError } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import { checkNotLoading } from './load-export.ts';
import type { ResourceLimits } from './resource-limits.ts';
import type { Parcel } from './transport.ts';

type Worker = import('node:worker_threads').Worker;

export interface StartedWorker {
  readonly worker: Worker;
  /** The id of its agent. */
  readonly id: number;
  /** Its exit, which this thread's event loop hears of. */
  readonly ended: Promise<void>;
  /** The uncaught error that ended it, once this thread's event loop has heard of that. */
  readonly fatal: () => unknown;
}

/** What `workerData` has beside the job: the promises that are in it, which the worker is to make its own. */
export interface Entrusted {
  readonly promises: readonly Words[];
}

/**
 * Starts `entry` in a worker that gets `data`, and with it what it is entrusted with. It runs also while this
 * thread blocks. Until the worker has taken them the promises are this thread's: so they are broken if either dies.
 *
 * @throws SyncError `operation_not_permitted` in a worker of this library that loads its module;
 * `resource_unavailable_try_again` where there are no workers.
 */
export function startWorker(
  entry: URL,
  name: string,
  { data, transfer, promises = [] }: Parcel,
  resourceLimits: ResourceLimits = {},
): StartedWorker {
  checkNotLoading();
  const { Worker } = requireWorkers();
  const agent = currentAgent();
  const { newborns } = agent.life;
  const entrusted: Entrusted = { promises: promises.map(({ words }) => words) };
  const workerData = { ...(data as object), ...entrusted };
  const options = { name, workerData, transferList: transfer, resourceLimits };
  const { made: worker, isGone } = watchBirth(() => new Worker(entry, options));
  const id = worker.threadId + 1;
  const end = (): void => {
    for (const promise of promises) promise.breakIt();
  };
  newborns.set(id, { isGone, end });
  nameThread(agent, id, name);
  let fatal: unknown;
  worker.on('error', (error) => (fatal = error)); // with no listener it would end the process
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      newborns.delete(id);
      end();
      resolve();
    });
  });
  return { worker, id, ended, fatal: () => fatal };
}

/** @throws SyncError `resource_unavailable_try_again` where there are no workers. */
export function requireWorkers(): typeof import('node:worker_threads') {
  if (workerThreads) return workerThreads;
  throw new SyncError('resource_unavailable_try_again', 'this runtime has no worker_threads');
}
