/** Prints how many bytes more are resident for each of some threads that have started and do nothing. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { moduleRef, ThreadPool } from 'crossthread';

const THREADS = 8;
const IDLE = `require('node:worker_threads').parentPort.on('message', () => {}).postMessage('ready');`;

/** @type {Record<string, (count: number) => Promise<unknown>>} */
const starts = {
  bare(count) {
    const workers = Array.from({ length: count }, () => new Worker(IDLE, { eval: true }));
    return Promise.all(workers.map((worker) => once(worker, 'message')));
  },
  pool(count) {
    const pool = new ThreadPool({ size: count });
    const here = /** @type {import('crossthread').ModuleRef<{ default(n: number): number }>} */ (
      moduleRef('./peers/slow.mjs', import.meta.url)
    );
    const futures = Array.from({ length: count }, () => pool.async(here, 'default', 500));
    return Promise.all(futures.map((future) => future.getAsync()));
  },
};

const kind = process.argv[2] ?? '';
const start = starts[kind];
if (!start) throw new Error(`nothing to start is called ${kind}`);
await start(1); // what the first one alone needs
const before = process.memoryUsage.rss();
await start(THREADS);
console.log(Math.round((process.memoryUsage.rss() - before) / THREADS));
process.exit();
