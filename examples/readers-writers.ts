/**
 * Readers and writers: a table that many threads read, and that is now and then changed.
 *
 *   npx tsx examples/readers-writers.ts
 *
 * In C++ this is a `std::shared_mutex`, a `std::shared_lock` to read and a `std::unique_lock` to write.
 * Readers do not exclude each other; here all of them hold the lock at once before the first change.
 * A writer is alone, and makes its change cell by cell.
 *
 * Prints how many readers were at it at once, and that none has seen a half-made change and no change
 * was lost; else the exit code is 1.
 */
import assert from 'node:assert/strict';
import { isMainThread } from 'node:worker_threads';
import { AtomicInt32, Latch, SharedLock, SharedMutex, UniqueLock } from 'crossthread';
import { sharedInts } from './support/memory.ts';
import { Thread } from './support/thread.ts';

const READERS = 4;
const WRITERS = 2;
const CHANGES = 100; // by each writer
const CELLS = 64;
const PATIENCE = 10_000; // ms: if the readers do not come together within this time, they exclude each other

interface Table {
  readonly mutex: SharedMutex;
  readonly cells: Int32Array; // all the same, but for a change that is half made
  readonly reading: AtomicInt32; // how many readers there are now
  readonly together: Latch; // opens when all readers hold the lock at once
}

/** Reads until all changes are made. Notes in `most` how many readers it has met, itself included. */
export function read(table: Table, most: Int32Array, reader: number): void {
  const { mutex, cells, reading, together } = table;
  let seen = -1; // nothing yet
  while (seen < WRITERS * CHANGES) {
    using _lock = new SharedLock(mutex);
    most[reader] = Math.max(most[reader]!, reading.fetchAdd(1) + 1);
    if (seen === -1) meet(together);
    seen = cells[0]!;
    assert(
      cells.every((cell) => cell === seen),
      'a reader has seen a half-made change',
    );
    reading.fetchSub(1);
  }
}

function meet(together: Latch): void {
  together.countDown();
  assert(together.waitFor(PATIENCE), 'the readers exclude each other');
}

export function write({ mutex, cells, together }: Table): void {
  together.wait();
  for (let change = 0; change < CHANGES; change++) {
    using _lock = new UniqueLock(mutex);
    for (let i = 0; i < CELLS; i++) cells[i]!++;
  }
}

async function main(): Promise<void> {
  const table: Table = {
    mutex: new SharedMutex(),
    cells: sharedInts(CELLS),
    reading: new AtomicInt32(),
    together: new Latch(READERS),
  };
  const most = sharedInts(READERS);
  const threads = [
    ...Array.from({ length: READERS }, (_, reader) =>
      Thread.start(import.meta.url, read, table, most, reader),
    ),
    ...Array.from({ length: WRITERS }, () => Thread.start(import.meta.url, write, table)),
  ];
  for (const thread of threads) await thread.joinAsync();

  console.log(`${WRITERS} writers made ${table.cells[0]} changes.`);
  console.log(`${Math.max(...most)} readers read at once, and none has seen a half-made change.`);
  assert.equal(table.cells[0], WRITERS * CHANGES, 'changes were lost');
}

if (isMainThread) await main();
