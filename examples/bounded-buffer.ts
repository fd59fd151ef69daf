/**
 * A bounded buffer: producers wait while it is full, consumers while it is empty.
 *
 *   npx tsx examples/bounded-buffer.ts
 *
 * In C++ it is a `std::array` with a `std::mutex` and two `std::condition_variable`. Here the array is
 * a ring in shared memory. The mutex guards it, so it is read and written like any other array. There
 * are two conditions, so that a producer wakes who waits for items, and not another producer.
 *
 * Prints how many items went through. Each must come out once; if not, the exit code is 1.
 */
import assert from 'node:assert/strict';
import { isMainThread } from 'node:worker_threads';
import { ConditionVariable, Mutex, UniqueLock } from 'crossthread';
import { sharedInts } from './support/memory.ts';
import { Thread } from './support/thread.ts';

const CAPACITY = 4;
const PRODUCERS = 3;
const CONSUMERS = 2;
const ITEMS = 500; // from each producer

interface Buffer {
  readonly mutex: Mutex;
  readonly notFull: ConditionVariable;
  readonly notEmpty: ConditionVariable;
  readonly ring: Int32Array;
  readonly state: Int32Array;
}
// Words of `state`.
const PUT = 0; // how many items have been put in
const TAKEN = 1; // how many have been taken out
const CLOSED = 2; // 1: no more will be put in

function put({ mutex, notFull, notEmpty, ring, state }: Buffer, item: number): void {
  using lock = new UniqueLock(mutex);
  notFull.wait(lock, () => state[PUT]! - state[TAKEN]! < CAPACITY);
  ring[state[PUT]!++ % CAPACITY] = item;
  notEmpty.notifyOne();
}

/** Returns `undefined` when all has been taken and no more will come. */
function take({ mutex, notFull, notEmpty, ring, state }: Buffer): number | undefined {
  using lock = new UniqueLock(mutex);
  notEmpty.wait(lock, () => state[TAKEN]! < state[PUT]! || state[CLOSED] === 1);
  if (state[TAKEN] === state[PUT]) return undefined;
  const item = ring[state[TAKEN]!++ % CAPACITY];
  notFull.notifyOne();
  return item;
}

function close({ mutex, notEmpty, state }: Buffer): void {
  using _lock = new UniqueLock(mutex);
  state[CLOSED] = 1;
  notEmpty.notifyAll();
}

export function produce(buffer: Buffer, first: number): void {
  for (let item = first; item < first + ITEMS; item++) put(buffer, item);
}

/** Counts in `seen` how often it has met each item. */
export function consume(buffer: Buffer, seen: Int32Array): void {
  for (let item = take(buffer); item !== undefined; item = take(buffer)) Atomics.add(seen, item, 1);
}

async function main(): Promise<void> {
  const buffer: Buffer = {
    mutex: new Mutex(),
    notFull: new ConditionVariable(),
    notEmpty: new ConditionVariable(),
    ring: sharedInts(CAPACITY),
    state: sharedInts(3),
  };
  const seen = sharedInts(PRODUCERS * ITEMS);

  const producers = Array.from({ length: PRODUCERS }, (_, i) =>
    Thread.start(import.meta.url, produce, buffer, i * ITEMS),
  );
  const consumers = Array.from({ length: CONSUMERS }, () =>
    Thread.start(import.meta.url, consume, buffer, seen),
  );
  for (const producer of producers) await producer.joinAsync();
  close(buffer);
  for (const consumer of consumers) await consumer.joinAsync();

  const once = seen.filter((times) => times === 1).length;
  console.log(`${PRODUCERS} producers put ${seen.length} items into a buffer of ${CAPACITY}.`);
  console.log(`${CONSUMERS} consumers took ${once} of them, each once.`);
  assert.equal(once, seen.length, 'items were lost, or came more than once');
}

if (isMainThread) await main();
