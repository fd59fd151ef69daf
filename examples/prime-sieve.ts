/**
 * A sieve for primes, built of threads: the program that Go's channels are shown with, since Newsqueak.
 *
 *   npx tsx examples/prime-sieve.ts [limit]
 *
 * A thread sends the numbers from 2 on. The first that comes out of a channel is a prime; then a thread more
 * lets through only what that prime does not divide, and the next channel begins with the next prime:
 *
 *   count ──2 3 4 5 6 7 …──▶ not by 2 ──3 5 7 9 …──▶ not by 3 ──5 7 11 …──▶ not by 5 ──▶ …
 *
 * In C++ the channel would be a `std::bounded_queue` (P0260), which is not there yet, or two conditions on a
 * mutex. Nobody counts the threads or stops them: each closes its channel when the one before it is at its
 * end, and so the end travels through all of them.
 *
 * Prints the primes below the limit (30), as they come. The exit code is 1 if those are others, and 2 for
 * a command line that makes no sense.
 */
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { Channel, moduleRef, Thread, thisThread } from 'crossthread';
import { run } from './support/command-line.ts';

const USAGE = 'Usage: npx tsx examples/prime-sieve.ts [limit]';
const USUAL = 30;
const MOST = 500; // below it there are 95 primes, and a process may have 255 threads

// Few, so that a sender is never far ahead of who needs its numbers; more than 1, or each would be a switch
// from one thread to another.
const CAPACITY = 16;

const here = moduleRef<typeof import('./prime-sieve.ts')>(import.meta.url);

/** Sends the numbers from 2 to before `limit`. */
export function count(out: Channel<number>, limit: number): void {
  for (let n = 2; n < limit; n++) out.send(n); // blocks while the channel is full
  out.close();
}

/** Passes on what `prime` does not divide. */
export function filter(numbers: Channel<number>, out: Channel<number>, prime: number): void {
  for (const n of numbers) if (n % prime !== 0) out.send(n);
  out.close();
}

/** Whether there is no divisor, by looking. */
function isPrime(n: number): boolean {
  for (let divisor = 2; divisor ** 2 <= n; divisor++) if (n % divisor === 0) return false;
  return n > 1;
}

function readOptions(): number {
  const { positionals } = parseArgs({ allowPositionals: true });
  const limit = Number(positionals[0] ?? USUAL);
  if (positionals.length > 1 || !Number.isInteger(limit) || limit < 0 || limit > MOST)
    throw new TypeError(`The limit is one number, up to ${MOST}`);
  return limit;
}

async function main(limit: number): Promise<number> {
  const primes: number[] = [];
  let numbers = new Channel<number>(CAPACITY);
  const threads = [Thread.start(here, 'count', numbers, limit)];

  for (let prime = numbers.receive(); prime !== undefined; prime = numbers.receive()) {
    console.log(prime);
    primes.push(prime);
    const rest = new Channel<number>(CAPACITY);
    threads.push(Thread.start(here, 'filter', numbers, rest, prime));
    numbers = rest;
  }
  for (const thread of threads) thread.join();

  console.log(`${threads.length} threads have found ${primes.length} primes below ${limit}.`);
  assert.deepEqual(primes, Array.from({ length: limit }, (_, n) => n).filter(isPrime));
  return 0;
}

if (thisThread.isMain) await run(USAGE, readOptions, main); // the threads load this file, too
