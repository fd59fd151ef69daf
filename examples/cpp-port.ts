/**
 * A C++ program with globals, ported line by line. The original lies beside it: cpp-port.cpp.
 *
 *   npx tsx examples/cpp-port.ts
 *
 * Every thread loads this module, and has variables of its own. What C++ has once for all threads is
 * found by name: `Mutex.global('mutex')` is the same in each, and plain numbers lie in shared memory.
 * `join()` is awaited, for it is main's event loop that hears of the end of a thread. The rest is as
 * in C++, with `using` where a destructor unlocks.
 *
 * Prints what the C++ program prints and ends with the same exit code: 1 if a job was lost.
 */
import { isMainThread } from 'node:worker_threads';
import { ConditionVariable, Latch, LockGuard, Mutex, UniqueLock } from 'crossthread';
import { GlobalInt, globalInts } from './support/memory.ts';
import { Thread } from './support/thread.ts';

const JOBS = 10_000;
const THREADS = 3;

const ready = Latch.global('ready', THREADS + 1);
const mutex = Mutex.global('mutex');
const changed = ConditionVariable.global('changed');
const queue = globalInts('queue', JOBS);
const head = new GlobalInt('head');
const tail = new GlobalInt('tail');
const closed = new GlobalInt('closed');
const done = new GlobalInt('done');
const primes = new GlobalInt('primes');

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n > 1;
}

function put(job: number): void {
  using _guard = new LockGuard(mutex);
  queue[tail.value++] = job;
  changed.notifyOne();
}

function close(): void {
  using _guard = new LockGuard(mutex);
  closed.value = 1;
  changed.notifyAll();
}

export function work(): void {
  ready.arriveAndWait();
  using lock = new UniqueLock(mutex);
  for (;;) {
    changed.wait(lock, () => head.value < tail.value || closed.value === 1);
    if (head.value === tail.value) break;
    const job = queue[head.value++]!;
    lock.unlock();
    const found = isPrime(job);
    lock.lock();
    if (found) primes.value++;
    done.value++;
  }
}

async function main(): Promise<number> {
  const threads: Thread[] = [];
  for (let i = 0; i < THREADS; i++) threads.push(Thread.start(import.meta.url, work));
  ready.arriveAndWait();
  for (let job = 1; job <= JOBS; job++) put(job);
  close();
  for (const thread of threads) await thread.joinAsync();
  console.log(`${THREADS} threads have tested ${done.value} of ${JOBS} numbers.`);
  console.log(`${primes.value} of them were primes.`);
  return done.value === JOBS && primes.value === 1229 ? 0 : 1;
}

if (isMainThread) process.exitCode = await main();
