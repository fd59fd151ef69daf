/**
 * `node --expose-gc mutexes.mjs <library> <count>`: so many mutexes in one buffer, opened, locked, and with a
 * task each that waits for it. Prints what that took, in us and MiB.
 */
import { Mutex } from 'crossthread';
import { Mutex as RawMutex } from '../../worker/raw/index.mjs';
import { memory } from './memory.mjs';

const FEW = 50; // that are unlocked one by one: it may take long

const [library, size] = process.argv[2] === 'raw' ? [RawMutex, 4] : [Mutex, Mutex.BYTE_LENGTH];
const count = Number(process.argv[3]);
const buffer = new SharedArrayBuffer(count * size);

const fresh = memory();
let began = performance.now();
/** us for each of `n` since the last lap. */
function lap(n = count) {
  const each = ((performance.now() - began) / n) * 1e3;
  began = performance.now();
  return each;
}

const mutexes = Array.from({ length: count }, (_, i) => library.at(buffer, i * size));
const open = lap();
for (const mutex of mutexes) {
  mutex.lock();
  mutex.unlock();
}
const first = lap();
for (const mutex of mutexes) {
  mutex.lock();
  mutex.unlock();
}
const again = lap();
const opened = memory();

for (const mutex of mutexes) mutex.lock();
lap();
const tasks = mutexes.map((mutex) => mutex.lockAsync());
const ask = lap();
const waiting = memory();

lap();
const few = Math.min(FEW, count);
for (let i = 0; i < few; i++) {
  mutexes[i]?.unlock();
  await tasks[i];
}
const grant = lap(few);
for (const mutex of mutexes.slice(few)) mutex.unlock();
await Promise.all(tasks);
const drain = lap(Math.max(1, count - few));
const result = {
  open,
  first,
  again,
  ask,
  grant,
  drain,
  live: opened.heap - fresh.heap,
  waits: waiting.heap - opened.heap,
};
console.log(JSON.stringify(result));
