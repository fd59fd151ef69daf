import { outcomes } from '../support/no-blocking.mjs';
import { Latch } from 'crossthread';

const LONG = 60_000; // ms
const soon = () => new Date(Date.now() + LONG);

const open = new Latch(0);
const fast = outcomes({
  wait: () => open.wait(),
  waitFor: () => open.waitFor(LONG),
  waitUntil: () => open.waitUntil(soon()),
  'arriveAndWait(0)': () => open.arriveAndWait(0),
  'arriveAndWait, the last': () => new Latch(1).arriveAndWait(),
  'arriveAndWait, the last three': () => new Latch(3).arriveAndWait(3),
});

const latch = new Latch(2);
const slow = outcomes({
  wait: () => latch.wait(),
  waitFor: () => latch.waitFor(LONG),
  'waitFor(0)': () => latch.waitFor(0),
  waitUntil: () => latch.waitUntil(soon()),
  'waitUntil the past': () => latch.waitUntil(new Date(0)),
  arriveAndWait: () => latch.arriveAndWait(),
  'arriveAndWait(0)': () => latch.arriveAndWait(0),
  'arriveAndWait, too many': () => latch.arriveAndWait(3),
});
const toCome = outcomes({
  'countDown(3)': () => latch.countDown(3),
  'countDown(2)': () => latch.countDown(2),
  tryWait: () => latch.tryWait(),
});

const awaited = new Latch(2);
const waiting = awaited.arriveAndWaitAsync(1, { timeout: LONG });
awaited.countDown();
await waiting;
process.stdout.write(JSON.stringify({ fast, slow, toCome }));
