/** The arguments of a wait after its lock: a predicate, which a stop token may go with, as in C++. */
import { checkFunction, refuseThenable } from '../memory/checks.ts';
import type { StopToken } from '../stop/stop-token.ts';
import { checkStopToken } from '../wait/options.ts';
import { type StopWatch, stopWatchOf } from '../wait/stop.ts';

export type Predicate = () => boolean;

interface Untimed {
  readonly stop: StopWatch | undefined;
  readonly pred: Predicate | undefined;
}

interface Timed<Time> extends Untimed {
  readonly time: Time;
}

/** `(pred?)` or `(stop, pred)`. */
export function readUntimed(
  first: Predicate | StopToken | undefined,
  last: Predicate | undefined,
): Untimed {
  if (isStopForm(first, last)) return { stop: checkStopToken('stop', first), pred: needed(last) };
  return { stop: undefined, pred: first === undefined ? undefined : needed(first) };
}

/** `(time, pred?)` or `(stop, time, pred)`. */
export function readTimed<Time>(
  first: Time | StopToken,
  second: Predicate | Time | undefined,
  last: Predicate | undefined,
): Timed<Time> {
  if (isStopForm(first, last)) {
    return {
      stop: checkStopToken('stop', first),
      time: second as Time,
      pred: needed(last),
    };
  }
  const pred = second === undefined ? undefined : needed(second);
  return { stop: undefined, time: first as Time, pred };
}

/** @throws TypeError for an async predicate: a promise is no answer, and would count as true. */
export function holds(pred: Predicate): boolean {
  const answer: unknown = pred();
  refuseThenable(answer, () => new TypeError('`pred` returned a promise'));
  return Boolean(answer);
}

/** Whether a call has one argument more than without a token, or begins with one. */
function isStopForm(first: unknown, last: unknown): boolean {
  return last !== undefined || stopWatchOf(first) !== undefined;
}

function needed(pred: unknown): Predicate {
  checkFunction('pred', pred);
  return pred as Predicate;
}
