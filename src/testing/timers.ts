/**
 * Time. A timeout may come at any moment while the budget lasts. When nothing else can run, time
 * passes: the earliest timers come, budget or not. A slice comes only then, and only after a kill:
 * without a death every wake-up has to arrive by itself. Where slices are asked for, they come as all do.
 */
import { SLICE, WAITING } from './events.ts';
import { FIRE, type Move, moveOf, NONE, SPIN, TIME_OUT } from './moves.ts';
import { oldestReady } from './spin.ts';
import { ASLEEP, LOOP, type Thread } from './thread.ts';
import type { World } from './world.ts';

/** Slices per thread that change no memory, after which more of them would not either. */
const ROUNDS = 10;

/** Steps of spinning threads until the next timer comes. */
const SPIN_STEPS = 100;

/** Timeouts at any moment. To fire one in an event loop is to run that thread: only if that `mayRun`. */
export function listTimers(world: World, out: Int32Array, from: number, mayRun: boolean): number {
  let to = from;
  for (const thread of world.threads) {
    if (
      thread.where === ASLEEP &&
      thread.due < Infinity &&
      (world.slicesAlways || !thread.sliced)
    ) {
      out[to++] = moveOf(TIME_OUT, thread.index);
    } else if (thread.where === LOOP && mayRun) {
      const { events } = thread;
      for (let i = 0; i < events.length; i++) {
        if (isTimer(thread, i) && (world.slicesAlways || events.kinds[i] !== SLICE)) {
          out[to++] = moveOf(FIRE, thread.index, i);
        }
      }
    }
  }
  return to;
}

/** What comes when nothing runs of itself. */
export function listLastResort(world: World, out: Int32Array, from: number): number {
  const due = nextDue(world);
  const spinner = oldestReady(world);
  if (spinner && (spinner.spins < SPIN_STEPS || due === Infinity)) {
    out[from] = moveOf(SPIN, spinner.index);
    return from + 1;
  }
  if (due === Infinity) return from;
  const to = listDueAt(world, due, out, from);
  const isFirstRound = world.idleSlices < world.threads.length;
  return isFirstRound ? to : from + 1; // later ones in one order only
}

/** When the next timer comes, if only time passes. */
export function nextDue(world: World): number {
  let next = Infinity;
  forEachTimer(world, (_, __, due) => (next = Math.min(next, due)));
  return next;
}

/** Of the timers that come at `due`, the first. */
export function firstDueAt(world: World, due: number): Move {
  let first = NONE;
  forEachTimer(world, (thread, event, at) => {
    if (at === due && first === NONE) first = comes(thread, event);
  });
  return first;
}

function listDueAt(world: World, time: number, out: Int32Array, from: number): number {
  let to = from;
  forEachTimer(world, (thread, event, due) => {
    if (due !== time) return;
    out[to++] = comes(thread, event);
  });
  return to;
}

function comes({ index }: Thread, event: number): Move {
  return event < 0 ? moveOf(TIME_OUT, index) : moveOf(FIRE, index, event);
}

/** All that may come by time alone; `event` is -1 for a blocking wait. */
function forEachTimer(
  world: World,
  visit: (thread: Thread, event: number, due: number) => void,
): void {
  const maySlice = world.slicesAlways || world.killed !== 0;
  const isSlicing = maySlice && world.idleSlices < ROUNDS * world.threads.length;
  for (const thread of world.threads) {
    if (thread.where === ASLEEP && thread.due < Infinity && (isSlicing || !thread.sliced)) {
      visit(thread, -1, thread.due);
    } else if (thread.where === LOOP) {
      const { events } = thread;
      for (let i = 0; i < events.length; i++) {
        if (isTimer(thread, i) && (isSlicing || events.kinds[i] !== SLICE)) {
          visit(thread, i, events.dues[i]!);
        }
      }
    }
  }
}

function isTimer({ events }: Thread, event: number): boolean {
  return events.stages[event] === WAITING && events.dues[event]! < Infinity;
}
