/** What a move does before any body runs. */
import { ANSWER, OVER, SLICE } from './events.ts';
import { isCurrentRunnable } from './enabled.ts';
import {
  ABORT,
  CHOOSE as CHOSEN,
  detailOf,
  EVENT as RUN_EVENT,
  FIRE,
  KILL,
  kindOf,
  type Move,
  SPIN,
  STEP,
  threadOf,
  TIME_OUT,
  WAKE,
} from './moves.ts';
import { CHOOSE, EVENT, OK, TIMED_OUT } from './operations.ts';
import { eventResult } from './run.ts';
import { isSpinning } from './spin.ts';
import { ASLEEP, DEAD, READY, type Thread } from './thread.ts';
import { bedOf } from './waiters.ts';
import type { World } from './world.ts';

/** Makes `move`. Returns the thread whose body is to run now, if it is one that runs a body. */
export function apply(world: World, move: Move): Thread | undefined {
  const thread = world.threads[threadOf(move)]!;
  const detail = detailOf(move);
  world.trace?.move(move, thread);
  switch (kindOf(move)) {
    case STEP:
      thread.looksOn = isSpinning(world, thread) ? 1 : 0;
      return giveTurn(world, thread);
    case SPIN:
      world.clock++;
      return giveTurn(world, thread);
    case CHOSEN: // its turn goes on
      thread.observe(CHOOSE, thread.operands[thread.length]!, detail); // it has asked this before
      return thread;
    case TIME_OUT:
      passTime(world, thread.due, thread.sliced === 1);
      return endSleep(world, thread, TIMED_OUT);
    case WAKE:
      world.left.spurious--;
      world.memory.version++; // it is in nobody's way any more
      if (thread.where === ASLEEP) return endSleep(world, thread, OK);
      return runEvent(world, thread, WAKE, detail);
    case KILL:
      world.left.kills--;
      world.killed |= 1 << thread.index;
      world.memory.version++; // its waits are gone, and the others may learn of it
      thread.where = DEAD;
      return undefined;
    default:
      return runEvent(world, thread, kindOf(move), detail);
  }
}

function endSleep(world: World, thread: Thread, outcome: number): undefined {
  world.races?.meet(thread, bedOf(thread));
  thread.endSleep(outcome);
}

function runEvent(world: World, thread: Thread, kind: number, event: number): Thread {
  const { addresses, kinds, dues } = thread.events;
  const isSlice = kinds[event] === SLICE;
  if (kind === ABORT) world.left.aborts--;
  if (kind === FIRE) passTime(world, dues[event]!, isSlice);
  if (kinds[event] === ANSWER) {
    if (kind === RUN_EVENT) world.races?.answer(thread, event);
    else world.races?.meet(thread, addresses[event]!);
  }
  if (isSlice) {
    world.memory.undo.remember(dues, event, dues[event]!);
    dues[event] = world.clock + world.slice;
  } else {
    world.setStage(thread, event, OVER);
  }
  thread.where = READY;
  const isOver = kind === FIRE || kind === ABORT;
  thread.observe(EVENT, event, eventResult(event, isOver ? TIMED_OUT : OK));
  return giveTurn(world, thread);
}

function giveTurn(world: World, thread: Thread): Thread {
  if (world.current !== thread.index && isCurrentRunnable(world)) world.left.preemptions--;
  world.current = thread.index;
  world.granted = true;
  thread.started = 1;
  thread.ranAt = world.steps;
  return thread;
}

/** A timer comes. Counts the slices that have come since something changed. */
function passTime(world: World, due: number, isSlice: boolean): void {
  if ((world.slicesAlways || !isSlice) && world.left.timeouts > 0) world.left.timeouts--;
  world.clock = Math.max(world.clock, due);
  const { memory } = world;
  if (memory.hashA !== world.calmA || memory.hashB !== world.calmB) world.idleSlices = 0;
  world.calmA = memory.hashA;
  world.calmB = memory.hashB;
  if (isSlice) world.idleSlices++;
  memory.version++; // who spins may look again
}
