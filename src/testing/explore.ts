/**
 * `explore` and `replay`: a loom for JavaScript. Shipped source runs unchanged on simulated agents in
 * this thread, over all interleavings of its atomic operations.
 */
import { Exploration } from './exploration.ts';
import type { ExplorationResult, Model } from './model.ts';
import { complete, type ExploreOptions } from './options.ts';
import { parseSchedule } from './schedule.ts';

/**
 * Runs the threads of `model` in all interleavings, within the bounds of `options`.
 *
 * @throws ExplorationError for the first schedule on which something goes wrong.
 */
export async function explore<Shared>(
  model: Model<Shared>,
  options: ExploreOptions = {},
): Promise<ExplorationResult> {
  const full = complete(options);
  return alone(() => new Exploration(model, full).explore());
}

/**
 * Runs one schedule, as an ExplorationError has it, with the options it was found with. After the
 * schedule's end, the first move there is.
 *
 * @throws ExplorationError if it fails.
 * @throws RangeError if the schedule does not fit the model.
 */
export async function replay<Shared>(
  model: Model<Shared>,
  schedule: string,
  options: ExploreOptions = {},
): Promise<ExplorationResult> {
  const full = complete(options);
  const moves = parseSchedule(schedule);
  return alone(() => new Exploration(model, full).replay(moves));
}

/** Where copies of this module meet, such as a build and its mutants. */
const QUEUE = Symbol.for('crossthread/testing');

/** One exploration at a time: they all need the global `Atomics`. */
async function alone<T>(run: () => Promise<T>): Promise<T> {
  const global = globalThis as { [QUEUE]?: Promise<unknown> };
  const result = Promise.resolve(global[QUEUE]).then(run);
  global[QUEUE] = result.catch(() => undefined);
  return result;
}
