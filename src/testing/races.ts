/**
 * Data races: two accesses of the same bytes, one of them a write and one of them plain, that nothing
 * orders. So are two atomic ones of different widths, which may tear. Only memory is looked at that
 * `setup` has tracked; order comes from all atomic operations.
 *
 * What orders (the memory model of ECMAScript)
 *   program order
 *   a value read atomically: what its writer did before comes before what its reader does then. A write
 *   does not pass on what an earlier one of the same word did, unless it has read that too.
 *   the wait list of a word: who waits, is woken, gives up or notifies comes after all who did before
 *   the death of a thread, for who has learnt of it
 * `setup` comes before all threads; `check` and `invariant` are not looked at.
 *
 * Why plain accesses need not be steps. Take an execution, however fine, and its first race, of `a` and
 * then `b`. What is before `b` is without a race, so a plain access conflicts with nothing of others
 * since its thread's last atomic operation. Moved up to that operation it reads and leaves the same, and
 * all order stays. So the same race is in an execution where a thread runs on from one atomic operation
 * to the next; and whichever of `a` and `b` comes second there meets the clock of the first.
 *
 * Invariants
 *   D1  A thread's own number grows with each release, so an access is known to all who have heard of a
 *       later release. Of accesses of a kind the last is enough: who knows it knows those before.
 *   D2  A clock is joined before an access is looked at, and passed on after.
 */
import { type Clock, Clocks } from './clocks.ts';
import type { Failure, Step } from './failure.ts';
import type { Memory } from './memory.ts';
import { textOf } from './rows.ts';
import { letterOf } from './schedule.ts';
import type { Thread } from './thread.ts';

// Kinds of access: a sum
const WRITE = 1;
const ATOMIC = 2;
const KINDS = 4;

const MOST_BYTES = 8; // of an element

/** Some bytes that are read or written as one. */
interface Cell {
  readonly address: number;
  readonly size: number;
  readonly isTracked: boolean;
  /** What who reads it hears. */
  readonly release: Clock;
  /** By thread and kind: the thread's own number at its last access. */
  readonly accesses: Clock;
  /** The cells that share bytes with this one, itself included. */
  readonly overlaps: Cell[];
  /** The same accesses, while a trace is kept. */
  readonly steps: Step[];
}

export class Races {
  readonly clocks: Clocks;
  /** Whether {@link track} may be called: while `setup` runs. */
  isOpen = true;
  readonly #memory: Memory;
  readonly #buffers = new Set<ArrayBufferLike>();
  readonly #threads: readonly Clock[];
  readonly #cells = new Map<number, Cell>();
  /** By the address of the word. */
  readonly #lists = new Map<number, Clock>();
  /** What an answer that was called for brings along, by thread and event. */
  readonly #answers = new Map<number, Clock>();

