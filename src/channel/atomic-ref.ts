/**
 * An integer in shared memory that is read and written atomically, as every thread sees it. Every
 * operation is sequentially consistent; arithmetic wraps, as what is stored does.
 *
 * @example
 * ```ts
 * const Stats = SharedStruct({ hits: 'atomic u32', total: 'f64' });
 * const stats = new Stats();
 * stats.hits.fetchAdd(2); // from any thread
 * console.log(stats.hits.load()); // → 2
 * ```
 * C++: `std::atomic_ref`. To wait for a change, use an {@link Atomic}.
 */
export class AtomicRef<T extends number | bigint> {
  // The engine's functions take any of the views; their types want to know which.
  readonly #cell: Int32Array;
  /** A cell of this thread alone: what is written to it wraps as in the other. */
  readonly #own: Int32Array;

  /** @internal */
  constructor(cell: ArrayBufferView) {
    if (!ArrayBuffer.isView(cell)) throw new TypeError('an AtomicRef is a field of a SharedStruct');
    this.#cell = cell as Int32Array;
    this.#own = new (cell.constructor as Int32ArrayConstructor)(1);
  }

  /** What is there. */
  load(): T {
    return Atomics.load(this.#cell, 0) as T;
  }

  /** Stores `value`. */
  store(value: T): void {
    Atomics.store(this.#cell, 0, value as number);
  }

  /** Stores `value`, and returns what was there. */
  exchange(value: T): T {
    return Atomics.exchange(this.#cell, 0, value as number) as T;
  }

  /** Stores `desired` if `expected` is there. Returns whether it was. */
  compareExchange(expected: T, desired: T): boolean {
    const found = Atomics.compareExchange(this.#cell, 0, expected as number, desired as number);
    this.#own[0] = expected as number;
    return found === this.#own[0];
  }

  /** Adds `n`, and returns what was there before, as all the `fetch…` do. */
  fetchAdd(n: T): T {
    return Atomics.add(this.#cell, 0, n as number) as T;
  }

  /** Subtracts `n`. */
  fetchSub(n: T): T {
    return Atomics.sub(this.#cell, 0, n as number) as T;
  }

  /** Keeps the bits that `n` has too. */
  fetchAnd(n: T): T {
    return Atomics.and(this.#cell, 0, n as number) as T;
  }

  /** Sets the bits that `n` has. */
  fetchOr(n: T): T {
    return Atomics.or(this.#cell, 0, n as number) as T;
  }

  /** Flips the bits that `n` has. */
  fetchXor(n: T): T {
    return Atomics.xor(this.#cell, 0, n as number) as T;
  }
}
