/**
 * The dining philosophers: five sit round a table, there is one fork between each two, and to eat takes
 * the two beside one's plate. If each takes the left one first, all may hold one and wait for ever.
 *
 *   npx tsx examples/dining-philosophers.ts
 *
 * `ScopedLock` is C++'s `std::scoped_lock`: it locks several mutexes without deadlock, in whichever
 * order they are named. Here it does so by taking them in an order that is the same in all threads.
 *
 * Prints how often each has eaten. Each meal wears both forks; if one shows less wear than it has seen
 * meals, it was in two hands at once, and the exit code is 1.
 */
import assert from 'node:assert/strict';
import { isMainThread } from 'node:worker_threads';
import { Latch, Mutex, ScopedLock } from 'crossthread';
import { sharedInts } from './support/memory.ts';
import { sleepFor } from './support/sleep.ts';
import { Thread } from './support/thread.ts';

const PHILOSOPHERS = ['Aristotle', 'Descartes', 'Hume', 'Kant', 'Sartre'];
const MEALS = 200; // of each
const BITE = 0.05; // ms

interface Table {
  readonly seated: Latch;
  readonly forks: readonly Mutex[];
  readonly wear: Int32Array; // of each fork, guarded by it
  readonly meals: Int32Array; // of each philosopher
}

export function dine({ seated, forks, wear, meals }: Table, seat: number): void {
  const left = seat;
  const right = (seat + 1) % forks.length;
  seated.arriveAndWait(); // so that they compete from the first meal on
  for (let meal = 0; meal < MEALS; meal++) {
    using _forks = new ScopedLock(forks[left]!, forks[right]!);
    eat(wear, left, right);
    meals[seat]!++;
  }
}

/** Reads, takes its time and writes: the wear by whoever used a fork meanwhile would be forgotten. */
function eat(wear: Int32Array, left: number, right: number): void {
  const leftWear = wear[left]!;
  const rightWear = wear[right]!;
  sleepFor(BITE);
  wear[left] = leftWear + 1;
  wear[right] = rightWear + 1;
}

async function main(): Promise<void> {
  const seats = PHILOSOPHERS.map((_, seat) => seat);
  const table: Table = {
    seated: new Latch(seats.length),
    forks: seats.map(() => new Mutex()),
    wear: sharedInts(seats.length),
    meals: sharedInts(seats.length),
  };
  const threads = seats.map((seat) => Thread.start(import.meta.url, dine, table, seat));
  for (const thread of threads) await thread.joinAsync();

  for (const seat of seats)
    console.log(`${PHILOSOPHERS[seat]} has eaten ${table.meals[seat]} times.`);
  for (const seat of seats) {
    const neighbour = (seat + seats.length - 1) % seats.length;
    const used = table.meals[seat]! + table.meals[neighbour]!;
    assert.equal(table.wear[seat], used, `fork ${seat} was in two hands at once`);
  }
  console.log('No fork was in two hands at once.');
}

if (isMainThread) await main();
