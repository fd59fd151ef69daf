/**
 * The calls and returns of a history that are not in the order yet, by time: a doubly linked list in
 * arrays. Operation `i` has its call at `2 * i` and its return at `2 * i + 1`; a pending one has no return.
 *
 * Invariants
 *   E1  Calls stand in the order of their operations, and before the returns of the same moment.
 *   E2  Whoever goes through the list meets a return before its end, as long as `completed` is not 0.
 *   E3  What is lifted last is put back first: then its neighbours are the ones it had.
 */
import type { Operation } from './operation.ts';

export const isReturn = (entry: number): boolean => (entry & 1) === 1;
export const operationOf = (entry: number): number => entry >> 1;

export class Entries {
  /** Completed operations in the list. */
  completed = 0;
  readonly #operations: readonly Operation[];
  readonly #end: number;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  /** For operations in the order of their calls. */
  constructor(operations: readonly Operation[]) {
    this.#operations = operations;
    this.#end = 2 * operations.length;
    this.#next = new Int32Array(this.#end + 1);
    this.#previous = new Int32Array(this.#end + 1);
    let last = this.#end;
    for (const entry of sorted(operations)) {
      if (isReturn(entry)) this.completed++;
      this.#join(last, entry);
      last = entry;
    }
    this.#join(last, this.#end);
  }

  get first(): number {
    return this.#next[this.#end]!;
  }

  after(entry: number): number {
    return this.#next[entry]!;
  }

  /** Takes out the operation of `call`. */
  lift(call: number): void {
    this.#unlink(call);
    if (!this.#returns(call)) return;
    this.#unlink(call + 1);
    this.completed--;
  }

  /** Undoes the last {@link lift}. */
  putBack(call: number): void {
    if (this.#returns(call)) {
      this.#relink(call + 1);
      this.completed++;
    }
    this.#relink(call);
  }

  #returns(call: number): boolean {
    return this.#operations[operationOf(call)]!.return !== undefined;
  }

  #join(left: number, right: number): void {
    this.#next[left] = right;
    this.#previous[right] = left;
  }

  #unlink(entry: number): void {
    const left = this.#previous[entry]!;
    const right = this.#next[entry]!;
    this.#next[left] = right;
    this.#previous[right] = left;
  }

  #relink(entry: number): void {
    this.#next[this.#previous[entry]!] = entry;
    this.#previous[this.#next[entry]!] = entry;
  }
}

function sorted(operations: readonly Operation[]): number[] {
  const timeOf = (entry: number): number => {
    const { call, return: end } = operations[operationOf(entry)]!;
    return isReturn(entry) ? end! : call;
  };
  const entries = operations.flatMap(({ return: end }, i) =>
    end === undefined ? [2 * i] : [2 * i, 2 * i + 1],
  );
  return entries.toSorted(
    (a, b) => timeOf(a) - timeOf(b) || Number(isReturn(a)) - Number(isReturn(b)) || a - b,
  );
}
