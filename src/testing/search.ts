/**
 * The search: depth first over all moves, or with a picker one schedule after another. Going back restores memory and threads and runs nothing
 * again; bodies are run again only when their turn comes.
 *
 * A frame stands for each point with more than one move. The path is all moves from the start to
 * now, those without alternative included: it is the schedule.
 *
 * Invariants
 *   S1  Once a frame is restored, everything is as it was when its moves were listed.
 *   S2  A state is left out only if one with the same future was searched, or is being searched.
 */
import { apply } from './apply.ts';
import { StateCache } from './cache.ts';
import type { Checks } from './checks.ts';
import { isPossible, listMoves } from './enabled.ts';
import type { Failure } from './failure.ts';
import { fairMove } from './fair.ts';
import { Fingerprint } from './fingerprint.ts';
import { Frames } from './frames.ts';
import {
  CHOOSE,
  detailOf,
  KILL,
  kindOf,
  type Move,
  moveOf,
  NONE,
  SPIN,
  STEP,
  threadOf,
  TIME_OUT,
} from './moves.ts';
import type { Picker } from './picker.ts';
import { Reduction } from './reduction.ts';
import { isAtDeadEnd, lengthOf } from './spin.ts';
import type { Thread } from './thread.ts';
import type { Turns } from './turns.ts';
import type { Scheduler, World } from './world.ts';

export interface Limits {
  readonly maxSteps: number;
  /** Of all searches together. */
  readonly maxSchedules: number;
  readonly deadline: number;
  readonly stateCache: boolean;
  /** Whether preemptions are counted. */
  readonly isBounded: boolean;
  /** Whether of schedules that differ in the order of commuting steps one is enough. */
  readonly isReduced?: boolean;
  /** Whether a script is all that is run. */
  readonly isWhole?: boolean;
  /** Picks the moves; without one, all are tried. */
  readonly picker?: Picker | undefined;
}

/** Why the search stops for a moment: microtasks of a body are to run, or all else in this thread. */
export const DRAIN = 0;
const BREATH = 1;
export type Pause = typeof DRAIN | typeof BREATH;

const BREATHS = 100; // ms between breaths, so that timers of a test runner get their turn
const CLOCK_CHECKS = 64; // paths between two looks at the clock

const now = performance.now.bind(performance);

export class Search implements Scheduler {
  schedules = 0;
  /** Whether anything was left out but what the cache knows. */
  isCut = false;
  /** Whether it was left before its end, for want of time or schedules. */
  isOver = false;
  /** Whether the script has a move that cannot be made. */
  isMisfit = false;
  failure: Failure | undefined;
  readonly path: Move[] = [];
  readonly #world: World;
  readonly #turns: Turns;
  readonly #checks: Checks;
  readonly #limits: Limits;
  readonly #script: readonly Move[] | undefined;
  readonly #picker: Picker | undefined;
  readonly #reduction: Reduction | undefined;
  readonly #cache: StateCache | undefined;
  readonly #fingerprint = new Fingerprint();
  readonly #frames: Frames;
  #length = 0;
  /** What {@link mayGoOn} chose instead of the running thread. */
  #taken: Move | undefined;
  #paths = 0;
  #breathAt = now() + BREATHS;

  /** With a `script`, only that schedule is run, and then on with the first move there is. */
  constructor(
    world: World,
    turns: Turns,
    checks: Checks,
    limits: Limits,
    script?: readonly Move[],
  ) {
    this.#world = world;
    this.#turns = turns;
    this.#checks = checks;
    this.#limits = limits;
    this.#script = script;
    this.#picker = script ? undefined : limits.picker;
    this.#picker?.begin();
    if (limits.isReduced) this.#reduction = new Reduction(world);
    const isCached = limits.stateCache && !script && !this.#picker && !this.#reduction;
    if (isCached) this.#cache = new StateCache();
    world.witness = this.#reduction;
    this.#frames = new Frames(world);
    world.scheduler = this;
  }

  get states(): number {
    return this.#cache?.size ?? 0;
  }

