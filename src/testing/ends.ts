/** How threads stand when a schedule is over: who has ended, who waits for what. */
import type { Names } from './names.ts';
import type { Value } from './operations.ts';
import { ASLEEP, DEAD, LOOP, type Thread } from './thread.ts';
import { bedOf, isAwaited } from './waiters.ts';
import type { World } from './world.ts';

/** A word that a thread waits on. */
export interface WordWait {
  /** The word, in the names of what `setup` returned. */
  readonly word: string;
  /** What was there when the wait began. */
  readonly seen: number | bigint;
  /** What is there now. If it is not {@link seen}, a notify was lost. */
  readonly now: number | bigint;
}

/**
 * How a thread stands: it has `'ended'`, is `'asleep'` in `Atomics.wait`, is `'awaiting'` something in its
 * event loop, was `'killed'`, has `'failed'`, or was `'ready'` to go on.
 */
export type ThreadState = 'ended' | 'asleep' | 'awaiting' | 'killed' | 'failed' | 'ready';

/** How one thread stood when the schedule was over. */
export interface ThreadEnd {
  /** Of its function; empty, if it has none. */
  readonly name: string;
  /** What it was at. */
  readonly state: ThreadState;
  /** What it waits on, if it is asleep or awaiting. */
  readonly waits: readonly WordWait[];
}

export function endOf(world: World, names: Names, thread: Thread): Omit<ThreadEnd, 'name'> {
  const state = stateOf(thread);
  if (state === 'asleep') {
    const seen = thread.sleptOn[thread.length]!;
    return { state, waits: [waitOn(world, names, bedOf(thread), seen)] };
  }
  return { state, waits: state === 'awaiting' ? answersOf(world, names, thread) : [] };
}

function stateOf({ where, done }: Thread): ThreadState {
  if (where === ASLEEP) return 'asleep';
  if (where === DEAD) return 'killed';
  if (where === LOOP) return done ? 'ended' : 'awaiting';
  return 'ready';
}

function answersOf(world: World, names: Names, thread: Thread): WordWait[] {
  const { events } = thread;
  const waits: WordWait[] = [];
  for (let i = 0; i < events.length; i++) {
    if (!isAwaited(thread, i)) continue;
    waits.push(waitOn(world, names, events.addresses[i]!, events.values[i]!));
  }
  return waits;
}

function waitOn(world: World, names: Names, address: number, seen: Value): WordWait {
  return { word: names.wordAt(address), seen, now: world.memory.read(address, seen) };
}

/** As `gate[0], which was 0 and is 1`. */
export function textOfWait({ word, seen, now }: WordWait): string {
  return now === seen ? `${word} = ${now}` : `${word}, which was ${seen} and is ${now}`;
}
