/**
 * The sum of a large array in shared memory, by one thread, and by a pool with as many as there are cores.
 *
 * @import { Subject } from '../subject.mjs'
 */
import { availableParallelism } from 'node:os';
import { moduleRef, ThreadPool } from 'crossthread';
import { COUNT } from '../subject.mjs';

const here = /** @type {import('crossthread').ModuleRef<typeof import('./sum.mjs')>} */ (
  moduleRef(import.meta.url)
);
const LENGTH = 2 ** 22;
const parts = availableParallelism();

/** @type {{ values: Float64Array<SharedArrayBuffer>, pool: ThreadPool } | undefined} */
let shared;

/** Ones: so the sum is how many. */
export function sumOf(/** @type {Float64Array<SharedArrayBuffer>} */ values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? NaN;
  return sum;
}

export function alone(/** @type {Subject} */ { data }, /** @type {number} */ amount) {
  const { values } = (shared ??= newShared());
  for (let i = 0; i < amount; i++) {
    if (sumOf(values) === LENGTH) data[COUNT]++;
  }
  return { operations: amount };
}

export function together(/** @type {Subject} */ { data }, /** @type {number} */ amount) {
  const { values, pool } = (shared ??= newShared());
  const cuts = Array.from({ length: parts + 1 }, (_, i) => Math.round((i * LENGTH) / parts));
  for (let i = 0; i < amount; i++) {
    const sums = cuts.slice(1).map((end, part) => {
      return pool.async(here, 'sumOf', values.subarray(cuts[part], end));
    });
    if (sums.reduce((sum, future) => sum + future.get(), 0) === LENGTH) data[COUNT]++;
  }
  return { operations: amount };
}

function newShared() {
  const values = new Float64Array(new SharedArrayBuffer(LENGTH * Float64Array.BYTES_PER_ELEMENT));
  return { values: values.fill(1), pool: new ThreadPool({ size: parts }) };
}
