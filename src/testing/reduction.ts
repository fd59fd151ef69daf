/**
 * Partial order reduction, so that of schedules that differ only in the order of steps that commute one
 * is run: source sets and sleep sets, after P. Abdulla et al., "Optimal Dynamic Partial Order
 * Reduction", POPL 2014.
 *
 * A step of the path is an *event*; it *happens before* a later one if the two are of one thread, or
 * conflict, or the first woke the other's thread, or another event stands between them in that order.
 * Two that conflict with nothing in between are a *race*: where the first was chosen, the second, or
 * what led to it, is to be tried instead.
 *
 *   wanted   threads to be tried at a point. At first one; races add more
 *   asleep   moves that need not be tried here: they were tried further up, and nothing since has
 *            conflicted with them
 *
 * Who spins takes no step before something has changed, unless it is to look on (spin.ts). So a *look*
 * does not begin what others take part in as well: it stands for all looks in a row, which lead past the
 * loop or to a dead end. Where only who spins could begin, anybody may have to go first, for any change
 * lets it go on. And no look is asleep: it touches all that the loop does, not only its first word.
 *
 * What no thread does of itself (a timeout, an abort, a kill, a look that passes time) conflicts with
 * everything and is always tried: it may come at any point and others may see it anywhere.
 *
 * Invariants
 *   D1  Of each class of schedules that differ in the order of commuting steps, one is run to its end.
 *   D2  `events` are those of the path; going back to a point drops those behind it. The one that a
 *       choice interrupts stays, with the operation it had before the choice.
 */
import { conflict, type Footprint, WAKES, type Witness, type Woken } from './footprint.ts';
import type { Frames } from './frames.ts';
import {
  ABORT,
  CHOOSE,
  detailOf,
  EVENT,
  FIRE,
  KILL,
  kindOf,
  type Move,
  moveOf,
  NONE,
  SPIN,
  STEP,
  threadOf,
  TIME_OUT,
  WAKE,
} from './moves.ts';
import { isSpinning } from './spin.ts';
import { DEAD } from './thread.ts';
import type { World } from './world.ts';

interface Event extends Footprint {
  readonly move: Move;
  readonly thread: number;
  /** Whether it could have come earlier. What comes because nothing else was left could not. */
  readonly isFree: boolean;
  /** Depth of the frame where it was chosen, or the first look of those in a row; 0 if there was no other move. */
  readonly frame: number;
  /** For each thread how many events, counted from the start of the path, happen before or are this one. */
  readonly clock: Int32Array;
  /** Whether its thread looks on. */
  readonly isLook: boolean;
  /** Whether a choice was made in it: what it does there is not all that it may do. */
  chose: boolean;
}

/** A point with more than one move. */
interface Point {
  /** Events before it. */
  readonly events: number;
  /** Whether it stands in the middle of the last of them; all its moves are tried. */
  readonly isChoice: boolean;
  /** The operation of that event, if it came before the choice. */
  readonly how: number;
  // Bits of threads: that could go on, that could only look on, and that are to be tried
  readonly listed: number;
  readonly looks: number;
  wanted: number;
  /** Moves that were tried, and are being tried. */
  readonly tried: Set<Move>;
}

const NOBODY: readonly Woken[] = [];
const ALL = -1;

export class Reduction implements Witness {
  readonly #world: World;
  readonly #events: Event[] = [];
  /** By number of events before. */
  readonly #asleep: (readonly Event[])[] = [[]];
  /** By depth of the frame. */
  readonly #points: Point[] = [];
  /** Whether the last event is all there: its operation, its clock, its races. */
  #isClosed = true;

  constructor(world: World) {
    this.#world = world;
  }

  acted(how: number, address: number, size: number): void {
    const event = this.#events.at(-1)!;
    event.how = how;
    event.from = address;
    event.end = address + size;
  }

  woke(thread: number, event: number): void {
    const last = this.#events.at(-1)!;
    last.woken = [...last.woken, { thread, event }];
  }

  recorded(): void {
    this.#events.at(-1)!.isRecorded = true;
  }

