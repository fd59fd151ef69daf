/**
 * A failing schedule in Chrome's trace event format. Its time is the number of the step: row n of the
 * table is the microsecond from n - 1 to n, and there is nothing else on any track then but sleeps.
 */
import {
  type ChromeTrace,
  type ChromeTraceEvent,
  eventOn,
  processName,
  trackName,
} from '../chrome-trace.ts';
import { textOfWait, type ThreadEnd } from '../ends.ts';
import type { Step } from '../failure.ts';
import { EVENT } from '../moves.ts';
import { callOf, headOf } from '../rows.ts';
import { MOVE_NAMES } from '../trace.ts';
import { type Sleep, sleepsOf } from './sleeps.ts';

interface Schedule {
  readonly verdict: string;
  readonly reason: string;
  readonly schedule: string;
  readonly trace: readonly Step[];
  readonly threads: readonly ThreadEnd[];
}

export function traceOf({ verdict, reason, schedule, trace, threads }: Schedule): ChromeTrace {
  const sleeps = sleepsOf(trace);
  const asleep = new Map(sleeps.map((sleep) => [sleep.from, sleep]));
  return {
    displayTimeUnit: 'ns',
    traceEvents: [
      processName(`${verdict} (a step is 1 µs)`),
      ...threads.flatMap(({ name }, thread) => namesOf(name, thread)),
      ...trace.map((step, at) => eventOf(step, at, asleep.get(at))),
      ...sleeps.flatMap((sleep, id) => awaitOf(sleep, id)),
      ...sleeps.flatMap((sleep, id) => arrowOf(sleep, id, trace)),
      ...threads.flatMap((end, thread) => stuckOf(end, thread, trace.length)),
    ],
    otherData: { verdict, reason, schedule, time: 'a step is 1 µs' },
  };
}

/** No track has the number 0, which is the kernel's own in a trace. */
function trackOf(thread: number): number {
  return thread + 1;
}

function namesOf(name: string, thread: number): ChromeTraceEvent[] {
  const tid = trackOf(thread);
  const order = { name: 'thread_sort_index', ph: 'M', args: { sort_index: thread } } as const;
  return [trackName(tid, headOf(name, thread)), eventOn(tid, order)];
}

/** Code that runs is a span; what comes over a thread from outside is a moment. */
function eventOf(step: Step, at: number, sleep: Sleep | undefined): ChromeTraceEvent {
  const { thread, operation } = step;
  const tid = trackOf(thread);
  const common = { name: callOf(step), ts: at, args: argsOf(step, at) };
  if (!isSpan(step)) return eventOn(tid, { ...common, ph: 'i', s: 't', cat: operation });
  if (!sleep || sleep.answer !== undefined) {
    const cat = step.word === undefined ? 'event' : 'operation';
    return eventOn(tid, { ...common, ph: 'X', cat, dur: 1 });
  }
  return eventOn(tid, { ...common, ph: 'X', cat: 'sleep', dur: endOf(sleep) - at });
}

function isSpan({ word, operation }: Step): boolean {
  return word !== undefined || operation === MOVE_NAMES[EVENT];
}

function argsOf(step: Step, at: number): Record<string, number | string> {
  const args: Record<string, number | string> = { step: at + 1 };
  const { operation, word, result, before, after, at: source } = step;
  for (const [name, value] of Object.entries({ operation, word, result, before, after, source })) {
    // JSON has neither bigints nor Infinity.
    if (value !== undefined) args[name] = Number.isFinite(value) ? Number(value) : String(value);
  }
  return args;
}

/** The step that ends it is part of it: there the thread is woken, and it goes on after. */
function endOf({ to, isOver }: Sleep): number {
  return isOver ? to + 1 : to;
}

/** An await does not keep its thread from running: a span beside the track. */
function awaitOf(sleep: Sleep, id: number): ChromeTraceEvent[] {
  if (sleep.answer === undefined) return [];
  const ends = { name: `awaits ${sleep.word}`, cat: 'await', id };
  const tid = trackOf(sleep.thread);
  return [
    eventOn(tid, { ...ends, ph: 'b', ts: sleep.from }),
    eventOn(tid, { ...ends, ph: 'e', ts: endOf(sleep) }),
  ];
}

/** From the `notify` to where the woken thread goes on. */
function arrowOf(sleep: Sleep, id: number, trace: readonly Step[]): ChromeTraceEvent[] {
  const { thread, wokenAt } = sleep;
  if (wokenAt === undefined) return [];
  const goesOn = goesOnAt(sleep, wokenAt, trace);
  if (goesOn === undefined) return [];
  const arrow = { name: 'wakes', cat: 'wake', id };
  return [
    eventOn(trackOf(trace[wokenAt]!.thread), { ...arrow, ph: 's', ts: wokenAt }),
    eventOn(trackOf(thread), { ...arrow, ph: 'f', bp: 'e', ts: goesOn }),
  ];
}

function goesOnAt(sleep: Sleep, wokenAt: number, trace: readonly Step[]): number | undefined {
  const { thread, answer, to } = sleep;
  if (answer !== undefined) return trace[to]?.operation === MOVE_NAMES[EVENT] ? to : undefined;
  const next = trace.findIndex(
    (step, at) => at > wokenAt && step.thread === thread && isSpan(step),
  );
  return next < 0 ? wokenAt : next; // it did nothing more: to its sleep, which ends there
}

function stuckOf({ waits }: ThreadEnd, thread: number, end: number): ChromeTraceEvent[] {
  return waits.map((wait) =>
    eventOn(trackOf(thread), {
      name: `stuck on ${textOfWait(wait)}`,
      ph: 'i',
      s: 't',
      ts: end,
      cat: 'stuck',
    }),
  );
}
