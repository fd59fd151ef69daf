/**
 * Which moves there are. The order is that of the search: the thread that runs goes on first, so
 * that the first schedules have the fewest switches.
 */
import { DUE, SIGNAL, WAITING } from './events.ts';
import {
  ABORT,
  detailOf,
  EVENT,
  FIRE,
  KILL,
  kindOf,
  type Move,
  moveOf,
  SPIN,
  STEP,
  threadOf,
  TIME_OUT,
  WAKE,
} from './moves.ts';
import { isLookingOn, isRunnable, mayLookOn } from './spin.ts';
import { ASLEEP, DEAD, LOOP, READY } from './thread.ts';
import { listLastResort, listTimers } from './timers.ts';
import { isAwaited } from './waiters.ts';
import type { World } from './world.ts';

/**
 * Writes the moves of `world` to `out` from `from` on and returns their end. Without any, a schedule
 * is at its end. A spurious wake-up or a kill is no way out: it comes only beside other moves.
 */
export function listMoves(world: World, out: Int32Array, from: number): number {
  let to = from;
  if (isLookingOn(world)) {
    out[to++] = moveOf(STEP, world.current);
    return to;
  }
  const isPreemption = isCurrentRunnable(world);
  if (isPreemption) out[to++] = moveOf(STEP, world.current);
  const maySwitch = !isPreemption || world.left.preemptions > 0;
  if (maySwitch) to = listOthers(world, out, to);
  else world.isHeldBack ||= isAnybodyHeldBack(world, out, to);
  const isQuiet = to === from;
  if (isQuiet && isComplete(world)) return from;
  if (world.left.timeouts > 0) to = listTimers(world, out, to, maySwitch);
  if (isQuiet && to === from) to = listLastResort(world, out, to);
  else if (maySwitch) to = listLooks(world, out, to);
  if (world.left.aborts > 0 && maySwitch) to = listAborts(world, out, to);
  if (world.left.spurious > 0 && to > from) to = listWakes(world, out, to, maySwitch);
  if (world.left.kills > 0 && to > from) to = listKills(world, out, to);
  return to;
}

/** Whether the thread that ran last could go on, so that to run another takes the turn from it. */
export function isCurrentRunnable(world: World): boolean {
  return world.current >= 0 && isRunnable(world, world.threads[world.current]!);
}

/** Whether all threads that live have done their work. */
export function isComplete(world: World): boolean {
  for (const thread of world.threads) {
    if (thread.where !== DEAD && (thread.where !== LOOP || !thread.done)) return false;
  }
  return true;
}

/** Whether `move` can be made, whatever the budgets. */
export function isPossible(world: World, move: Move): boolean {
  const thread = world.threads[threadOf(move)];
  if (!thread) return false;
  const { where, events } = thread;
  const event = detailOf(move);
  const stage = event < events.length ? events.stages[event] : undefined;
  switch (kindOf(move)) {
    case STEP:
    case SPIN:
      return where === READY;
    case TIME_OUT:
      return where === ASLEEP && thread.due < Infinity;
    case EVENT:
      return where === LOOP && stage === DUE;
    case FIRE:
      return where === LOOP && stage === WAITING && events.dues[event]! < Infinity;
    case ABORT:
      return where === LOOP && stage === WAITING && events.kinds[event] === SIGNAL;
    case WAKE:
      return (
        where === ASLEEP || (where === LOOP && event < events.length && isAwaited(thread, event))
      );
    case KILL:
      return where !== DEAD;
    default:
      return false; // an answer is asked for in the middle of a step
  }
}

/** What runs of itself, but for the thread that ran last. */
function listOthers(world: World, out: Int32Array, from: number): number {
  let to = from;
  for (const thread of world.threads) {
    const { index, events } = thread;
    if (thread.where === READY) {
      if (index !== world.current && isRunnable(world, thread)) out[to++] = moveOf(STEP, index);
    } else if (thread.where === LOOP) {
      for (let i = 0; i < events.length; i++) {
        if (events.stages[i] === DUE) out[to++] = moveOf(EVENT, index, i);
      }
    }
  }
  return to;
}

/** Whether there are moves that only want of preemptions forbids; written behind `from`, where nobody reads them. */
function isAnybodyHeldBack(world: World, out: Int32Array, from: number): boolean {
  return listLooks(world, out, listOthers(world, out, from)) > from || hasEventsToCome(world);
}

/** Who looks again and again, and may go on to do so until it does something else. */
function listLooks(world: World, out: Int32Array, from: number): number {
  let to = from;
  for (const thread of world.threads) {
    if (mayLookOn(world, thread)) out[to++] = moveOf(STEP, thread.index);
  }
  return to;
}

/** Whether an event loop could be made to run something, within the budgets. */
function hasEventsToCome({ threads, left }: World): boolean {
  if (left.timeouts === 0 && left.aborts === 0 && left.spurious === 0) return false;
  return threads.some(({ where, events }) => {
    const first = events.stages.indexOf(WAITING);
    return where === LOOP && first >= 0 && first < events.length;
  });
}

function listAborts(world: World, out: Int32Array, from: number): number {
  let to = from;
  for (const { index, where, done, events } of world.threads) {
    if (where !== LOOP || done) continue;
    for (let i = 0; i < events.length; i++) {
      if (events.kinds[i] === SIGNAL && events.stages[i] === WAITING) {
        out[to++] = moveOf(ABORT, index, i);
      }
    }
  }
  return to;
}

/** To end a wait in an event loop is to run that thread: only if that `mayRun`. */
function listWakes(world: World, out: Int32Array, from: number, mayRun: boolean): number {
  let to = from;
  for (const thread of world.threads) {
    const { index, where, events } = thread;
    if (where === ASLEEP) out[to++] = moveOf(WAKE, index);
    if (where !== LOOP || !mayRun) continue;
    for (let i = 0; i < events.length; i++) {
      if (isAwaited(thread, i)) out[to++] = moveOf(WAKE, index, i);
    }
  }
  return to;
}

function listKills(world: World, out: Int32Array, from: number): number {
  let to = from;
  for (const { index, where, started } of world.threads) {
    const mayDie = started && where !== DEAD && (world.killable & (1 << index)) !== 0;
    if (mayDie) out[to++] = moveOf(KILL, index);
  }
  return to;
}
