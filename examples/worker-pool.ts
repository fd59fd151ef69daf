/**
 * A limited pool: many threads share the tasks, but few may be at work at once, as when what they work
 * with, a database for example, takes no more.
 *
 *   npx tsx examples/worker-pool.ts
 *
 * In C++ this is a `std::counting_semaphore`, with an `acquire()` and a `release()` round the work. Here
 * `acquire()` returns a permit, and `using` releases it, also when the work throws. The tasks are handed
 * out by a `std::atomic<int>`.
 *
 * Prints how many were at work at once at most. If that is more than the limit, or a task was left out
 * or done twice, the exit code is 1.
 */
import assert from 'node:assert/strict';
import { isMainThread } from 'node:worker_threads';
import { AtomicInt32, Latch, Semaphore } from 'crossthread';
import { sharedInts } from './support/memory.ts';
import { sleepFor } from './support/sleep.ts';
import { Thread } from './support/thread.ts';

const THREADS = 5;
const LIMIT = 2;
const TASKS = 20;
const TASK = 5; // ms

interface Pool {
  readonly ready: Latch;
  readonly permits: Semaphore;
  readonly next: AtomicInt32; // the first task that nobody has
  readonly done: Int32Array; // how often each task was done
  readonly busy: AtomicInt32; // how many are at work now
}

/** Works until there are no tasks left. Notes in `most` how many it saw at work, itself included. */
export function work(pool: Pool, most: Int32Array, worker: number): void {
  const { ready, permits, next, done, busy } = pool;
  ready.arriveAndWait();
  for (let task = next.fetchAdd(1); task < TASKS; task = next.fetchAdd(1)) {
    using _permit = permits.acquire();
    most[worker] = Math.max(most[worker]!, busy.fetchAdd(1) + 1);
    sleepFor(TASK);
    Atomics.add(done, task, 1);
    busy.fetchSub(1);
  }
}

async function main(): Promise<void> {
  const pool: Pool = {
    ready: new Latch(THREADS),
    permits: new Semaphore(LIMIT),
    next: new AtomicInt32(),
    done: sharedInts(TASKS),
    busy: new AtomicInt32(),
  };
  const most = sharedInts(THREADS);
  const threads = Array.from({ length: THREADS }, (_, worker) =>
    Thread.start(import.meta.url, work, pool, most, worker),
  );
  for (const thread of threads) await thread.joinAsync();

  const once = pool.done.filter((times) => times === 1).length;
  const atOnce = Math.max(...most);
  console.log(`${THREADS} threads did ${once} of ${TASKS} tasks, each once.`);
  console.log(`At most ${atOnce} were at work at once.`);
  assert.equal(once, TASKS, 'tasks were left out, or done more than once');
  assert(atOnce <= LIMIT, `more than ${LIMIT} were at work at once`);
  assert.equal(pool.permits.value, LIMIT, 'permits were lost');
}

if (isMainThread) await main();
