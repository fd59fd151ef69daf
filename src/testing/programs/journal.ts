/**
 * What the threads of a run are at, in memory that outlives them: whoever watches can tell who waits for
 * what, also when all of them sleep for ever. It is the history of the run as well.
 *
 * Words
 *   CLOCK   moments so far: one for each call and each return
 *   READY   threads that are about to begin
 *   TURN    operations of the order that have returned
 *   a row for each operation of each thread:
 *     CALL    when it was called; 0: not yet, or left out
 *     RETURN  when it returned; 0: not yet
 *     OUTPUT  what it returned: the place in OUTPUTS
 * Invariants
 *   J1  CALL is written before the operation begins, and RETURN after its end, OUTPUT before that.
 *       So what a row says has happened; what it does not say yet may have happened all the same.
 *   J2  A row is written by its thread alone, and never goes back.
 */
import type { ThreadPrograms } from './programs.ts';

const CLOCK = 0;
const READY = 1;
const TURN = 2;
const FIRST_ROW = 3;

const CALL = 0;
const RETURN = 1;
const OUTPUT = 2;
const ROW = 3;

const SLICE = 100; // ms: who is terminated elsewhere at that moment may swallow a notification
const LOOKS = 20_000; // about 0.2 ms: longer than it takes to post a task to all

const OUTPUTS: readonly unknown[] = [undefined, false, true, 'ran', 'skipped', 'threw'];

/** What is known of an operation that was called. */
export interface Row {
  readonly call: number;
  /** Missing while it has not returned. */
  readonly return: number | undefined;
  readonly output: unknown;
}

export class Journal {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** Where the rows of each thread begin. */
  readonly #starts: readonly number[];

  constructor({ threads }: ThreadPrograms, buffer?: SharedArrayBuffer) {
    let next = FIRST_ROW;
    this.#starts = threads.map(({ length }) => {
      const start = next;
      next += length * ROW;
      return start;
    });
    this.buffer = buffer ?? new SharedArrayBuffer(next * Int32Array.BYTES_PER_ELEMENT);
    this.#words = new Int32Array(this.buffer);
  }

  /** Moments so far: whether anything goes on. */
  get clock(): number {
    return Atomics.load(this.#words, CLOCK) + Atomics.load(this.#words, READY);
  }

  /** Whether all threads are there. */
  get hasBegun(): boolean {
    return Atomics.load(this.#words, READY) === this.#starts.length;
  }

  /** Operations of the order that have returned. */
  get turn(): number {
    return Atomics.load(this.#words, TURN);
  }

  /** Blocks until all threads are here, so that they begin together; who sleeps comes late. */
  meet(): void {
    const { length } = this.#starts;
    let ready = Atomics.add(this.#words, READY, 1) + 1;
    if (ready === length) Atomics.notify(this.#words, READY);
    for (let looks = 0; ready < length; ready = Atomics.load(this.#words, READY)) {
      if (++looks > LOOKS) Atomics.wait(this.#words, READY, ready, SLICE);
    }
  }

  /** Blocks until so many operations of the order have returned. */
  awaitTurn(turn: number): void {
    for (let now = this.turn; now < turn; now = this.turn)
      Atomics.wait(this.#words, TURN, now, SLICE);
  }

  passTurn(): void {
    Atomics.add(this.#words, TURN, 1);
    Atomics.notify(this.#words, TURN);
  }

  begin(thread: number, operation: number): void {
    Atomics.store(this.#words, this.#at(thread, operation) + CALL, this.#takeMoment());
  }

  end(thread: number, operation: number, output: unknown): void {
    const at = this.#at(thread, operation);
    const moment = this.#takeMoment();
    Atomics.store(this.#words, at + OUTPUT, OUTPUTS.indexOf(output));
    Atomics.store(this.#words, at + RETURN, moment);
  }

  /** What is known of an operation, if it was called. */
  read(thread: number, operation: number): Row | undefined {
    const at = this.#at(thread, operation);
    const call = Atomics.load(this.#words, at + CALL);
    if (call === 0) return undefined;
    const end = Atomics.load(this.#words, at + RETURN);
    if (end === 0) return { call, return: undefined, output: undefined };
    return { call, return: end, output: OUTPUTS[Atomics.load(this.#words, at + OUTPUT)] };
  }

  #at(thread: number, operation: number): number {
    return this.#starts[thread]! + operation * ROW;
  }

  #takeMoment(): number {
    return Atomics.add(this.#words, CLOCK, 1) + 1;
  }
}
