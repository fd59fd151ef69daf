/**
 * A program of one thread, moved to several workers by another import.
 *
 *   npx tsx examples/async-mutex-across-workers.ts
 *
 * It was written for the npm package `async-mutex`: clerks sell the same seats, each a task, and a clerk
 * that looked which seat is free must not be overtaken before it has sold that one. Its one change is
 * from `./async-mutex-across-workers/one-thread.ts`, which has the classes of the package, to
 * `./async-mutex-across-workers/workers.ts`, which has the adapters of `crossthread/async-mutex` and starts a
 * thread where the other called a function.
 *
 * Prints what was sold, and by how many threads. If a seat was sold twice, or more clerks were busy at once
 * than there are counters, the exit code is 1.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleepForAsync } from 'node:timers/promises';
import { isMainThread, threadId } from 'node:worker_threads';
import { Mutex, Semaphore, start } from './async-mutex-across-workers/workers.ts';
import { sharedInts } from './support/memory.ts';

const CLERKS = 4;
const COUNTERS = 2; // for all of them
const SEATS = 60;
const LOOK = 0.2; // ms: how long it takes to look into the plan
const FREE = 0;

interface Theater {
  readonly counters: Semaphore;
  readonly mutex: Mutex;
  readonly seats: Int32Array; // each FREE, or the clerk that sold it
  readonly tickets: Int32Array; // one number: how many were printed
  readonly threads: Int32Array; // of each clerk
}

/** Sells until all is sold. */
export async function sell(theater: Theater, clerk: number): Promise<void> {
  const { counters, mutex, seats, tickets, threads } = theater;
  threads[clerk] = threadId;
  for (let isSoldOut = false; !isSoldOut;) {
    await counters.runExclusive(async (free) => {
      assert(free >= 1 && free <= COUNTERS, `${free} counters were free`);
      await mutex.runExclusive(async () => {
        const seat = seats.indexOf(FREE);
        await sleepForAsync(LOOK);
        isSoldOut = seat < 0;
        if (isSoldOut) return;
        seats[seat] = clerk + 1;
        tickets[0]!++;
      });
    });
  }
}

async function main(): Promise<void> {
  const theater: Theater = {
    counters: new Semaphore(COUNTERS),
    mutex: new Mutex(),
    seats: sharedInts(SEATS),
    tickets: sharedInts(1),
    threads: sharedInts(CLERKS),
  };
  const clerks = Array.from({ length: CLERKS }, (_, clerk) => clerk);
  await Promise.all(clerks.map((clerk) => start(import.meta.url, sell, theater, clerk)));

  const sold = theater.seats.filter((clerk) => clerk !== FREE).length;
  const threads = new Set(theater.threads).size;
  console.log(`${CLERKS} clerks have sold ${sold} of ${SEATS} seats. Their threads: ${threads}.`);
  assert.equal(theater.tickets[0], SEATS, 'a seat was sold twice');
  assert.equal(theater.counters.getValue(), COUNTERS, 'a counter is still taken');
}

if (isMainThread) await main();
