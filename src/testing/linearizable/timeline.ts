/**
 * When operations were: `|---|`, from the call to the return, and `|--` for those that are pending. Only
 * the order of the moments shows, not how long they are apart.
 */
import type { Operation } from './operation.ts';

const WIDTH = 40; // columns: a table is to fit in a terminal

export class Timeline {
  readonly #columns = new Map<number, number>();
  readonly #width: number;

  constructor(operations: readonly Operation[]) {
    const times = operations.flatMap(({ call, return: end }) =>
      end === undefined ? [call] : [call, end],
    );
    const moments = [...new Set(times)].toSorted((a, b) => a - b);
    const step = Math.min(3, WIDTH / moments.length);
    moments.forEach((moment, i) => this.#columns.set(moment, Math.round(i * step)));
    this.#width = Math.round(moments.length * step);
  }

  /** One of the operations. */
  draw({ call, return: end }: Operation): string {
    const from = this.#columns.get(call)!;
    const to = end === undefined ? this.#width : this.#columns.get(end)!;
    const line = `|${'-'.repeat(Math.max(0, to - from - 1))}`;
    return ' '.repeat(from) + (end === undefined || to === from ? line : `${line}|`);
  }
}
