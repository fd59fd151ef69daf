/**
 * A program whose pool has a worker terminated, halfway through a task: see pool.test.ts. Prints what those
 * get that wait for the task, and whether the pool goes on.
 */
import {
  AtomicInt32,
  Latch,
  moduleRef,
  Semaphore,
  Thread,
  ThreadPool,
  thisThread,
} from 'crossthread';
import { assassinate } from './assassin.mjs';
import { arrive, linger } from './tasks.mjs';
import { failure, failureAsync } from './worker.mjs';

/** @type {import('crossthread').ModuleRef<typeof import('./worker.mjs')>} */
const worker = moduleRef('./worker.mjs', import.meta.url);

async function main() {
  const how = /** @type {'runs' | 'blocks'} */ (process.argv[2]);
  const pool = new ThreadPool({ size: 1 });
  const begun = new Latch(1);
  const victim = new AtomicInt32();
  const killed = pool.async(linger, how, begun, victim, new Semaphore(0)).share();
  const next = pool.async(arrive, new Latch(1));
  begun.wait();
  const blocked = Thread.start(worker, 'failure', killed);
  const awaiting = failureAsync(killed);
  assassinate(victim.load());
  const codes = [failure(killed), await awaiting, await blocked.joinAsync(), failure(killed)];
  const replaced = (await next.getAsync()) !== victim.load();
  await pool[Symbol.asyncDispose]();
  console.log(JSON.stringify({ codes, replaced }));
}

if (thisThread.isMain) await main();
