/**
 * The points to go back to. A frame has the moves that were possible there, which of them is next,
 * and the world as it was. The first frame is the start; it has no moves.
 */
import { type Move, NONE } from './moves.ts';
import { restore, rowLength, save } from './snapshot.ts';
import type { World } from './world.ts';

const NEXT = 0;
const TO = 1; // end of its moves, which begin where those of the frame below end
const UNDO = 2;
const PATH = 3; // moves that led here
const FRAME = 4;

const FIRST_DEPTH = 64;

export class Frames {
  /** Moves of all frames; behind {@link top} there is room to list those of the next. */
  moves: Int32Array = new Int32Array(16 * FIRST_DEPTH);
  /** Where the moves of the next frame begin. */
  top = 0;
  readonly #world: World;
  readonly #rowLength: number;
  #frames = new Int32Array(FRAME * FIRST_DEPTH);
  #rows: Float64Array;
  #depth = 0;

  constructor(world: World) {
    this.#world = world;
    this.#rowLength = rowLength(world);
    this.#rows = new Float64Array(this.#rowLength * FIRST_DEPTH);
    this.push(0, 0);
  }

  get isAtStart(): boolean {
    return this.#depth === 1;
  }

  /** How many frames there are. */
  get depth(): number {
    return this.#depth;
  }

  /** Where the moves of the last frame begin. */
  get from(): number {
    return this.#frames[(this.#depth - 2) * FRAME + TO]!;
  }

  /** Where they end. */
  get to(): number {
    return this.#frames[(this.#depth - 1) * FRAME + TO]!;
  }

  /** Makes room for `n` moves behind {@link top}. */
  reserve(n: number): void {
    if (this.top + n <= this.moves.length) return;
    const moves = new Int32Array(Math.max(this.top + n, 2 * this.moves.length));
    moves.set(this.moves);
    this.moves = moves;
  }

  /** The moves from {@link top} to `to` are a frame; the first of them is being made. */
  push(to: number, pathLength: number): void {
    if (this.#depth * FRAME === this.#frames.length) this.#grow();
    const frame = this.#depth * FRAME;
    this.#frames[frame + NEXT] = this.top + 1;
    this.#frames[frame + TO] = to;
    this.#frames[frame + UNDO] = this.#world.memory.undo.mark;
    this.#frames[frame + PATH] = pathLength;
    save(this.#world, this.#rows, this.#depth * this.#rowLength);
    this.top = to;
    this.#depth++;
  }

  /** Goes back to the last point that has a move left, and returns that move. */
  back(): Move {
    for (; this.#depth > 1; this.drop()) {
      const frame = (this.#depth - 1) * FRAME;
      const next = this.#frames[frame + NEXT]!;
      if (next >= this.#frames[frame + TO]!) continue;
      this.#frames[frame + NEXT] = next + 1;
      this.restore();
      return this.moves[next]!;
    }
    return NONE;
  }

  /** The last frame has no moves left. */
  drop(): void {
    this.#depth--;
  }

  /** How many moves led to the last frame. */
  get pathLength(): number {
    return this.#frames[(this.#depth - 1) * FRAME + PATH]!;
  }

  /** Goes back to the start. */
  reset(): void {
    this.#depth = 1;
    this.restore();
  }

  /** Puts the world back to what it was at the last frame. */
  restore(): void {
    const last = this.#depth - 1;
    const frame = last * FRAME;
    this.#world.memory.undo.rollBack(this.#frames[frame + UNDO]!);
    restore(this.#world, this.#rows, last * this.#rowLength);
    this.top = this.#frames[frame + TO]!;
  }

  #grow(): void {
    const frames = new Int32Array(2 * this.#frames.length);
    frames.set(this.#frames);
    this.#frames = frames;
    const rows = new Float64Array(2 * this.#rows.length);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}
