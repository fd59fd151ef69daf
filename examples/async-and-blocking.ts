/**
 * One mutex, used by threads that block and by tasks that await, at the same time.
 *
 *   npx tsx examples/async-and-blocking.ts
 *
 * A worker calls `lock()`, as in C++, and sleeps until the mutex is its own. The main thread, whose event
 * loop must not stand still, awaits `lockAsync()` on the same mutex. To show that its timers go on, a
 * worker first holds the mutex until one of them has ticked three times. Then all add to one number,
 * which the mutex guards: the tasks of the main thread exclude each other as well, also while the one
 * that holds it awaits something else.
 *
 * Prints the sum. If additions are lost, or no timer ticks, the exit code is 1.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleepForAsync } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { Latch, Mutex } from 'crossthread';
import { sharedInts } from './support/memory.ts';
import { sleepFor } from './support/sleep.ts';
import { Thread } from './support/thread.ts';

const THREADS = 2;
const TASKS = 3; // in the main thread
const ADDITIONS = 50; // by each
const MOMENT = 0.5; // ms: how long an addition takes
const TICKS = 3;
const TICK = 2; // ms
const PATIENCE = 10_000; // ms: by then a timer has ticked, or its event loop stands still

interface Account {
  readonly mutex: Mutex;
  readonly sum: Int32Array; // one number
}

/** Holds the mutex until the ticks have come. */
export function hold({ mutex }: Account, held: Latch, ticks: Latch): void {
  using _lock = mutex.lock();
  held.countDown();
  assert(ticks.waitFor(PATIENCE), 'the event loop stands still');
}

export function add({ mutex, sum }: Account, start: Latch): void {
  start.arriveAndWait();
  for (let i = 0; i < ADDITIONS; i++) {
    using _lock = mutex.lock();
    const before = sum[0]!;
    sleepFor(MOMENT); // what others add meanwhile would be forgotten
    sum[0] = before + 1;
  }
}

async function addAsync({ mutex, sum }: Account): Promise<void> {
  for (let i = 0; i < ADDITIONS; i++) {
    using _lock = await mutex.lockAsync();
    const before = sum[0]!;
    await sleepForAsync(MOMENT);
    sum[0] = before + 1;
  }
}

/** Awaits the mutex, which is held until a timer of this thread has ticked. */
async function waitAndTick(account: Account): Promise<void> {
  const held = new Latch(1);
  const ticks = new Latch(TICKS);
  const holder = Thread.start(import.meta.url, hold, account, held, ticks);
  await held.waitAsync();

  const timer = setInterval(() => ticks.tryWait() || ticks.countDown(), TICK);
  await account.mutex.withLockAsync(() => clearInterval(timer));
  await holder.joinAsync();
}

async function main(): Promise<void> {
  const account: Account = { mutex: new Mutex(), sum: sharedInts(1) };
  await waitAndTick(account);
  console.log(`A timer ticked ${TICKS} times while its thread waited for the mutex.`);

  const start = new Latch(THREADS + 1);
  const threads = Array.from({ length: THREADS }, () =>
    Thread.start(import.meta.url, add, account, start),
  );
  await start.arriveAndWaitAsync();
  await Promise.all(Array.from({ length: TASKS }, () => addAsync(account)));
  for (const thread of threads) await thread.joinAsync();

  console.log(`${THREADS} threads and ${TASKS} tasks have added ${account.sum[0]}.`);
  assert.equal(account.sum[0], (THREADS + TASKS) * ADDITIONS, 'additions were lost');
}

if (isMainThread) await main();
