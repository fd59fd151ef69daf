/**
 * `node --expose-gc pending.mjs <library> <count>`: so many tasks of one thread wait for a mutex, then each
 * gets it in turn. Prints what that took, in us and MiB.
 *
 * @import { Library, Lockable } from '../../worker/subject.mjs'
 */
import { Mutex } from 'crossthread';
import { PEERS } from '../../worker/peers.mjs';
import { Mutex as RawMutex } from '../../worker/raw/index.mjs';
import { memory } from './memory.mjs';

const library = /** @type {Library} */ (process.argv[2]);
const count = Number(process.argv[3]);
const mutex = await open();
let left = count;

async function task() {
  const held = await mutex.lockAsync();
  left--;
  mutex.unlock(held);
}

async function open() {
  const buffer = new SharedArrayBuffer(Mutex.BYTE_LENGTH);
  if (library === 'crossthread') return Mutex.at(buffer);
  const peer = PEERS[library];
  if (!peer) return RawMutex.at(buffer, 0);
  const { mutex } = await peer.open({ buffer, shared: peer.share?.() });
  return /** @type {Lockable} */ (mutex);
}

const alive = setInterval(() => {}, 1000); // not every library sees to it
await task(); // whatever is made once
left = count;
const held = await mutex.lockAsync();
const before = memory();
const began = performance.now();
const tasks = Array.from({ length: count }, task);
const asked = performance.now();
const after = memory();
const freed = performance.now();
mutex.unlock(held);
await Promise.all(tasks);
const granted = performance.now();
clearInterval(alive);
if (left !== 0) throw new Error(`${left} of ${count} never got the mutex`);
const result = {
  ask: ((asked - began) / count) * 1e3,
  grant: ((granted - freed) / count) * 1e3,
  heap: after.heap - before.heap,
  resident: after.resident - before.resident,
};
console.log(JSON.stringify(result));
