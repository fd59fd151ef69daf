/**
 * All threads want the mutex at once, to add 1. `amount` is for how many milliseconds: with a number
 * of increments the last thread would run alone. Waits and bypasses are looked at in runs of their
 * own, because reading the clock costs twice as much as the lock.
 *
 * @import { Subject } from '../subject.mjs'
 */
import { Histogram } from '../histogram.mjs';
import { COUNT } from '../subject.mjs';

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

export async function awaited(
  /** @type {Subject} */ { mutex, data },
  /** @type {number} */ amount,
) {
  const end = performance.now() + amount;
  let operations = 0;
  while (operations % GLANCE !== 0 || performance.now() < end) {
    await mutex.lockAsync();
    data[COUNT]++;
    mutex.unlock();
    operations++;
  }
  return { operations };
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
