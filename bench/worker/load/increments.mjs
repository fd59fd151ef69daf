/**
 * All threads want the mutex at once, to add 1. `amount` is for how many milliseconds: with a number
 * of increments the last thread would run alone. Waits and bypasses are looked at in runs of their
 * own, because reading the clock costs twice as much as the lock.
 *
 * @import { Called, Subject } from '../subject.mjs'
 * @typedef {Subject & { mutex: Called }} Calling for what holds a lock during a callback alone
 */
import { Histogram } from '../histogram.mjs';
import { COUNT, INSIDE } from '../subject.mjs';

const GLANCE = 64; // operations between two looks at the clock

export function blocking(/** @type {Subject} */ { mutex, data }, /** @type {number} */ amount) {
  const end = performance.now() + amount;
  let operations = 0;
  while (operations % GLANCE !== 0 || performance.now() < end) {
    mutex.lock();
    data[COUNT]++;
    mutex.unlock();
    operations++;
  }
  return { operations };
}

export function called(/** @type {Calling} */ { mutex, data }, /** @type {number} */ amount) {
  const end = performance.now() + amount;
  const increment = () => data[COUNT]++;
  let operations = 0;
  while (operations % GLANCE !== 0 || performance.now() < end) {
    mutex.withLock(increment);
    operations++;
  }
  return { operations };
}

export async function awaited(
  /** @type {Subject} */ { mutex, data },
  /** @type {number} */ amount,
  /** @type {Place} */ { tasks = 1 },
) {
  const end = performance.now() + amount;
  const task = async () => {
    let operations = 0;
    while (operations % GLANCE !== 0 || performance.now() < end) {
      const held = await mutex.lockAsync();
      data[COUNT]++;
      mutex.unlock(held);
      operations++;
    }
    return operations;
  };
  return { operations: await sumOf(tasks, task) };
}

/** Counts how often somebody else was there as well, which a lost increment does not always show. */
export async function calledAwaited(
  /** @type {Calling} */ { mutex, data },
  /** @type {number} */ amount,
  /** @type {Place} */ { tasks = 1 },
) {
  const end = performance.now() + amount;
  let overlaps = 0;
  const increment = () => {
    if (Atomics.add(data, INSIDE, 1) > 0) overlaps++;
    Atomics.add(data, COUNT, 1);
    Atomics.sub(data, INSIDE, 1);
  };
  const task = async () => {
    let operations = 0;
    while (operations % GLANCE !== 0 || performance.now() < end) {
      await mutex.withLockAsync(increment);
      operations++;
    }
    return operations;
  };
  return { operations: await sumOf(tasks, task), overlaps };
}

/** Of what so many tasks of this thread did. */
async function sumOf(/** @type {number} */ tasks, /** @type {() => Promise<number>} */ task) {
  const done = await Promise.all(Array.from({ length: tasks }, task));
  return done.reduce((sum, operations) => sum + operations, 0);
}

/**
 * Notes how long each lock took, and how many others had the mutex between asking and getting.
 *
 * @typedef {object} Place
 * @property {number} [hold] ms, for which each holds the mutex
 * @property {number} [tasks] of each thread, where they are awaited
 */
export function observed(
  /** @type {Subject} */ { mutex, data },
  /** @type {number} */ amount,
  /** @type {Place} */ { hold = 0 },
) {
  const waits = new Histogram();
  const bypasses = new Histogram();
  const end = performance.now() + amount;
  let operations = 0;
  for (;;) {
    const before = Atomics.load(data, COUNT);
    const asked = performance.now();
    if (asked > end) break;
    mutex.lock();
    const got = performance.now();
    const bypassed = data[COUNT] - before;
    data[COUNT]++;
    if (hold > 0) while (performance.now() - got < hold);
    mutex.unlock();
    operations++;
    waits.add((got - asked) * 1e6);
    bypasses.add(bypassed);
  }
  return { operations, waits, bypasses };
}

export async function observedAwaited(
  /** @type {Subject} */ { mutex, data },
  /** @type {number} */ amount,
  /** @type {Place} */ { hold = 0, tasks = 1 },
) {
  const waits = new Histogram();
  const bypasses = new Histogram();
  const end = performance.now() + amount;
  let operations = 0;
  const task = async () => {
    for (;;) {
      const before = Atomics.load(data, COUNT);
      const asked = performance.now();
      if (asked > end) return;
      const held = await mutex.lockAsync();
      const got = performance.now();
      const bypassed = data[COUNT] - before;
      data[COUNT]++;
      if (hold > 0) while (performance.now() - got < hold);
      mutex.unlock(held);
      operations++;
      waits.add((got - asked) * 1e6);
      bypasses.add(bypassed);
    }
  };
  await Promise.all(Array.from({ length: tasks }, task));
  return { operations, waits, bypasses };
}
