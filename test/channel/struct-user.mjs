/**
 * What the threads of the struct tests do.
 *
 * @import { Mutex } from 'crossthread'
 */
import { SharedStruct } from 'crossthread';

export const SCHEMA = /** @type {const} */ ({
  count: 'i32',
  total: 'f64',
  hits: 'atomic u32',
  last: ['i16', 4],
  inner: { big: 'i64', on: 'bool' },
});

const Stats = SharedStruct(SCHEMA);

/** @typedef {ReturnType<typeof Stats.at>} Stats */

/** @param {Stats} stats @param {Mutex} mutex @param {number} times */
export function add(stats, mutex, times) {
  for (let i = 0; i < times; i++) {
    mutex.withLock(() => {
      stats.count++;
      stats.total += 0.5;
      stats.inner.big += 1n;
    });
    stats.hits.fetchAdd(1);
  }
}

/** @param {Stats} stats */
export function read(stats) {
  return { isSame: stats instanceof Stats, ...stats.snapshot() };
}

/** @param {string} key @param {number} count */
export function global(key, count) {
  return Stats.global(key, { count }).count;
}

/** @param {{ undeclared: number }} struct */
export function readUndeclared(struct) {
  return struct.undeclared;
}
