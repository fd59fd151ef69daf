import { outcomes } from '../support/no-blocking.mjs';
import { Barrier } from 'crossthread';

const LONG = 60_000; // ms

const alone = new Barrier(1);
const over = alone.arrive();
const fast = outcomes({
  'wait, for a phase that is over': () => alone.wait(over),
  'arriveAndWait, the last': () => alone.arriveAndWait(),
});

const barrier = new Barrier(3);
const token = barrier.arrive();
const slow = outcomes({
  wait: () => barrier.wait(token),
  arriveAndWait: () => barrier.arriveAndWait(),
});
const toCome = outcomes({
  'arrive(3)': () => barrier.arrive(3),
  'arrive(2)': () => void barrier.arrive(2),
});

const awaited = new Barrier(2);
const waiting = awaited.arriveAndWaitAsync({ timeout: LONG });
awaited.arrive();
await waiting;
process.stdout.write(JSON.stringify({ fast, slow, toCome }));
