/**
 * A process in which a thread waits for a mutex for long, tasks for permits, then a thread on a condition, and at
 * last a task for what its own thread holds. Prints where that one was.
 */
import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

process.env.CROSSTHREAD_TRACE = 'hang:200, lock'; // and a mistake; read when the library is loaded
const { attach, ConditionVariable, Mutex, Semaphore } = await import('crossthread');

const LONG = 1200; // ms: some slices

if (isMainThread) await main();
else waitForOrders(attach(workerData).orders);

/** @param {import('crossthread').Mutex} orders */
function waitForOrders(orders) {
  orders.tryLockFor(LONG);
}

async function main() {
  const orders = new Mutex({ name: 'orders' });
  const lock = orders.lock();
  const worker = new Worker(new URL(import.meta.url), { workerData: { orders } });
  const ended = once(worker, 'exit');
  await waitForStock(new Semaphore(0, { name: 'stock' }));
  await ended;
  new ConditionVariable({ name: 'news' }).waitFor(lock, LONG);
  await lockAgain(orders);
}

/** @param {import('crossthread').Semaphore} stock */
async function waitForStock(stock) {
  const waits = [];
  for (let i = 0; i < 20; i++) waits.push(stock.acquireAsync(1, { timeout: LONG }));
  await Promise.allSettled(waits);
}

/** @param {import('crossthread').Mutex} orders */
async function lockAgain(orders) {
  await orders.lockAsync().catch((error) => console.log(error.message));
}
