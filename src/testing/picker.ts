/**
 * How a move is picked where not all are tried: for models too large to search. Neither way ever says
 * that there is nothing to find.
 *
 *   random  each move is as likely as any other
 *   pct     threads have priorities, and the highest that can run does; at a few random steps the one
 *           that runs falls behind all others. A bug that needs n falls is found by each schedule with a
 *           probability of at least 1 / (threads * steps ** n): S. Burckhardt et al., "A Randomized
 *           Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010
 *   choices what somebody else has chosen, such as fast-check
 *
 * A timeout, an abort, a spurious wake-up or a kill does not run of itself and has no priority: with `pct`, one comes at
 * one in eight of the points where it could.
 */
import { EVENT, kindOf, type Move, SPIN, STEP, threadOf } from './moves.ts';
import { Random } from './random.ts';

export interface Picker {
  /** A schedule begins. */
  begin(): void;
  /** One of `moves`, from `from` to before `to`. */
  pick(moves: Int32Array, from: number, to: number): Move;
  /** One of `n` answers to what the library asks of its host. */
  answer(n: number): number;
}

export class RandomPicker implements Picker {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  begin(): void {}

  pick(moves: Int32Array, from: number, to: number): Move {
    return moves[from + this.#random.below(to - from)]!;
  }

  answer(n: number): number {
    return this.#random.below(n);
  }
}

/** Takes choice after choice, each modulo the moves there are; then always the first move. */
export class ChoicePicker implements Picker {
  readonly #choices: readonly number[];
  #next = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  begin(): void {
    this.#next = 0;
  }

  pick(moves: Int32Array, from: number, to: number): Move {
    return moves[from + this.answer(to - from)]!;
  }

  answer(n: number): number {
    if (n === 1) return 0; // no choice is used up where there is none
    return (this.#choices[this.#next++] ?? 0) % n;
  }
}

/** Not by chance: threads take turns, a step each, so that every body is suspended as often as it can be. */
export class TurnPicker implements Picker {
  #last = -1;

  begin(): void {}

  pick(moves: Int32Array, from: number, to: number): Move {
    const listed = moves.subarray(from, to);
    const own = listed.filter(isOwn);
    const candidates = own.length > 0 ? own : listed;
    const next = candidates.find((move) => threadOf(move) > this.#last) ?? candidates[0]!;
    this.#last = threadOf(next);
    return next;
  }

  answer(): number {
    return 0;
  }
}

const RARELY = 8;

export class PriorityPicker implements Picker {
  readonly #random: Random;
  readonly #falls: number;
  /** By thread; the highest runs. */
  readonly #priorities: number[];
  /** The steps at which who runs falls. */
  #fallsAt: Set<number> = new Set();
  #step = 0;
  #longest = 1;
  #lowest = 0;

  constructor(seed: number, threads: number, falls: number) {
    this.#random = new Random(seed);
    this.#falls = falls;
    this.#priorities = Array.from({ length: threads }, () => 0);
  }

  begin(): void {
    this.#longest = Math.max(this.#longest, this.#step);
    this.#step = 0;
    this.#lowest = 0;
    for (const thread of this.#priorities.keys()) {
      // a shuffle: each new one takes the place of one before it, which goes to the end
      const place = this.#random.below(thread + 1);
      this.#priorities[thread] = this.#priorities[place]!;
      this.#priorities[place] = thread + 1;
    }
    const falls = Array.from({ length: this.#falls }, () => this.#random.below(this.#longest));
    this.#fallsAt = new Set(falls);
  }

  pick(moves: Int32Array, from: number, to: number): Move {
    const listed = moves.subarray(from, to);
    const others = listed.filter((move) => !isOwn(move));
    if (others.length > 0 && (others.length === listed.length || this.answer(RARELY) === 0)) {
      return others[this.answer(others.length)]!;
    }
    const own = listed.filter(isOwn);
    const first = this.#highest(own);
    if (!this.#fallsAt.has(this.#step++)) return first;
    this.#priorities[threadOf(first)] = --this.#lowest;
    return this.#highest(own);
  }

  answer(n: number): number {
    return this.#random.below(n);
  }

  #highest(moves: Int32Array): Move {
    return moves.reduce((best, move) =>
      this.#priorities[threadOf(move)]! > this.#priorities[threadOf(best)]! ? move : best,
    );
  }
}

/** What a thread does of itself. */
function isOwn(move: Move): boolean {
  const kind = kindOf(move);
  return kind === STEP || kind === SPIN || kind === EVENT;
}
