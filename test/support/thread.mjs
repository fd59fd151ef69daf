// What a worker of `worker.ts` runs: loads the fixture module, then calls its exports as it is told.
import { parentPort, workerData } from 'node:worker_threads';
import { attach } from 'crossthread';

if (!parentPort) throw new Error('for worker threads alone');
const port = parentPort;

const fixture = await import(workerData.module);

port.on('message', async ({ call, name, args }) => {
  try {
    const result = await fixture[name](...attach(args));
    port.postMessage({ call, result });
  } catch (error) {
    port.postMessage({ call, error: describe(error) });
  }
});
port.postMessage({ call: 0 }); // ready

/** Structured clone would drop the class and the code. */
function describe(/** @type {unknown} */ error) {
  if (!(error instanceof Error)) return { thrown: error };
  const { name, message, stack } = error;
  return Object.assign({}, error, { name, message, stack });
}
