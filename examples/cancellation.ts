/**
 * Waits that are given up, after a time or by an `AbortSignal`, and what they leave behind: nothing.
 *
 *   npx tsx examples/cancellation.ts
 *
 * In C++ there are `try_lock_for`, `try_acquire_for` and `wait_for`; a signal is to a task that awaits
 * what a `std::stop_token` is to a thread. A wait that was given up holds nothing, and what it would have
 * got, a lock, a permit or a notification, goes to the next.
 *
 * Prints a line for each thing tried; what is not as it says ends the example with exit code 1.
 */
import assert from 'node:assert/strict';
import { isMainThread } from 'node:worker_threads';
import {
  ConditionVariable,
  Latch,
  Mutex,
  Semaphore,
  type SignalOptions,
  TimeoutError,
  UniqueLock,
} from 'crossthread';
import { Thread } from './support/thread.ts';

const SHORT = 10; // ms
const CROWD = 20;
const CHANGED_MIND = 'changed my mind';
const changedMind = { message: CHANGED_MIND }; // a wait rejects with the reason of the abort
const NOT_HELD = 'a wait has ended without the lock';
const never = (): boolean => false;

export function hold(mutex: Mutex, held: Latch, enough: Latch): void {
  using _lock = mutex.lock();
  held.countDown();
  enough.wait();
}

/** A mutex that another thread holds. */
async function giveUpLocking(): Promise<void> {
  const mutex = new Mutex();
  const held = new Latch(1);
  const enough = new Latch(1);
  const holder = Thread.start(import.meta.url, hold, mutex, held, enough);
  await held.waitAsync();

  assert.equal(mutex.tryLockFor(SHORT), null);
  assert.equal(await mutex.tryLockForAsync(SHORT), null);
  await assert.rejects(mutex.lockAsync({ timeout: SHORT }), TimeoutError);
  await assert.rejects(mutex.lockAsync({ signal: abortedSoon() }), changedMind);

  enough.countDown();
  await holder.joinAsync();
  assert(!mutex.isLocked, 'the mutex was left locked');
  console.log('mutex: four gave up waiting for it, and when its holder had left, it was free');
}

/** A semaphore without permits. */
async function giveUpAcquiring(): Promise<void> {
  const semaphore = new Semaphore(0);
  assert.equal(semaphore.tryAcquireFor(SHORT), null);
  await assert.rejects(semaphore.acquireAsync(1, { timeout: SHORT }), TimeoutError);
  await assert.rejects(semaphore.acquireAsync(1, { signal: abortedSoon() }), changedMind);

  semaphore.release();
  assert(semaphore.tryAcquire(), 'somebody was left in the queue');
  console.log('semaphore: three gave up waiting for a permit, and none of them took the next one');
}

/** A condition that nobody notifies. A waiter holds the lock again, however its wait has ended. */
async function giveUpWaiting(): Promise<void> {
  const mutex = new Mutex();
  const condition = new ConditionVariable();
  {
    using lock = new UniqueLock(mutex);
    assert.equal(condition.waitFor(lock, SHORT, never), false);
    assert(lock.ownsLock, NOT_HELD);
    assert.equal(await condition.waitForAsync(lock, SHORT, never), false);
    assert(lock.ownsLock, NOT_HELD);
    await assert.rejects(condition.waitAsync(lock, never, { signal: abortedSoon() }), changedMind);
    assert(lock.ownsLock, NOT_HELD);
  }
  assert.equal(condition.notifyAll(), 0, 'somebody was left waiting');
  console.log('condition: three gave up, each held the lock again, and none was left to notify');
}

/** Two wait for one notification, and the first gives up just before it comes. */
async function passOn(): Promise<void> {
  const mutex = new Mutex();
  const condition = new ConditionVariable();
  const wait = async (options: SignalOptions = {}): Promise<void> => {
    using lock = await mutex.lockAsync();
    await condition.waitAsync(lock, undefined, options);
  };
  const controller = new AbortController();
  const first = wait({ signal: controller.signal });
  const second = wait();
  (await mutex.lockAsync()).unlock(); // comes third: now both wait

  controller.abort(new Error(CHANGED_MIND));
  assert.equal(condition.notifyOne(), 1, 'the notification was lost');
  await assert.rejects(first, changedMind);
  await second;
  console.log('condition: the first in the queue gave up, and the notification went to the second');
}

/** Many wait for a mutex, and every other one gives up. */
async function giveUpInACrowd(): Promise<void> {
  const mutex = new Mutex();
  const controller = new AbortController();
  const lock = mutex.lock();
  let turns = 0;
  const tasks = Array.from({ length: CROWD }, (_, i) =>
    mutex.withLockAsync(() => turns++, i % 2 === 0 ? { signal: controller.signal } : {}),
  );
  controller.abort(new Error(CHANGED_MIND));
  lock.unlock();

  const ends = await Promise.allSettled(tasks);
  const gaveUp = ends.filter(({ status }) => status === 'rejected').length;
  assert.equal(gaveUp, CROWD / 2);
  assert.equal(turns, CROWD / 2);
  assert(!mutex.isLocked, 'the mutex was left locked');
  console.log(`crowd: of ${CROWD} that waited, ${gaveUp} gave up and ${turns} had their turn`);
}

function abortedSoon(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error(CHANGED_MIND)), SHORT);
  return controller.signal;
}

async function main(): Promise<void> {
  await giveUpLocking();
  await giveUpAcquiring();
  await giveUpWaiting();
  await passOn();
  await giveUpInACrowd();
}

if (isMainThread) await main();
