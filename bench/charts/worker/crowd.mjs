/**
 * `node --expose-gc crowd.mjs <library> <count>`: so many workers that have loaded it. Prints
 * how many MiB each of them keeps resident.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { memory } from './memory.mjs';

const library = isMainThread ? process.argv[2] : workerData;
if (library === 'crossthread') await import('crossthread'); // in main first, as its users do
if (!isMainThread) {
  parentPort?.on('message', () => {}); // stays until it is terminated
  parentPort?.postMessage('ready');
} else {
  const count = Number(process.argv[3]);
  const before = memory();
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL(import.meta.url), { workerData: library, execArgv: [] }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const resident = (memory().resident - before.resident) / count;
  await Promise.all(workers.map((worker) => worker.terminate()));
  console.log(JSON.stringify({ resident }));
}
