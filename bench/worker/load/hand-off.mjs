/**
 * Two threads pass a turn to and fro; `amount` is how often. At once, so that whoever waits may still
 * be awake; or after some work, during which the other has fallen asleep. What counts then is the
 * time from before the pass in one thread to after it in the other.
 *
 * @import { MessagePort } from 'node:worker_threads'
 * @import { Called, Subject } from '../subject.mjs'
 * @typedef {{ index: 0 | 1, times: import('../subject.mjs').Times, port: MessagePort }} Place
 * @typedef {Omit<Subject, 'mutex'> & { mutex: Called }} Calling for what holds a lock during a callback alone
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

export function messageAtOnce(
  /** @type {Subject} */ subject,
  /** @type {number} */ amount,
  /** @type {Place} */ place,
) {
  return passMessages(subject, amount, place);
}

export async function messageAsleep(
  /** @type {Subject} */ subject,
  /** @type {number} */ amount,
  /** @type {Place} */ place,
) {
  const latencies = new Histogram();
  return { ...(await passMessages(subject, amount, place, latencies)), latencies };
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
  /** @type {Place} */ place,
) {
  const latencies = new Histogram();
  for (let i = 0; i < amount; i++) {
    turns.await();
    data[COUNT]++;
    work(latencies, place, i);
    turns.pass();
  }
  return { operations: amount, latencies };
}

/**
 * Each turn is a message, which can only be awaited. The last one of a run is awaited in it.
 *
 * @param {Subject} subject
 * @param {number} amount
 * @param {Place} place
 * @param {Histogram} [latencies] where whoever waits is to have fallen asleep
 */
async function passMessages({ data }, amount, place, latencies) {
  const { index, port } = place;
  const turn = () => new Promise((resolve) => port.once('message', resolve));
  for (let i = 0; i < amount; i++) {
    if (i > 0 || index === 1) await turn();
    data[COUNT]++;
    if (latencies) work(latencies, place, i);
    port.postMessage(0);
  }
  if (index === 0) await turn();
  return { operations: amount };
}

/** Notes how long turn `i` was on its way, and keeps it until the other has fallen asleep. */
function work(
  /** @type {Histogram} */ latencies,
  /** @type {Place} */ { index, times },
  /** @type {number} */ i,
) {
  const awake = now();
  if (i > 0 || index === 1) latencies.add(awake - times[0]);
  while (now() - awake < WORK);
  times[0] = now();
}

/** @returns {Turns} */
function conditionTurns(/** @type {Subject} */ subject, /** @type {0 | 1} */ index) {
  const { mutex, condition, data } = subject;
  if (!mutex.lock) return calledTurns(/** @type {any} */ (subject), index);
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

/** @returns {Turns} */
function calledTurns(
  /** @type {Calling} */ { mutex, condition, data },
  /** @type {0 | 1} */ index,
) {
  const wait = () => {
    while (data[TURN] !== index) condition.wait(mutex);
  };
  const notify = () => {
    data[TURN] = 1 - index;
    condition.notifyOne();
  };
  return { await: () => mutex.withLock(wait), pass: () => mutex.withLock(notify) };
}

/** Thread 0 has the first turn; its last pass leaves a permit, so that the next run begins so too. */
function semaphoreTurns(/** @type {Subject} */ { semaphores }, /** @type {0 | 1} */ index) {
  const mine = semaphores[index];
  const other = semaphores[1 - index === 0 ? 0 : 1];
  return { await: () => mine.acquire(), pass: () => other.release() };
}
