/** `schedules`: choices for `runSchedule`, which fast-check makes fewer and smaller. */
import * as fc from 'fast-check';
import { checkInteger } from '../../memory/checks.ts';

const MOST_MOVES = 11; // more than a handful of threads have at a time; modulo their number
const GOING_ON = 3; // times as likely as anything else: most bugs need few switches

/** How long schedules are. */
export interface SchedulesOptions {
  /** Choices at most; after them, threads run until they end or sleep. Default: 100. */
  readonly maxChoices?: number;
}

/**
 * Schedules for {@link runSchedule}. The simpler a schedule, the fewer switches it has.
 *
 * @example
 * ```ts
 * const add = (count: Int32Array) => void Atomics.add(count, 0, 1);
 * const model = { setup: () => new Int32Array(new SharedArrayBuffer(4)), threads: [add, add] };
 * const property = fc.asyncProperty(schedules(), async (choices) => {
 *   await runSchedule(model, choices);
 * });
 * await fc.assert(property);
 * ```
 */
export function schedules({ maxChoices = 100 }: SchedulesOptions = {}): fc.Arbitrary<
  readonly number[]
> {
  checkInteger('maxChoices', maxChoices, 0, Number.MAX_SAFE_INTEGER);
  const choice = fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(0), weight: GOING_ON },
    { arbitrary: fc.nat({ max: MOST_MOVES }), weight: 1 },
  );
  return fc.array(choice, { maxLength: maxChoices });
}
