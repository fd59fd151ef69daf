/**
 * Preloaded (`--import`) into every thread of a process: any thread can have any worker terminated, whoever
 * has started it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { BroadcastChannel } from 'node:worker_threads';

const orders = new BroadcastChannel('assassin');

/** @type {Map<number, import('node:worker_threads').Worker>} */
const workers = new Map();

subscribe('worker_threads', (message) => {
  const { worker } = /** @type {{ worker: import('node:worker_threads').Worker }} */ (message);
  workers.set(worker.threadId + 1, worker);
});
orders.addEventListener('message', (message) => {
  const { data: agent } = /** @type {{ data: number }} */ (/** @type {unknown} */ (message));
  void workers.get(agent)?.terminate();
});
orders.unref();

/** Has the thread with that agent id terminated; it is not over when this returns. */
export function assassinate(/** @type {number} */ agent) {
  orders.postMessage(agent);
}
