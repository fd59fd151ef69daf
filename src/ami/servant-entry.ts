/**
 * What a servant's thread runs: it loads a module, makes an object of one of its classes, and serves until
 * its adapter is destroyed. If there is no such object, all calls fail with the reason.
 */
import { currentAgent } from '../agent/home.ts';
import { entrustAll } from '../future/owner.ts';
import { leave } from '../thread/leave.ts';
import { loadOwnExport } from '../thread/load-export.ts';
import { type Entrusted, requireWorkers } from '../thread/start-worker.ts';
import { unpack } from '../thread/transport.ts';
import { communicatorHere } from './communicator.ts';
import { ObjectAdapter } from './object-adapter.ts';
import { CLOSE, type ServantJob } from './servant-job.ts';

type ServantClass = new (...args: unknown[]) => object;

await import('../index.ts'); // so that all classes are attached, also for a module that does not import it
const { parentPort, threadId, workerData } = requireWorkers();
const job = workerData as ServantJob & Entrusted;
entrustAll(job.promises, threadId + 1); // first: as in thread/entry.ts
const adapter = new ObjectAdapter(unpack(job.memory) as ServantJob['memory'], communicatorHere);

parentPort!.on('message', (message: typeof CLOSE) => {
  if (message === CLOSE) adapter.finish();
});
try {
  const type = (await loadOwnExport(job.module, job.name)) as unknown as ServantClass;
  adapter.add(new type(...(unpack(job.args) as unknown[])), job.identity);
  adapter.activate();
} catch (error) {
  adapter.fail(error);
}
await adapter.closed;
await leave(currentAgent());
