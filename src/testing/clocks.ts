/**
 * Vector clocks: for each thread, how many of its releases somebody has heard of, or a word passes on.
 *
 * Invariant
 *   V1  They change through {@link Clocks} alone, so that the search can take it back, and so that the
 *       hash is that of all of them together.
 */
import { stirA, stirB } from './hash.ts';
import type { UndoLog } from './undo.ts';

/** A row of numbers, and the number of its first place among those of all rows. */
export interface Clock {
  readonly id: number;
  readonly row: Int32Array;
}

export class Clocks {
  hashA = 0;
  hashB = 0;
  readonly #undo: UndoLog;
  #next = 1;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  make(length: number): Clock {
    const id = this.#next;
    this.#next += length;
    return { id, row: new Int32Array(length) };
  }

  set({ id, row }: Clock, index: number, value: number): void {
    const before = row[index]!;
    if (before === value) return;
    this.#undo.remember(row, index, before);
    row[index] = value;
    const place = id + index;
    this.hashA ^= stirA(stirA(place, before), place) ^ stirA(stirA(place, value), place);
    this.hashB ^= stirB(stirB(place, before), place) ^ stirB(stirB(place, value), place);
  }

  /** `clock` hears all that `from` knows. */
  join(clock: Clock, from: Clock): void {
    for (let i = 0; i < from.row.length; i++) {
      if (from.row[i]! > clock.row[i]!) this.set(clock, i, from.row[i]!);
    }
  }

  /** `clock` knows what `from` knows, and nothing else. */
  copy(clock: Clock, from: Clock): void {
    for (let i = 0; i < from.row.length; i++) this.set(clock, i, from.row[i]!);
  }
}
