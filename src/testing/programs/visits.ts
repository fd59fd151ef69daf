/**
 * Counts who was inside of a lock, as code does that relies on the lock: read after it is taken, written
 * one higher before it is given back, both without atomics. If two are inside at once a visit is lost.
 */
import { callOf, lentBy, namesOf, type ProgramOperation } from './calls.ts';
import type { ProgramObjects } from './objects.ts';

interface Visit {
  readonly before: number;
  depth: number;
}

export class Visits {
  readonly #objects: ProgramObjects;
  readonly #counts: Int32Array;
  readonly #places: readonly string[];
  readonly #inside = new Map<string, Visit>();

  /** `counts`: a shared word for each object. */
  constructor(objects: ProgramObjects, counts: Int32Array) {
    this.#objects = objects;
    this.#places = Object.keys(objects);
    this.#counts = counts;
  }

  /** Before an operation of this thread: counts if it is the end of a visit. */
  before(operation: ProgramOperation): void {
    if (ENDS.includes(operation.call)) namesOf(operation).forEach((name) => this.#leave(name));
    const lent = lentBy(operation, this.#objects);
    if (lent !== undefined) this.#leave(lent);
  }

  /** After it. */
  after(operation: ProgramOperation, output: unknown): void {
    const { end } = callOf(operation.call);
    if (end && ENDS.includes(end) && output !== false) {
      namesOf(operation).forEach((name) => this.#enter(name));
    }
    const lent = lentBy(operation, this.#objects);
    if (lent !== undefined) this.#enter(lent);
  }

  of(name: string): number {
    return this.#counts[this.#places.indexOf(name)]!;
  }

  #enter(name: string): void {
    const visit = this.#inside.get(name);
    if (visit) visit.depth++;
    else this.#inside.set(name, { before: this.of(name), depth: 1 });
  }

  #leave(name: string): void {
    const visit = this.#inside.get(name);
    if (!visit || --visit.depth > 0) return; // of a recursive mutex the last one counts
    this.#counts[this.#places.indexOf(name)] = visit.before + 1;
    this.#inside.delete(name);
  }
}

/** What ends a hold that nobody shares. */
const ENDS: readonly string[] = ['unlock', 'unlockAll'];
