/**
 * Counts who was inside of a lock, as code does that relies on the lock: read after it is taken, written
 * one higher before it is given back, both without atomics. If two are inside at once a visit is lost.
 */
import { callOf, namesOf, type ProgramOperation } from './calls.ts';
import type { ProgramObjects } from './objects.ts';

interface Visit {
  readonly before: number;
  depth: number;
}

export class Visits {
  readonly #counts: Int32Array;
  readonly #places: readonly string[];
  readonly #inside = new Map<string, Visit>();

  /** `counts`: a shared word for each object. */
  constructor(objects: ProgramObjects, counts: Int32Array) {
    this.#places = Object.keys(objects);
    this.#counts = counts;
  }

  /** Performs an operation of this thread, and counts if it is the end of a visit. */
  around(operation: ProgramOperation, perform: () => unknown): unknown {
    const { call } = operation;
    if (ENDS.includes(call)) for (const name of namesOf(operation)) this.#leave(name);
    const output = perform();
    const { end } = callOf(call);
    if (end && ENDS.includes(end) && output !== false) {
      for (const name of namesOf(operation)) this.#enter(name);
    }
    return output;
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