  /** The step before this point is over: finds its races. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const n = this.#events.length - 1;
    const event = this.#events[n]!;
    this.#order(n);
    this.#asleep[n + 1] = this.#asleep[n]!.filter((other) => !depend(other, event));
  }

  /** The move to begin with, of those from `from` to before `to`; {@link NONE}: all are asleep. */
  first(moves: Int32Array, from: number, to: number): Move {
    for (let i = from; i < to; i++) if (!this.#isAsleep(moves[i]!)) return moves[i]!;
    return NONE;
  }

  /** `move` is made. `frame`: the depth of the frame it was chosen at, or 0. */
  begin(move: Move, frame: number): void {
    if (kindOf(move) === CHOOSE) return;
    const thread = threadOf(move);
    const clock = new Int32Array(this.#world.threads.length);
    const isFree = isStep(move) || this.#isBudgeted(kindOf(move));
    const isLook = this.#isLook(move);
    const last = this.#events.at(-1);
    const goesOn = isLook && frame === 0 && last?.isLook && last.thread === thread;
    this.#events.push({
      move,
      thread,
      isFree,
      frame: goesOn ? last.frame : frame,
      clock,
      how: 0,
      from: 0,
      end: 0,
      woken: NOBODY,
      isRecorded: false,
      isLook,
      chose: false,
    });
    this.#isClosed = false;
  }

  /** A frame has been pushed, with moves from `from` on; it begins with `move`. */
  pushed({ depth, moves, to }: Frames, from: number, move: Move): void {
    const isChoice = kindOf(move) === CHOOSE;
    let listed = 0;
    let looks = 0;
    for (let i = from; i < to; i++) {
      const each = moves[i]!;
      if (this.#isLook(each)) looks |= 1 << threadOf(each);
      else if (isOwn(each)) listed |= 1 << threadOf(each);
    }
    const last = this.#events.at(-1);
    if (isChoice) last!.chose = true;
    this.#points[depth] = {
      events: this.#events.length,
      isChoice,
      how: isChoice ? last!.how : 0,
      listed,
      looks,
      wanted: isOwn(move) ? 1 << threadOf(move) : 0,
      tried: new Set([move]),
    };
  }

  /** As {@link Frames.back}, past all that need not be tried. */
  back(frames: Frames): Move {
    for (; !frames.isAtStart; frames.drop()) {
      const point = this.#points[frames.depth]!;
      this.#return(point);
      const move = this.#next(point, frames);
      if (move === NONE) continue;
      point.tried.add(move);
      frames.restore();
      return move;
    }
    return NONE;
  }

