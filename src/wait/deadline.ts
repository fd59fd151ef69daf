/** When a wait is over, on the monotonic clock of the agent. Read only on slow paths. */
import type { Agent } from '../agent/agent.ts';
import { checkMilliseconds, describe } from '../memory/checks.ts';
import { tagOf } from '../memory/words.ts';

/** A duration: fractions and `Infinity` are fine, zero and less mean not to wait, `NaN` is a `RangeError`. */
export type Milliseconds = number;

/** Wall-clock time: a `Date`, or epoch milliseconds as `Date.now()` gives. Never `performance.now()`. */
export type TimePoint = Date | number;

export const NEVER: number = Infinity;

/** ms on `host.now()`; `0` or less is a deadline already past, without a look at the clock. */
export type Deadline = number;

export function deadlineIn(agent: Agent, ms: number): Deadline {
  return ms > 0 ? agent.host.now() + ms : -Infinity;
}

/** How long it is until `t`, once and for all: later changes of the wall clock do not count. */
export function millisecondsUntil(name: string, t: TimePoint): number {
  if (typeof t !== 'number' && tagOf(t) !== 'Date') {
    throw new TypeError(`\`${name}\` must be a Date or epoch milliseconds, got ${describe(t)}`);
  }
  const epoch = Number(t);
  checkMilliseconds(name, epoch);
  return epoch - wallClock();
}

const wallClock = Date.now;
