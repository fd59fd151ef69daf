import { outcomes } from '../support/no-blocking.mjs';
import { ConditionVariable, Mutex } from 'crossthread';

const LONG = 60_000; // ms
const soon = () => new Date(Date.now() + LONG);
const yes = () => true;
const no = () => false;

const mutex = new Mutex();
const condition = new ConditionVariable();
const lock = mutex.lock();
let unlocks = 0;
const unlock = lock.unlock.bind(lock);
lock.unlock = () => {
  unlocks++;
  unlock();
};

const fast = outcomes({
  notifyAll: () => condition.notifyAll(),
  'wait for what holds': () => condition.wait(lock, yes),
  'waitFor what holds': () => condition.waitFor(lock, LONG, yes),
  'waitUntil what holds': () => condition.waitUntil(lock, soon(), yes),
  'waitFor(0)': () => condition.waitFor(lock, 0),
  'waitFor(0) what does not hold': () => condition.waitFor(lock, 0, no),
  'waitUntil the past': () => condition.waitUntil(lock, new Date(0)),
});
const words = new Int32Array(condition.buffer, condition.byteOffset, 4);
const before = String(words);
const slow = outcomes({
  wait: () => condition.wait(lock),
  'wait for what does not hold': () => condition.wait(lock, no),
  waitFor: () => condition.waitFor(lock, LONG),
  'waitFor what does not hold': () => condition.waitFor(lock, LONG, no),
  waitUntil: () => condition.waitUntil(lock, soon()),
  'waitUntil what does not hold': () => condition.waitUntil(lock, soon(), no),
});
const left = {
  owned: lock.ownsLock && mutex.isOwnedByThisThread,
  unlocks,
  unchanged: String(words) === before,
  waiters: condition.notifyAll(),
};
const waiting = condition.waitForAsync(lock, LONG);
condition.notifyOne();
const awaited = await waiting;
process.stdout.write(JSON.stringify({ fast, slow, left, awaited }));
