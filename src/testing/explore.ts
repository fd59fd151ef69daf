/**
 * `explore` and `replay`: a loom for JavaScript. Shipped source runs unchanged on simulated agents in
 * this thread, over all interleavings of its atomic operations.
 */
import { Exploration } from './exploration.ts';
import type { ExplorationResult, Model } from './model.ts';
import { complete, type ExploreOptions } from './options.ts';
import { outputOf, Progress } from './progress.ts';
import { ChoicePicker } from './picker.ts';
import { parseSchedule } from './schedule.ts';

/**
 * Runs the threads of `model` in all interleavings, within the bounds of `options`. With a schedule in the
 * environment variable `CROSSTHREAD_SCHEDULE` it runs that one alone.
 *
 * @throws ExplorationError for the first schedule on which something goes wrong.
 * @throws TypeError, RangeError for options that make no sense, or that there are not.
 *
 * @example
 * ```ts
 * const { complete } = await explore({
 *   setup: () => new Int32Array(new SharedArrayBuffer(4)),
 *   threads: [(count) => void Atomics.add(count, 0, 1), (count) => void Atomics.add(count, 0, 1)],
 *   check: (count) => {
 *     if (count[0] !== 2) throw new Error('one was lost');
 *   },
 * });
 * console.log(complete); // → true
 * ```
 */
export async function explore<Shared>(
  model: Model<Shared>,
  options: ExploreOptions = {},
): Promise<ExplorationResult> {
  const { [SCHEDULE]: schedule } = environment();
  if (schedule) return replay(model, schedule, options);
  const full = complete(options);
  return alone(async () => {
    const progress = new Progress(full, outputOf(full.progress));
    try {
      return await new Exploration(model, full, progress).explore();
    } finally {
      progress.stop(); // before anybody prints what was found
    }
  });
}

/**
 * Runs one schedule, as an ExplorationError has it, with the options it was found with. After the
 * schedule's end, the first move there is.
 *
 * @throws ExplorationError if it fails.
 * @throws RangeError if the schedule does not fit the model.
 *
 * @example
 * ```ts
 * const turn = (id: number) => (words: Int32Array) => void Atomics.store(words, 0, id);
 * const model = {
 *   setup: () => new Int32Array(new SharedArrayBuffer(4)),
 *   threads: [turn(1), turn(2)],
 *   check: (words: Int32Array) => console.log(words[0]),
 * };
 * await replay(model, 'ba'); // → 1
 * ```
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

/**
 * Runs one schedule that is made of choices: where several moves are possible, the next choice modulo
 * their number, and the first move once all are used up. The first is to let the thread go on that runs.
 *
 * @throws ExplorationError if it fails; its `schedule` is for {@link replay}.
 * @throws RangeError for a choice that is no count.
 *
 * @example
 * ```ts
 * const add = (count: Int32Array) => void Atomics.add(count, 0, 1);
 * const model = { setup: () => new Int32Array(new SharedArrayBuffer(4)), threads: [add, add] };
 * const { schedules } = await runSchedule(model, [0, 1, 1]);
 * console.log(schedules); // → 1
 * ```
 */
export async function runSchedule<Shared>(
  model: Model<Shared>,
  choices: readonly number[],
  options: Omit<ExploreOptions, 'strategy' | 'maxSchedules' | 'iterative'> = {},
): Promise<ExplorationResult> {
  const wrong = choices.find((choice) => !Number.isInteger(choice) || choice < 0);
  if (wrong !== undefined) throw new RangeError(`choices must be counts, got ${wrong}`);
  const full = complete({ ...options, maxSchedules: 1 });
  return alone(() => new Exploration(model, full).once(new ChoicePicker(choices)));
}

/** The variable with a schedule that is run instead of all. */
const SCHEDULE = 'CROSSTHREAD_SCHEDULE';

function environment(): Readonly<Record<string, string | undefined>> {
  return (globalThis as { process?: { env: Record<string, string> } }).process?.env ?? {};
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
