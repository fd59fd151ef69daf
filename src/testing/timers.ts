/**
 * Time. A timeout may come at any moment while the budget lasts. When nothing else can run, time
 * passes: the earliest timers come, budget or not. A slice comes only then, and only after a kill:
 * without a death every wake-up has to arrive by itself.
 */
import { ANSWER, SIGNAL, SLICE, TIMER, WAITING } from './events.ts';
import { FIRE, moveOf, SPIN, TIME_OUT } from './moves.ts';
import { oldestSpinner } from './spin.ts';
import { ASLEEP, LOOP, type Thread } from './thread.ts';
import type { World } from './world.ts';

/** How often each sleeper may look round without any change of memory. Then all wait in vain. */
const ROUNDS = 10;

/** Steps of spinning threads until the next timer comes. */
const SPIN_STEPS = 100;

/** Timeouts at any moment. To fire one in an event loop is to run that thread: only if that `mayRun`. */
export function listTimers(world: World, out: Int32Array, from: number, mayRun: boolean): number {
  let to = from;
  for (const thread of world.threads) {
    if (thread.where === ASLEEP && thread.due < Infinity && !thread.sliced) {
      out[to++] = moveOf(TIME_OUT, thread.index);
    } else if (thread.where === LOOP && mayRun) {
      const { events } = thread;
      for (let i = 0; i < events.length; i++) {
        if (isTimer(thread, i) && events.kinds[i] !== SLICE) {
          out[to++] = moveOf(FIRE, thread.index, i);
        }
      }
    }
  }
  return to;
}

/** What comes when nothing runs of itself. */
export function listLastResort(world: World, out: Int32Array, from: number): number {
  const sleepers = countSleepers(world);
  const due = world.idle < ROUNDS * sleepers ? nextDue(world) : Infinity;
  const spinner = oldestSpinner(world);
  if (spinner && (spinner.spins < SPIN_STEPS || due === Infinity)) {
    out[from] = moveOf(SPIN, spinner.index);
    return from + 1;
  }
  if (due === Infinity) return from;
  const to = listDueAt(world, due, out, from);
  return world.idle < sleepers ? to : from + 1; // in the first round all orders, then any
}

function countSleepers(world: World): number {
  let count = 0;
  forEachTimer(world, () => count++);
  return count;
}

function nextDue(world: World): number {
  let next = Infinity;
  forEachTimer(world, (_, __, due) => (next = Math.min(next, due)));
  return next;
}

function listDueAt(world: World, time: number, out: Int32Array, from: number): number {
  let to = from;
  forEachTimer(world, (thread, event, due) => {
    if (due !== time) return;
    out[to++] = event < 0 ? moveOf(TIME_OUT, thread.index) : moveOf(FIRE, thread.index, event);
  });
  return to;
}

/** All that may come by time alone; `event` is -1 for a blocking wait. */
function forEachTimer(
  world: World,
  visit: (thread: Thread, event: number, due: number) => void,
): void {
  const isSlicing = world.killed !== 0;
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
