/**
 * Threads: each runs a function of this file, and is joined for what that returns or throws.
 *
 *   npx tsx examples/threads.ts
 *
 * In C++ these are `std::thread` and `std::jthread`. A function cannot be sent to a thread, so the thread
 * loads this file anew and finds the function there by its name. `join()` blocks, as in C++, and gives back
 * what the function returned, as a `std::future` does.
 *
 * Prints what the threads come to. If that is wrong, the exit code is 1.
 */
import assert from 'node:assert/strict';
import {
  AtomicInt32,
  JThread,
  Latch,
  moduleRef,
  ownStopToken,
  type StopToken,
  Thread,
  thisThread,
} from 'crossthread';

const NUMBERS = 1_000_000;
const here = moduleRef<typeof import('./threads.ts')>(import.meta.url);

/** The sum of the numbers from `first` to before `end`. */
export function sum(first: number, end: number): number {
  let total = 0;
  for (let n = first; n < end; n++) total += n;
  return total;
}

export function divide(a: number, b: number): number {
  if (b === 0) throw new RangeError(`${a} cannot be divided by ${b}`);
  return a / b;
}

/** Counts until it is asked to stop. */
export function count(stop: StopToken, ticks: AtomicInt32, started: Latch): void {
  while (!stop.stopRequested) {
    ticks.fetchAdd(1);
    started.countDown(started.tryWait() ? 0 : 1);
    thisThread.sleepFor(1);
  }
}

function main(): void {
  const lower = Thread.start(here, 'sum', 0, NUMBERS / 2);
  const upper = Thread.start(here, 'sum', NUMBERS / 2, NUMBERS);
  const total = lower.join() + upper.join();
  console.log(`Two threads have added up ${NUMBERS} numbers to ${total}.`);
  assert.equal(total, sum(0, NUMBERS));

  const quotient = Thread.start(here, 'divide', 1, 0);
  assert.throws(
    () => quotient.join(),
    (error: Error) => {
      console.log(`A thread has thrown a ${error.name}: ${error.message}.`);
      return error instanceof RangeError;
    },
  );

  const ticks = new AtomicInt32();
  const started = new Latch(1);
  {
    using counter = JThread.start(here, 'count', ownStopToken, ticks, started);
    started.wait();
    assert(counter.joinable);
  } // asks it to stop, and joins it
  const counted = ticks.load();
  thisThread.sleepFor(10);
  assert.equal(ticks.load(), counted, 'it counts on');
  console.log('A thread has counted until it was asked to stop.');
}

if (thisThread.isMain) main(); // the threads load this file, too
