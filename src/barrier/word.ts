/**
 * The words of a barrier, and what can happen to them.
 *
 * Words
 *   STATE  from bit 0   PENDING   arrivals still to come in this phase, in `width` bits
 *          then         EXPECTED  arrivals in each phase after this one, in as many
 *          to bit 28    LOW       the low bits of the phase
 *          bit  29      BROKEN
 *          bit  30      MADE      always: zeroed memory is no barrier
 *   PHASE  the number of this phase or of the one before: it is raised just before a phase ends
 *   class  bit 0 of that word: COMPLETES, an agent without a completion may not arrive
 *          bits 8-11: WIDTH, as much as EXPECTED needs at first
 *   object id
 *   and the roll, in roll.ts
 *
 * The fewer arrivals a phase has at first, the more bits are left for LOW: STATE comes to be the same again
 * only after 2^16 arrivals at least, unless most have dropped out by then.
 */
import type { Words } from '../memory/words.ts';

export const STATE = 0;
export const PHASE = 1;
export const OPTIONS = 2;
export const ROLL = 4;

const STATE_BITS = 29;
export const BROKEN: number = 1 << 29;
export const MADE: number = 1 << 30;

export const COMPLETES: number = 1 << 0;
const WIDTH_SHIFT = 8;
const WIDTH = 0xf;
const MOST_WIDTH = 12;

/** The most arrivals of a phase. */
export const MOST_ARRIVALS: number = (1 << MOST_WIDTH) - 1;

/** Writes a fresh barrier. */
export function write(words: Words, expected: number): void {
  const width = Math.max(1, 32 - Math.clz32(expected));
  Atomics.or(words, OPTIONS, width << WIDTH_SHIFT);
  Atomics.store(words, STATE, MADE | (expected << width) | expected);
}

export const isBroken = (state: number): boolean => (state & BROKEN) !== 0;

/** How STATE is to be read. */
export class Shape {
  readonly #width: number;
  readonly #count: number;
  readonly #low: number;

  constructor(words: Words) {
    this.#width = (Atomics.load(words, OPTIONS) >> WIDTH_SHIFT) & WIDTH;
    this.#count = (1 << this.#width) - 1;
    this.#low = (1 << (STATE_BITS - 2 * this.#width)) - 1;
  }

  pending(state: number): number {
    return state & this.#count;
  }

  /** After `n` arrivals, `drops` of which are the last of their participants. */
  afterArrivals(state: number, n: number, drops: number): number {
    return state - n - (drops << this.#width);
  }

  /** The first state of the next phase, after the last of this one. */
  nextPhase(state: number): number {
    const expected = (state >> this.#width) & this.#count;
    return this.inPhase((state & ~this.#count) | expected, this.#lowOf(state) + 1);
  }

  /** The same, in the phase of that number. */
  inPhase(state: number, phase: number): number {
    const shift = 2 * this.#width;
    return (state & ~(this.#low << shift)) | ((phase & this.#low) << shift);
  }

  /** The number of the phase that `state` is of; `phase` is PHASE, which was the same before and after. */
  phase(state: number, phase: number): number {
    return (phase + ((this.#lowOf(state) - phase) & this.#low)) | 0;
  }

  /** Whether phase `of` had ended when `state` was read. */
  isOver(words: Words, state: number, of: number): boolean {
    if (this.#lowOf(state) !== (of & this.#low)) return true;
    return ((Atomics.load(words, PHASE) - of) | 0) > 0;
  }

  #lowOf(state: number): number {
    return (state >> (2 * this.#width)) & this.#low;
  }
}
