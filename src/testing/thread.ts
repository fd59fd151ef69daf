/**
 * A simulated agent as the search sees it: where it is, and what it has seen so far. Its local state
 * needs no other form: a body is a function of what it has seen.
 *
 * Where
 *   READY    at its next operation (or at its start), or woken from a sleep
 *   ASLEEP   in `Atomics.wait`; `keys[length]` and `sleptOn[length]` hold the wait and the value it
 *            sleeps on, and its end becomes the entry
 *   LOOP     in its event loop: nothing to do before an event
 *   DEAD     killed
 * Invariants
 *   T1  The scalar fields are all that goes back with the search. What stands in the log behind
 *       `length` is of another branch.
 *   T2  Only the thread's own steps and events, and what ends its sleep, add to its log.
 */
import { EventList } from './events.ts';
import { fold, stirA, stirB } from './hash.ts';
import type { Value } from './operations.ts';

export const READY = 0;
export const ASLEEP = 1;
export const LOOP = 2;
export const DEAD = 3;

/** Numbers that {@link Thread.save} writes. */
export const THREAD_FIELDS = 13;

export class Thread {
  readonly index: number;
  readonly events: EventList = new EventList();
  // The log: operation and address, operands, result.
  readonly keys: number[] = [];
  readonly operands: number[] = [];
  readonly results: Value[] = [];
  /** What a wait that is the entry slept on: its result may be that of another branch. */
  readonly sleptOn: Value[] = [];

  where: number = READY;
  length = 0;
  hashA = 0;
  hashB = 0;
  /** Whether the body has ended; its event loop goes on. */
  done = 0;
  started = 0;
  /** The step in which it ran last. */
  ranAt = 0;
  // While it sleeps: its place in the order of all waits, and when it is over.
  ticket = 0;
  due: number = Infinity;
  sliced = 0;
  // Looking again and again: see `spin.ts`.
  spins = 0;
  calmSince = 0;
  calmVersion = 0;
  looksOn = 0;
  /** Steps of this schedule in which it looked on. */
  looks = 0;
  /** How often it has looked on in vain, by loop: known once and for all, and not put back. */
  readonly deadEnds: Map<number, number> = new Map();

  constructor(index: number) {
    this.index = index;
  }

  /** Adds to the log what it has seen. */
  observe(key: number, operand: number, result: Value): void {
    const at = this.length++;
    this.keys[at] = key;
    this.operands[at] = operand;
    this.results[at] = result;
    const seen = fold(result);
    this.hashA = stirA(this.hashA, seen);
    this.hashB = stirB(this.hashB, seen);
  }

  /** The wait it sleeps in ends. */
  endSleep(outcome: number): void {
    this.where = READY;
    this.due = Infinity;
    this.observe(this.keys[this.length]!, this.operands[this.length]!, outcome);
  }

  save(row: Float64Array, at: number): void {
    row[at] = this.where;
    row[at + 1] = this.length;
    row[at + 2] = this.hashA;
    row[at + 3] = this.hashB;
    row[at + 4] = this.done + 2 * this.started + 4 * this.sliced + 8 * this.looksOn;
    row[at + 5] = this.ranAt;
    row[at + 6] = this.ticket;
    row[at + 7] = this.due;
    row[at + 8] = this.spins;
    row[at + 9] = this.calmSince;
    row[at + 10] = this.calmVersion;
    row[at + 11] = this.events.length;
    row[at + 12] = this.looks;
  }

  restore(row: Float64Array, at: number): void {
    this.where = row[at]! | 0;
    this.length = row[at + 1]! | 0;
    this.hashA = row[at + 2]! | 0;
    this.hashB = row[at + 3]! | 0;
    this.done = row[at + 4]! & 1;
    this.started = (row[at + 4]! >> 1) & 1;
    this.sliced = (row[at + 4]! >> 2) & 1;
    this.looksOn = (row[at + 4]! >> 3) & 1;
    this.ranAt = row[at + 5]! | 0;
    this.ticket = row[at + 6]! | 0;
    this.due = row[at + 7]!;
    this.spins = row[at + 8]! | 0;
    this.calmSince = row[at + 9]! | 0;
    this.calmVersion = row[at + 10]! | 0;
    this.events.length = row[at + 11]! | 0;
    this.looks = row[at + 12]! | 0;
  }
}
