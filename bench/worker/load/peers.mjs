/**
 * The tasks of `tasks.mjs`, run by other pools of threads. All but synckit can only be awaited.
 *
 * @import { Subject } from '../subject.mjs'
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { createSyncFn } from 'synckit';
import { Tinypool } from 'tinypool';
import workerPool from 'workerpool';
import { AT_ONCE } from '../peers/task.mjs';
import { COUNT } from '../subject.mjs';

const urlOf = (/** @type {string} */ name) => new URL(`../peers/${name}.mjs`, import.meta.url);
const pathOf = (/** @type {string} */ name) => fileURLToPath(urlOf(name));
const threads = { minThreads: 1, maxThreads: availableParallelism() };

/** Each made when it is first asked for. */
const pools = {
  piscina() {
    const pool = new Piscina({ ...threads, filename: urlOf('task').href });
    return (/** @type {number} */ n) => pool.run(n);
  },
  tinypool() {
    const pool = new Tinypool({ ...threads, filename: urlOf('task').href });
    return (/** @type {number} */ n) => pool.run(n);
  },
  workerpool() {
    const options = /** @type {const} */ ({ workerType: 'thread', maxWorkers: threads.maxThreads });
    const pool = workerPool.pool(pathOf('workerpool'), options);
    return (/** @type {number} */ n) => pool.exec('task', [n]);
  },
  synckit: () => createSyncFn(pathOf('synckit')),
};
/** @type {{ [name: string]: ((n: number) => any) | undefined }} */
const started = {};

const runnerOf = (/** @type {keyof typeof pools} */ name) => (started[name] ??= pools[name]());

/** @typedef {(subject: Subject, amount: number) => Promise<{ operations: number }>} Load */

/** @returns {Load} */
const oneByOne =
  (/** @type {keyof typeof pools} */ name) =>
  async ({ data }, amount) => {
    const run = runnerOf(name);
    for (let i = 0; i < amount; i++) {
      if ((await run(i)) === i + 1) data[COUNT]++;
    }
    return { operations: amount };
  };

export const piscina = oneByOne('piscina');
export const tinypool = oneByOne('tinypool');
export const workerpool = oneByOne('workerpool');

export function synckit(/** @type {Subject} */ { data }, /** @type {number} */ amount) {
  const run = runnerOf('synckit');
  for (let i = 0; i < amount; i++) {
    if (run(i) === i + 1) data[COUNT]++;
  }
  return { operations: amount };
}

export async function piscinaAtOnce(/** @type {Subject} */ { data }) {
  const run = runnerOf('piscina');
  const runs = Array.from({ length: AT_ONCE }, (_, i) => run(i));
  for (const [i, n] of (await Promise.all(runs)).entries()) {
    if (n === i + 1) data[COUNT]++;
  }
  return { operations: AT_ONCE };
}
