/**
 * Fills the agent table with threads that died unseen, as the threads of a pool that was terminated
 * with them do, then starts one more.
 */
import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { attach, Mutex } from 'crossthread';
import { HIGH, ID, slotAt, SLOT_COUNT, START, TID } from '../../dist/agent/table.js';

if (isMainThread) {
  const mutex = new Mutex();
  const { table } = /** @type {{ crossthread: { table: Int32Array } }} */ (
    /** @type {unknown} */ (mutex)
  ).crossthread;
  for (let i = 0; i < SLOT_COUNT; i++) {
    if (Atomics.compareExchange(table, slotAt(i) + ID, 0, 1000 + i) !== 0) continue;
    Atomics.store(table, slotAt(i) + TID, 1 << 30); // the system knows no such thread
    Atomics.store(table, slotAt(i) + START, 1);
  }
  Atomics.store(table, HIGH, SLOT_COUNT);
  const worker = new Worker(new URL(import.meta.url), { workerData: mutex });
  worker.on('error', ({ message }) => console.log(message));
  await once(worker, 'exit');
} else {
  /** @type {Mutex} */
  const mutex = attach(workerData);
  mutex.withLock(() => console.log('worked'));
}
