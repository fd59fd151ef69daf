/**
 * The words of a barrier, and what can happen to them.
 *
 * Words
 *   STATE  bits 0-11   PENDING   arrivals still to come in this phase
 *          bits 12-23  EXPECTED  arrivals in each phase after this one
 *          bits 24-28  LOW       the low bits of the phase
 *          bit  29     BROKEN
 *          bit  30     MADE      always: zeroed memory is no barrier
 *   PHASE  the number of this phase or of the one before: it is raised just before a phase ends
 *   class  bit 0 of that word: COMPLETES, an agent without a completion may not arrive
 *   object id
 *   and the roll, in roll.ts
 */
import type { Words } from '../memory/words.ts';

export const STATE = 0;
export const PHASE = 1;
export const OPTIONS = 2;
export const ROLL = 4;

const COUNT_BITS = 12;
const COUNT = (1 << COUNT_BITS) - 1;
const LOW_SHIFT = 2 * COUNT_BITS;
const LOW = 0x1f;
export const BROKEN: number = 1 << 29;
export const MADE: number = 1 << 30;

export const COMPLETES: number = 1 << 0;

/** The most arrivals of a phase. */
export const MOST_ARRIVALS: number = COUNT;

export const fresh = (expected: number): number => MADE | (expected << COUNT_BITS) | expected;

export const pendingOf = (state: number): number => state & COUNT;

export const isBroken = (state: number): boolean => (state & BROKEN) !== 0;

/** After `n` arrivals, `drops` of which are the last of their participants. */
export const afterArrivals = (state: number, n: number, drops: number): number =>
  state - n - (drops << COUNT_BITS);

/** The first state of the next phase, after the last of this one. */
export function nextPhase(state: number): number {
  const expected = (state >> COUNT_BITS) & COUNT;
  const low = (lowOf(state) + 1) & LOW;
  return (state & ~(COUNT | (LOW << LOW_SHIFT))) | (low << LOW_SHIFT) | expected;
}

/** The number of the phase that `state` is of; `phase` is PHASE, read before STATE was. */
export const phaseOf = (state: number, phase: number): number =>
  (phase + ((lowOf(state) - phase) & LOW)) | 0;

/** Whether phase `of` had ended when `state` was read. */
export const isOver = (words: Words, state: number, of: number): boolean =>
  lowOf(state) !== (of & LOW) || ((Atomics.load(words, PHASE) - of) | 0) > 0;

const lowOf = (state: number): number => (state >> LOW_SHIFT) & LOW;
