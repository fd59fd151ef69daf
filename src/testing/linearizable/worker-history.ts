/**
 * Histories of real threads, in memory that they share. Threads append without a lock, and none waits
 * for another. The log has an end and is no ring: a check must know the history from its beginning.
 *
 * Words (a row for each operation, see `rows.ts`)
 *   CLAIMED  rows that were claimed, also those that there was no room for
 *   TICKET   moments that were asked for
 * Invariants
 *   R1  A row is written only by who claimed it, and its state last: what that says is there.
 *   R2  The moment of a call is taken before the operation begins, that of a return after its end: an
 *       interval may be longer than the operation was, never shorter.
 *
 * A thread that dies in between leaves an operation that is pending, or one that never began.
 */
import { checkInteger } from '../../memory/checks.ts';
import { isShared } from '../../memory/words.ts';
import type { InputOf, Operation, OutputOf } from './operation.ts';
import type { Recordable } from './recordable.ts';
import { CALLED, FIRST_ROW, ROW, Rows } from './rows.ts';

const CLAIMED = 0;
const TICKET = 1;

const MOST_THREADS = 2 ** 31 - 1; // what a word holds
const CAPACITY = 1000; // operations: far more than most checks are done with in a second

// Kept from load time on: fake timers do not change what is recorded.
const { timeOrigin } = performance;
const now = performance.now.bind(performance);

/** What threads are sent to record in one history: plain data that can be posted. */
export interface WorkerHistoryHandle {
  /** Where it is kept. */
  readonly buffer: SharedArrayBuffer;
  /** Of the operations, and all strings that are inputs or outputs. */
  readonly names: readonly string[];
  /** What moments are told by. */
  readonly clock: 'tickets' | 'time';
}

/** What is recorded, and how. */
export interface WorkerHistoryOptions {
  /** Of the operations, and all strings that are inputs or outputs. */
  readonly names: readonly string[];
  /** Operations that there is room for. Default: 1000. */
  readonly capacity?: number;
  /**
   * `'tickets'`, the default: moments are counted in a word of their own. They are exact, but threads meet
   * at that word, which may hide a race. `'time'`: milliseconds of the clock. Threads do not meet, but
   * what was found is as good as the clocks of different threads agree.
   */
  readonly clock?: 'tickets' | 'time';
}

/**
 * Makes room for a history.
 *
 * @example
 * ```ts
 * const handle = createWorkerHistory({ names: ['push', 'pop'], capacity: 100 });
 * console.log(new WorkerHistory(handle, 1).operations.length); // → 0
 * ```
 *
 * @throws RangeError for a capacity that is none.
 */
export function createWorkerHistory({
  names,
  capacity = CAPACITY,
  clock = 'tickets',
}: WorkerHistoryOptions): WorkerHistoryHandle {
  if (!Number.isInteger(capacity) || capacity < 0) throw new RangeError(`capacity ${capacity}`);
  const buffer = new SharedArrayBuffer(4 * (FIRST_ROW + capacity * ROW));
  return { buffer, names, clock };
}

/**
 * What one thread records in a history that it shares with others. Without a handle it is off: operations
 * run as if nothing was there.
 *
 * @example
 * ```ts
 * const handle = createWorkerHistory({ names: ['lock', 'unlock'] });
 * // in each worker, which was posted the handle, with its number:
 * const history = new WorkerHistory<MutexOperation>(handle, 1);
 * history.record('lock', undefined, () => void mutex.lock());
 * history.record('unlock', undefined, () => mutex.unlock());
 * // and in the end, anywhere:
 * assertLinearizable(history.operations, specifications.mutex());
 * ```
 */
export class WorkerHistory<Op extends Operation = Operation> {
  readonly #thread: number;
  readonly #words: Int32Array | undefined;
  readonly #rows: Rows | undefined;
  readonly #takeMoment: () => number;

  /**
   * `thread` is the number of this one, and nobody else's.
   *
   * @throws TypeError for what is no handle, or a `thread` that is no number.
   */
  constructor(handle: WorkerHistoryHandle | undefined, thread: number) {
    if (handle && !isShared(handle.buffer)) {
      throw new TypeError('`handle` must be what createWorkerHistory() has made');
    }
    checkInteger('thread', thread, 0, MOST_THREADS);
    this.#thread = thread;
    const words = handle && new Int32Array(handle.buffer);
    this.#words = words;
    this.#rows = handle && new Rows(handle.buffer, handle.names);
    this.#takeMoment =
      words && handle.clock === 'tickets'
        ? () => Atomics.add(words, TICKET, 1)
        : () => timeOrigin + now();
  }

  /**
   * Runs `operation` and records it: what it returns, or what its promise is fulfilled with, is the
   * output. One that throws stays pending: who knows what it did. An input is a value or a pair of them.
   *
   * @throws RangeError before it runs anything, if the name or the input cannot be recorded.
   */
  record<Name extends Op['name'], Result extends OutputOf<Op, Name> | Promise<OutputOf<Op, Name>>>(
    name: Name,
    input: InputOf<Op, Name>,
    operation: () => Result,
  ): Result {
    const rows = this.#rows;
    if (!rows) return operation();
    const row = this.#claim(rows);
    if (row === undefined) return operation(); // the history says that it is cut
    rows.begin(row, this.#thread, name, input);
    rows.call(row, this.#takeMoment());
    const end = <T>(output: T): T => {
      rows.end(row, this.#takeMoment(), output as Recordable);
      return output;
    };
    const result = operation();
    return result instanceof Promise ? (result.then(end) as Result) : end(result);
  }

  /**
   * What all threads have recorded so far; none if it is off. What others are at while it is read is pending.
   *
   * @throws RangeError if there was no room for all.
   */
  get operations(): readonly Op[] {
    const rows = this.#rows;
    if (!rows || !this.#words) return [];
    const claimed = Atomics.load(this.#words, CLAIMED);
    if (claimed > rows.length) {
      throw new RangeError(`${claimed} operations, but the history has room for ${rows.length}`);
    }
    const all = Array.from({ length: claimed }, (_, row) => row);
    return all.filter((row) => rows.stateOf(row) >= CALLED).map((row) => rows.read(row) as Op);
  }

  /** The next row, if there is one. */
  #claim(rows: Rows): number | undefined {
    const row = Atomics.add(this.#words!, CLAIMED, 1);
    return row < rows.length ? row : undefined;
  }
}