  *run(): Generator<Pause, void> {
    let move = this.#choose();
    for (;;) {
      if (move === NONE) {
        if (this.failure || this.#script) break;
        move = this.#picker ? this.#beginAgain() : this.#goBack();
        if (move === NONE) break;
        if (this.#needsBreath()) yield BREATH;
      }
      const thread = apply(this.#world, move);
      if (thread) {
        let goesOn = this.#turns.begin(thread);
        while (goesOn) {
          yield DRAIN;
          goesOn = this.#turns.goOn();
        }
        const failure = this.#turns.end();
        this.failure ??= failure;
      }
      move = this.failure ? NONE : (this.#taken ?? this.#choose());
      this.#taken = undefined;
    }
    this.path.length = this.#length;
  }

  /** Puts the world back to its start. */
  reset(): void {
    this.#frames.reset();
  }

  mayGoOn(thread: Thread): boolean {
    for (;;) {
      const move = this.#choose();
      if (move !== NONE) {
        const kind = kindOf(move);
        const isOwn = threadOf(move) === thread.index;
        if (isOwn && (kind === STEP || kind === SPIN)) {
          apply(this.#world, move);
          this.#world.granted = false;
          return true;
        }
        if (!isOwn && !runsBody(kind)) {
          apply(this.#world, move);
          continue;
        }
      }
      this.#taken = move;
      return false;
    }
  }

  choose(thread: Thread, n: number): number {
    const script = this.#script?.[this.#length];
    if (script !== undefined) {
      this.isMisfit = !isAnswer(script, thread, n);
      return this.isMisfit ? 0 : detailOf(this.#push(script));
    }
    if (this.#picker) {
      return detailOf(this.#push(moveOf(CHOOSE, thread.index, this.#picker.answer(n))));
    }
    const frames = this.#frames;
    const { top } = frames;
    frames.reserve(n);
    for (let answer = 0; answer < n; answer++) {
      frames.moves[top + answer] = moveOf(CHOOSE, thread.index, answer);
    }
    if (!this.#script && !this.#isLong()) this.#pushFrame(top + n, frames.moves[top]!);
    return detailOf(this.#push(frames.moves[top]!));
  }

  /** The next move on this path; {@link NONE} ends it. */
  #choose(): Move {
    this.#reduction?.close();
    this.failure = this.#checks.afterStep();
    if (this.failure || this.isMisfit) return NONE;
    if (this.#script && this.#length < this.#script.length) return this.#follow(this.#script);
    if (this.#limits.isWhole) return NONE;
    if (isAtDeadEnd(this.#world) && !this.#script && !this.#picker) return NONE;
    if (this.#isLong()) return this.#goOnFairly();
    const frames = this.#frames;
    const { top } = frames;
    frames.reserve(mostMoves(this.#world));
    const to = listMoves(this.#world, frames.moves, top);
    if (to === top) return this.#end();
    if (this.#picker) return this.#push(this.#picker.pick(frames.moves, top, to));
    const first = this.#reduction?.first(frames.moves, top, to) ?? frames.moves[top]!;
    if (first === NONE) return NONE;
    if (to - top === 1 || this.#script) return this.#push(first);
    if (!this.#isNew()) return NONE;
    this.#pushFrame(to, first);
    return this.#push(first, frames.depth);
  }

  /** A point to come back to: its moves end at `to`, and `first` is made. */
  #pushFrame(to: number, first: Move): void {
    const frames = this.#frames;
    const { top } = frames;
    frames.push(to, this.#length);
    this.#reduction?.pushed(frames, top, first);
  }

  #isNew(): boolean {
    if (!this.#cache) return true;
    const fingerprint = this.#fingerprint;
    fingerprint.take(this.#world, this.#limits.isBounded);
    return this.#cache.enter(fingerprint.a, fingerprint.b, this.#world.left.preemptions);
  }

  /** Nothing is left to do on this path. */
  #end(): Move {
    this.schedules++;
    this.#reduction?.ended();
    this.failure = this.#checks.atEnd();
    return NONE;
  }

  #isLong(): boolean {
    const { maxSteps } = this.#limits;
    return this.#world.steps >= maxSteps && lengthOf(this.#world) >= maxSteps;
  }

  /** The path is too long: if it does not end with everybody in turn, it never does. */
  #goOnFairly(): Move {
    const world = this.#world;
    this.isCut = true;
    const length = lengthOf(world);
    if (length >= 2 * this.#limits.maxSteps) {
      const reason = `no end after ${length} steps, the last half of them in turn`;
      this.failure = { verdict: 'livelock', reason };
      return NONE;
    }
    const move = fairMove(world);
    return move === NONE ? this.#end() : this.#push(move);
  }

  #follow(script: readonly Move[]): Move {
    const move = script[this.#length]!;
    if (isPossible(this.#world, move)) return this.#push(move);
    this.isMisfit = true;
    return NONE;
  }

  /** To the start, for another schedule. */
  #beginAgain(): Move {
    this.isCut = true; // however many there were, there may be others
    const isOver = this.schedules >= this.#limits.maxSchedules;
    if (isOver || (++this.#paths % CLOCK_CHECKS === 0 && now() > this.#limits.deadline))
      return NONE;
    this.#frames.reset();
    this.#length = 0;
    this.#picker!.begin();
    return this.#choose();
  }

  /** To the last point with a move that was not tried. */
  #goBack(): Move {
    if (this.#isAtLimit()) {
      this.isCut = true;
      this.isOver = true;
      return NONE;
    }
    const frames = this.#frames;
    const move = this.#reduction ? this.#reduction.back(frames) : frames.back();
    if (move === NONE) return NONE;
    this.#length = frames.pathLength;
    return this.#push(move, frames.depth);
  }

  #isAtLimit(): boolean {
    if (this.schedules >= this.#limits.maxSchedules) return !this.#frames.isAtStart;
    return ++this.#paths % CLOCK_CHECKS === 0 && now() > this.#limits.deadline;
  }

  #needsBreath(): boolean {
    if (this.#paths % CLOCK_CHECKS !== 0 || now() < this.#breathAt) return false;
    this.#breathAt = now() + BREATHS;
    return true;
  }

  /** `frame`: depth of the frame that `move` was chosen at, if there was a choice. */
  #push(move: Move, frame = 0): Move {
    this.#reduction?.begin(move, frame);
    this.path[this.#length++] = move;
    return move;
  }
}

/** Whether `move` answers a choice of `thread` among `n`. */
function isAnswer(move: Move, { index }: Thread, n: number): boolean {
  return kindOf(move) === CHOOSE && threadOf(move) === index && detailOf(move) < n;
}

function runsBody(kind: number): boolean {
  return kind !== TIME_OUT && kind !== KILL;
}

function mostMoves(world: World): number {
  let most = 0;
  for (const { events } of world.threads) most += 3 + 2 * events.length;
  return most;
}
