/** What was overwritten, so that the search can go back without running anything again. */
import type { Slots, Value } from './operations.ts';

export class UndoLog {
  readonly #rows: Slots[] = [];
  readonly #indices: number[] = [];
  readonly #values: Value[] = [];
  #length = 0;

  /** Where {@link rollBack} may go back to. */
  get mark(): number {
    return this.#length;
  }

  /** Before or after `row[index]`, which was `value`, is overwritten. */
  remember(row: Slots, index: number, value: Value): void {
    const at = this.#length++;
    this.#rows[at] = row;
    this.#indices[at] = index;
    this.#values[at] = value;
  }

  rollBack(mark: number): void {
    while (this.#length > mark) {
      const at = --this.#length;
      this.#rows[at]![this.#indices[at]!] = this.#values[at]!;
    }
  }
}
