/**
 * The example of cppreference's page on `std::async`, line by line.
 *
 *   npx tsx examples/std-async.ts
 *
 * What differs: a function cannot be sent to a thread, so what runs in one is a task of this file, found there
 * by its name. C++'s global mutex is the one of its key in the process; the vector is memory that all threads
 * see. The destructor of `a1` is at the end of its scope here, too, and waits.
 *
 * Prints what the page says. `Hello 42` and `43` come when they come, but before the end and before 53.
 */
import { writeSync } from 'node:fs';
import { async, defineTask, Launch, Mutex, thisThread } from 'crossthread';

const m = Mutex.global('std-async/m');

/** At once, also from a thread whose parent is blocked. */
const print = (line: string | number): void => void writeSync(1, `${line}\n`);

// struct X: it has no members but functions
export const foo = defineTask(import.meta.url, 'foo', (i: number, str: string): void => {
  using _ = m.lock();
  print(`${str} ${i}`);
});

export const bar = defineTask(import.meta.url, 'bar', (str: string): void => {
  using _ = m.lock();
  print(str);
});

/** `operator()` */
export const call = defineTask(import.meta.url, 'call', (i: number): number => {
  using _ = m.lock();
  print(i);
  return i + 10;
});

export const parallelSum = defineTask(import.meta.url, 'parallelSum', sum);

function sum(v: Int32Array, begin: number, end: number): number {
  const length = end - begin;
  if (length < 1000) return v.subarray(begin, end).reduce((total, n) => total + n, 0);

  const middle = begin + Math.floor(length / 2);
  const handle = async(Launch.async, parallelSum, v, middle, end);
  const first = sum(v, begin, middle);
  return first + handle.get();
}

function main(): void {
  const v = new Int32Array(new SharedArrayBuffer(10_000 * Int32Array.BYTES_PER_ELEMENT)).fill(1);
  print(`The sum is ${sum(v, 0, v.length)}`);

  // Calls foo(42, 'Hello') with default policy: may print "Hello 42" concurrently or defer execution
  using _a1 = async(foo, 42, 'Hello');
  // Calls bar('world!') with deferred policy: prints "world!" when a2.get() or a2.wait() is called
  using a2 = async(Launch.deferred, bar, 'world!');
  // Calls call(43) with async policy: prints "43" concurrently
  using a3 = async(Launch.async, call, 43);
  a2.wait(); // prints "world!"
  print(a3.get()); // prints "53"
} // if a1 is not done at this point, its disposal prints "Hello 42" here

if (thisThread.isMain) main(); // the threads load this file, too
