/** The waits of a schedule, each from the step that began it to the one that ended it. */
import type { Step } from '../failure.ts';
import { EVENT, FIRE, KILL, TIME_OUT, WAKE } from '../moves.ts';
import { MOVE_NAMES } from '../trace.ts';

export interface Sleep {
  readonly thread: number;
  readonly word: string;
  /** Of a `waitAsync`: the number of its answer. Of a thread that sleeps, none. */
  readonly answer: number | undefined;
  /** Index of the step that began it. */
  readonly from: number;
  /** Index of the step that ended it; the number of all steps if it never ended. */
  to: number;
  isOver: boolean;
  /** Index of the `notify` that chose it. */
  wokenAt: number | undefined;
}

export function sleepsOf(steps: readonly Step[]): Sleep[] {
  const all: Sleep[] = [];
  let open: Sleep[] = [];
  steps.forEach((step, at) => {
    open = open.filter(({ isOver }) => !isOver);
    for (const { thread, answer } of step.wakes ?? []) {
      const woken = open.find((sleep) => sleep.thread === thread && sleep.answer === answer)!;
      woken.wokenAt = at;
      if (answer === undefined) end(woken, at); // an answer still has to arrive
    }
    for (const sleep of open) if (isEndOf(step, sleep)) end(sleep, at);
    if (step.result !== 'pending') return;
    const { thread, word, answer } = step;
    const to = steps.length;
    const begun = { thread, word: word!, answer, from: at, to, isOver: false, wokenAt: undefined };
    open.push(begun);
    all.push(begun);
  });
  return all;
}

/** Whether the step itself ends the wait, not a `notify`. */
function isEndOf({ thread, operation, result, answer }: Step, sleep: Sleep): boolean {
  if (thread !== sleep.thread) return false;
  if (operation === MOVE_NAMES[KILL]) return true;
  if (operation === MOVE_NAMES[WAKE]) return answer === sleep.answer;
  if (sleep.answer === undefined) return operation === MOVE_NAMES[TIME_OUT];
  const isEvent = operation === MOVE_NAMES[EVENT] || operation === MOVE_NAMES[FIRE];
  return isEvent && result === sleep.answer;
}

function end(sleep: Sleep, at: number): void {
  sleep.to = at;
  sleep.isOver = true;
}
