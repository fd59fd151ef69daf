/**
 * A program that hangs for some seconds, and says by itself where.
 *
 *   npx tsx examples/find-a-hang.ts
 *
 * A clerk locks the orders and then waits until the stock is counted. Who counts wants to see the orders
 * first. Neither waits for a mutex that the other waits with, so that it is no deadlock to the library, but a
 * wait that lasts too long. Without a change to the program, the environment has it reported as well:
 * CROSSTHREAD_TRACE=locks,hang:500.
 *
 * Prints the reports on standard error, and who went on how.
 */
import { isMainThread } from 'node:worker_threads';
import { enableTracing, Latch, Mutex } from 'crossthread';
import { Thread } from './support/thread.ts';

const PATIENCE = 2000; // ms

enableTracing({ locks: true, hang: 500 }); // in each thread: this module is loaded there anew

export function sell(orders: Mutex, counted: Latch): void {
  orders.lock();
  counted.wait(); // the mistake: what is waited for needs what is locked
  orders.unlock();
  console.log('The clerk has sold.');
}

export function count(orders: Mutex, counted: Latch): void {
  const seen = orders.tryLockFor(PATIENCE);
  console.log(seen ? 'The counter has seen the orders.' : 'The counter never saw the orders.');
  seen?.unlock();
  counted.countDown();
}

async function main(): Promise<void> {
  const orders = new Mutex({ name: 'orders' });
  const counted = new Latch(1);
  const clerk = Thread.start(import.meta.url, sell, orders, counted);
  while (!orders.isLocked) await new Promise((resolve) => setTimeout(resolve, 1));
  const counter = Thread.start(import.meta.url, count, orders, counted);
  await counter.joinAsync();
  await clerk.joinAsync();
}

if (isMainThread) await main();