  constructor(memory: Memory, threads: number) {
    this.#memory = memory;
    this.clocks = new Clocks(memory.undo);
    this.#threads = Array.from({ length: threads }, (_, thread) => {
      const clock = this.clocks.make(threads);
      clock.row[thread] = 1;
      return clock;
    });
  }

  get isIdle(): boolean {
    return this.#buffers.size === 0;
  }

  track(buffer: SharedArrayBuffer): void {
    this.#buffers.add(buffer);
    this.#memory.add(buffer);
  }

  tracks(buffer: ArrayBufferLike): boolean {
    return this.#buffers.has(buffer);
  }

  plain(
    thread: Thread,
    address: number,
    size: number,
    writes: boolean,
    step: Step | undefined,
  ): Failure | undefined {
    return this.#look(thread, this.#cellAt(address, size), writes ? WRITE : 0, step);
  }

  /** An operation of `Atomics` that reads, or writes, or both. */
  atomic(
    thread: Thread,
    address: number,
    size: number,
    reads: boolean,
    writes: boolean,
    step: Step | undefined,
  ): Failure | undefined {
    const cell = this.#cellAt(address, size);
    const clock = this.#clockOf(thread);
    if (reads) this.clocks.join(clock, cell.release);
    const race = cell.isTracked
      ? this.#look(thread, cell, ATOMIC + (writes ? WRITE : 0), step)
      : undefined;
    if (writes) {
      this.clocks.copy(cell.release, clock);
      this.#tick(thread);
    }
    return race;
  }

  /** `thread` has been in the wait list of the word at `address`. */
  meet(thread: Thread, address: number): void {
    const list = this.#listAt(address);
    const clock = this.#clockOf(thread);
    this.clocks.join(clock, list);
    this.clocks.copy(list, clock);
    this.#tick(thread);
  }

  /** A notification at `address` wakes `thread`, or has its event come. */
  wake(thread: Thread, event: number, address: number): void {
    const list = this.#listAt(address);
    if (event < 0) this.clocks.join(this.#clockOf(thread), list);
    else this.clocks.copy(this.#answerOf(thread, event), list);
  }

  /** The answer that was called for comes. */
  answer(thread: Thread, event: number): void {
    this.clocks.join(this.#clockOf(thread), this.#answerOf(thread, event));
  }

  /** `thread` learns that those whose bits are in `killed` run no more. */
  learnOfDeaths(thread: Thread, killed: number): void {
    this.#threads.forEach((dead, index) => {
      if (killed & (1 << index)) this.clocks.join(this.#clockOf(thread), dead);
    });
  }

  #look(thread: Thread, cell: Cell, kind: number, step: Step | undefined): Failure | undefined {
    const { row } = this.#clockOf(thread);
    const race = cell.overlaps.reduce<Race | undefined>(
      (found, other) => found ?? findRace(row, thread.index, kind, other, other === cell),
      undefined,
    );
    const place = thread.index * KINDS + kind;
    this.clocks.set(cell.accesses, place, row[thread.index]!);
    if (step) cell.steps[place] = step;
    return race && describe(race, step);
  }

  /** From here on `thread` does what nobody has heard of. */
  #tick(thread: Thread): void {
    const clock = this.#clockOf(thread);
    this.clocks.set(clock, thread.index, clock.row[thread.index]! + 1);
  }

  #clockOf(thread: Thread): Clock {
    return this.#threads[thread.index]!;
  }

  #answerOf(thread: Thread, event: number): Clock {
    return this.#made(this.#answers, event * this.#threads.length + thread.index);
  }

  #listAt(address: number): Clock {
    return this.#made(this.#lists, address);
  }

  #made(clocks: Map<number, Clock>, key: number): Clock {
    const found = clocks.get(key);
    if (found) return found;
    const clock = this.clocks.make(this.#threads.length);
    clocks.set(key, clock);
    return clock;
  }

  #cellAt(address: number, size: number): Cell {
    const key = address * (MOST_BYTES + 1) + size;
    const found = this.#cells.get(key);
    if (found) return found;
    const { buffer } = this.#memory.locate(address);
    const cell: Cell = {
      address,
      size,
      isTracked: this.#buffers.has(buffer),
      release: this.clocks.make(this.#threads.length),
      accesses: this.clocks.make(this.#threads.length * KINDS),
      overlaps: [],
      steps: [],
    };
    this.#cells.set(key, cell);
    for (const other of this.#cells.values()) {
      if (other.address >= address + size || address >= other.address + other.size) continue;
      cell.overlaps.push(other);
      if (other !== cell) other.overlaps.push(cell);
    }
    return cell;
  }
}

interface Race {
  readonly cell: Cell;
  readonly place: number;
}

/** An access of another thread in `cell` that conflicts with one of `kind`, and that `known` does not cover. */
function findRace(
  known: Int32Array,
  own: number,
  kind: number,
  cell: Cell,
  isSame: boolean,
): Race | undefined {
  const { row } = cell.accesses;
  for (let place = 0; place < row.length; place++) {
    const thread = Math.floor(place / KINDS);
    if (thread === own || row[place]! <= known[thread]!) continue;
    const other = place % KINDS;
    const isConflict = ((kind | other) & WRITE) !== 0;
    const areAtomic = isSame && (kind & other & ATOMIC) !== 0; // as one, then, and in some order
    if (isConflict && !areAtomic) return { cell, place };
  }
  return undefined;
}

function describe({ cell, place }: Race, step: Step | undefined): Failure {
  const before = cell.steps[place];
  const accesses = before && step ? [before, step].map(lineOf) : [];
  const reason = 'nothing orders two accesses of the same memory';
  return { verdict: 'data-race', reason: [reason, ...accesses].join('\n') };
}

function lineOf(step: Step): string {
  const { thread, at = '' } = step;
  return `  thread ${letterOf(thread)}: ${textOf(step)}  ${at}`.trimEnd();
}