  /** Drops the events behind `point`. What was tried there goes to sleep. */
  #return(point: Point): void {
    const { events, isChoice, how } = point;
    const tried = this.#events[events];
    this.#events.length = events;
    this.#isClosed = !isChoice;
    if (isChoice) {
      const event = this.#events.at(-1)!;
      event.how = how;
      if (how === 0) event.woken = NOBODY;
      event.clock.fill(0); // what it does may now come after others
    } else if (tried && isOwn(tried.move) && !tried.chose && !tried.isLook) {
      this.#asleep[events] = [...this.#asleep[events]!, tried];
    }
  }

  #next({ wanted, tried, isChoice }: Point, { moves, from, to }: Frames): Move {
    for (let i = from; i < to; i++) {
      const move = moves[i]!;
      if (tried.has(move)) continue;
      if (isChoice || !isOwn(move)) return move;
      if ((wanted & (1 << threadOf(move))) !== 0 && !this.#isAsleep(move)) return move;
    }
    return NONE;
  }

  #isAsleep(move: Move): boolean {
    return this.#asleep[this.#events.length]!.some((event) => event.move === move);
  }

  /**
   * The path has come to an end. What might have come to a thread before, and no longer can, would have
   * raced with all that is in between.
   */
  ended(): void {
    const { left, threads } = this.#world;
    if (left.kills + left.timeouts + left.spurious === 0) return;
    for (const { index, where } of threads) {
      if (where === DEAD) continue;
      this.begin(moveOf(KILL, index), 0);
      this.#order(this.#events.length - 1);
      this.#events.pop();
    }
    this.#isClosed = true;
  }

  /** Whether `move`, about to be made, is to look on. */
  #isLook(move: Move): boolean {
    const world = this.#world;
    return kindOf(move) === STEP && isSpinning(world, world.threads[threadOf(move)]!);
  }

  #isBudgeted(kind: number): boolean {
    if (kind === TIME_OUT || kind === FIRE) return this.#world.left.timeouts > 0;
    return kind === ABORT || kind === WAKE || kind === KILL;
  }

  /** Gives event `n` its clock, and has the other order of its races tried. */
  #order(n: number): void {
    const event = this.#events[n]!;
    const { clock, thread, isFree } = event;
    for (let i = n - 1; i >= 0; i--) {
      const before = this.#events[i]!;
      if (i < clock[before.thread]!) continue;
      const isWoken = wakes(before, event);
      if (!isWoken && !depend(before, event)) continue;
      if (isWoken && isEvent(event)) {
        // It cannot come before what woke it. What else could have ended the wait could.
        if (this.#world.left.timeouts + this.#world.left.spurious > 0) this.#reverse(i, n, false);
      } else if (before.thread !== thread && !isWoken && isFree) {
        this.#reverse(i, n, isStep(event.move));
      }
      join(clock, before.clock);
    }
    clock[thread] = n + 1;
  }

  /**
   * Has tried, where event `i` was chosen, what leads to `n` without it, or begins with `n` if that is
   * what a thread does of itself.
   */
  #reverse(i: number, n: number, isOwnStep: boolean): void {
    const point = this.#points[this.#events[i]!.frame];
    if (!point) return;
    const initials = this.#initials(point.events, isOwnStep ? n : n - 1, n);
    const steps = initials & ~point.looks;
    if (initials === 0 || (point.wanted & steps) !== 0) return;
    const listed = point.listed & steps;
    if (listed !== 0) point.wanted |= listed & -listed;
    else if (steps === 0 || !isSpin(this.#events[n]!.move)) point.wanted = ALL; // somebody has to go first
  }

  /** Threads that can begin what stands behind `i`, up to `last`, without what `i` leads to but `n`. */
  #initials(i: number, last: number, n: number): number {
    const rest: number[] = [];
    let initials = 0;
    let seen = 0;
    for (let k = i + 1; k <= last; k++) {
      const { thread, clock } = this.#events[k]!;
      if (k < n && clock[this.#events[i]!.thread]! > i) continue;
      const bit = 1 << thread;
      const isFirst = (seen & bit) === 0;
      seen |= bit;
      if (isFirst && rest.every((j) => clock[this.#events[j]!.thread]! <= j)) initials |= bit;
      rest.push(k);
    }
    return initials;
  }
}

/** What a thread does of itself. */
function isOwn(move: Move): boolean {
  return kindOf(move) === STEP || kindOf(move) === EVENT;
}

/** What runs the thread on, whether or not time passes. */
function isStep(move: Move): boolean {
  return isOwn(move) || isSpin(move);
}

/** A look that passes time, because nothing else was left, might have come without that before. */
function isSpin(move: Move): boolean {
  return kindOf(move) === SPIN;
}

/** Whether `before` is what `event`, a later one, has waited for. */
function wakes({ woken }: Event, { move, thread }: Event): boolean {
  return woken.some(
    (one) =>
      one.thread === thread &&
      (one.event < 0 || (kindOf(move) === EVENT && one.event === detailOf(move))),
  );
}

function depend(a: Event, b: Event): boolean {
  if (a.thread === b.thread || !isOwn(a.move) || !isOwn(b.move)) return true;
  return conflict(a, b) || mayAddTo(a, b) || mayAddTo(b, a);
}

/** Whether the first may give an event loop, which chooses in the second, one thing more to choose from. */
function mayAddTo({ how }: Event, other: Event): boolean {
  return (how & WAKES) !== 0 && isEvent(other);
}

function isEvent({ move }: Event): boolean {
  return kindOf(move) === EVENT;
}

function join(clock: Int32Array, other: Int32Array): void {
  for (let i = 0; i < clock.length; i++) if (other[i]! > clock[i]!) clock[i] = other[i]!;
}
