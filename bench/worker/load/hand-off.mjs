/**
 * Two threads pass a turn to and fro; `amount` is how often. At once, so that whoever waits may still
 * be awake; or after some work, during which the other has fallen asleep. What counts then is the
 * time from before the pass in one thread to after it in the other.
 *
 * @import { Subject } from '../subject.mjs'
 * @typedef {{ index: 0 | 1, times: import('../subject.mjs').Times }} Place
 */
import { now } from '../clock.mjs';
import { Histogram } from '../histogram.mjs';
import { COUNT, TURN } from '../subject.mjs';

const WORK = 60_000; // ns: no brief spin lasts as long

export function conditionAtOnce(
  /** @type {Subject} */ subject,
  /** @type {number} */ amount,
  /** @type {Place} */ place,
) {
  return passTurns(conditionTurns(subject, place.index), subject, amount);
}

export function conditionAsleep(
  /** @type {Subject} */ subject,
  /** @type {number} */ amount,
  /** @type {Place} */ place,
) {
  return passTurnsAsleep(conditionTurns(subject, place.index), subject, amount, place);
}

export function semaphoreAtOnce(
  /** @type {Subject} */ subject,
  /** @type {number} */ amount,
  /** @type {Place} */ place,
) {
  return passTurns(semaphoreTurns(subject, place.index), subject, amount);
}

export function semaphoreAsleep(
  /** @type {Subject} */ subject,
  /** @type {number} */ amount,
  /** @type {Place} */ place,
) {
  return passTurnsAsleep(semaphoreTurns(subject, place.index), subject, amount, place);
}

/** @typedef {{ await(): void, pass(): void }} Turns */

function passTurns(
  /** @type {Turns} */ turns,
  /** @type {Subject} */ { data },
  /** @type {number} */ amount,
) {
  for (let i = 0; i < amount; i++) {
    turns.await();
    data[COUNT]++;
    turns.pass();
  }
  return { operations: amount };
}

function passTurnsAsleep(
  /** @type {Turns} */ turns,
  /** @type {Subject} */ { data },
  /** @type {number} */ amount,
  /** @type {Place} */ { index, times },
) {
  const latencies = new Histogram();
  for (let i = 0; i < amount; i++) {
    turns.await();
    const awake = now();
    if (i > 0 || index === 1) latencies.add(awake - times[0]);
    data[COUNT]++;
    while (now() - awake < WORK);
    times[0] = now();
    turns.pass();
  }
  return { operations: amount, latencies };
}

/** @returns {Turns} */
function conditionTurns(
  /** @type {Subject} */ { mutex, condition, data },
  /** @type {0 | 1} */ index,
) {
  return {
    await() {
      const lock = mutex.lock();
      while (data[TURN] !== index) condition.wait(lock);
      mutex.unlock();
    },
    pass() {
      mutex.lock();
      data[TURN] = 1 - index;
      condition.notifyOne();
      mutex.unlock();
    },
  };
}

/** Thread 0 has the first turn; its last pass leaves a permit, so that the next run begins so too. */
function semaphoreTurns(/** @type {Subject} */ { semaphores }, /** @type {0 | 1} */ index) {
  const mine = semaphores[index];
  const other = semaphores[1 - index === 0 ? 0 : 1];
  return { await: () => mine.acquire(), pass: () => other.release() };
}
