/** A queue: who has more priority comes first, among equals who came first. */
interface Link<T> {
  readonly item: T;
  before: Link<T> | undefined;
  after: Link<T> | undefined;
}

export class ByPriority<T extends { readonly priority: number }> implements Iterable<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;

  get first(): T | undefined {
    return this.#first?.item;
  }

  /** O(1) where all have one priority. */
  add(item: T): void {
    let before = this.#last;
    while (before && before.item.priority < item.priority) before = before.before;
    const after = before ? before.after : this.#first;
    const link = { item, before, after };
    if (before) before.after = link;
    else this.#first = link;
    if (after) after.before = link;
    else this.#last = link;
  }

  removeFirst(): void {
    this.#first = this.#first?.after;
    if (this.#first) this.#first.before = undefined;
    else this.#last = undefined;
  }

  /** Takes all out. */
  removeAll(): readonly T[] {
    const all = [...this];
    this.#first = this.#last = undefined;
    return all;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let link = this.#first; link; link = link.after) yield link.item;
  }
}
