/** Atomic numbers. */
import { checkInteger, describe } from '../memory/checks.ts';
import { Place } from '../share/shared-object.ts';
import { allot, Atomic, type AtomicOptions } from './atomic.ts';

/**
 * An {@link Atomic} number. Arithmetic wraps, as in C++; what is stored must fit, else it is a `RangeError`.
 *
 * @example
 * ```ts
 * const hits = new AtomicUint32();
 * hits.fetchAdd(2);
 * console.log(hits.fetchSub(1), hits.load()); // → 2 1
 * ```
 */
export abstract class AtomicIntegral<T extends number | bigint> extends Atomic<T> {
  // The engine's functions take any of the views; their types want to know which.
  readonly #cell: Int32Array;

  /** @internal */
  constructor(kind: string, place: Place, cell: Int32Array | Uint32Array | BigInt64Array) {
    super(kind, place, cell.BYTES_PER_ELEMENT);
    this.#cell = cell as Int32Array;
  }

  /** What is there. */
  load(): T {
    return Atomics.load(this.#cell, 0) as T;
  }

  /** Stores `value`. Wakes nobody: that is for `notifyOne` and `notifyAll`. */
  store(value: T): void {
    Atomics.store(this.#cell, 0, this.#checked(value));
  }

  exchange(value: T): T {
    return Atomics.exchange(this.#cell, 0, this.#checked(value)) as T;
  }

  compareExchangeValue(expected: T, desired: T): T {
    const [from, to] = [this.#checked(expected), this.#checked(desired)];
    return Atomics.compareExchange(this.#cell, 0, from, to) as T;
  }

  /** Adds `n`, and returns what was there before, as all the `fetch…` do. */
  fetchAdd(n: T): T {
    return Atomics.add(this.#cell, 0, this.#checked(n)) as T;
  }

  /** Subtracts `n`, and returns what was there before. */
  fetchSub(n: T): T {
    return Atomics.sub(this.#cell, 0, this.#checked(n)) as T;
  }

  /** Keeps the bits that `n` has too, and returns what was there before. */
  fetchAnd(n: T): T {
    return Atomics.and(this.#cell, 0, this.#checked(n)) as T;
  }

  /** Sets the bits that `n` has, and returns what was there before. */
  fetchOr(n: T): T {
    return Atomics.or(this.#cell, 0, this.#checked(n)) as T;
  }

  /** Flips the bits that `n` has, and returns what was there before. */
  fetchXor(n: T): T {
    return Atomics.xor(this.#cell, 0, this.#checked(n)) as T;
  }

  #checked(value: T): number {
    this.check(value);
    return value as number;
  }
}

/**
 * A signed number of 32 bits.
 *
 * @example
 * ```ts
 * const n = new AtomicInt32(2 ** 31 - 1);
 * n.fetchAdd(1); // wraps
 * console.log(n.load()); // → -2147483648
 * ```
 * C++: `std::atomic<std::int32_t>`.
 */
export class AtomicInt32 extends AtomicIntegral<number> {
  /** @internal */
  static readonly kind: string = 'AtomicInt32';

  /** With `value`, or 0, in fresh shared memory. */
  constructor(value?: number, options?: AtomicOptions);
  /** @internal */
  constructor(place: Place);
  constructor(source: number | Place = 0, options: AtomicOptions = {}) {
    if (!(source instanceof Place)) checkInt32(source);
    const place = source instanceof Place ? source : allot(AtomicInt32.BYTE_LENGTH, options);
    super(AtomicInt32.kind, place, place.words);
    if (!(source instanceof Place)) this.store(source);
  }

  /** @internal */
  protected override check(value: number): void {
    checkInt32(value);
  }
}

/**
 * A number of 32 bits, without a sign.
 *
 * @example
 * ```ts
 * const n = new AtomicUint32();
 * n.fetchSub(1); // wraps
 * console.log(n.load()); // → 4294967295
 * ```
 * C++: `std::atomic<std::uint32_t>`.
 */
export class AtomicUint32 extends AtomicIntegral<number> {
  /** @internal */
  static readonly kind: string = 'AtomicUint32';

  /** With `value`, or 0, in fresh shared memory. */
  constructor(value?: number, options?: AtomicOptions);
  /** @internal */
  constructor(place: Place);
  constructor(source: number | Place = 0, options: AtomicOptions = {}) {
    if (!(source instanceof Place)) checkUint32(source);
    const place = source instanceof Place ? source : allot(AtomicUint32.BYTE_LENGTH, options);
    const { buffer, byteOffset } = place.words;
    super(AtomicUint32.kind, place, new Uint32Array(buffer, byteOffset, 1));
    if (!(source instanceof Place)) this.store(source);
  }

  /** @internal */
  protected override check(value: number): void {
    checkUint32(value);
  }
}

/**
 * A signed number of 64 bits, at a multiple of 8 bytes.
 *
 * @example
 * ```ts
 * const n = new AtomicBigInt64(40n);
 * n.fetchAdd(2n);
 * console.log(n.load()); // → 42n
 * ```
 * C++: `std::atomic<std::int64_t>`.
 */
export class AtomicBigInt64 extends AtomicIntegral<bigint> {
  /** @internal */
  static readonly kind: string = 'AtomicBigInt64';
  /** How many bytes of shared memory one takes. */
  static override readonly BYTE_LENGTH: number = 24;
  /** Bytes that its place in a buffer must be a multiple of. */
  static override readonly ALIGNMENT: number = 8;

  /** With `value`, or 0, in fresh shared memory. */
  constructor(value?: bigint, options?: AtomicOptions);
  /** @internal */
  constructor(place: Place);
  constructor(source: bigint | Place = 0n, options: AtomicOptions = {}) {
    if (!(source instanceof Place)) checkInt64(source);
    const place = source instanceof Place ? source : allot(AtomicBigInt64.BYTE_LENGTH, options);
    const { buffer, byteOffset } = place.words;
    super(AtomicBigInt64.kind, place, new BigInt64Array(buffer, byteOffset, 1));
    if (!(source instanceof Place)) this.store(source);
  }

  /** @internal */
  protected override check(value: bigint): void {
    checkInt64(value);
  }
}

function checkInt32(value: number): void {
  checkInteger('value', value, -(2 ** 31), 2 ** 31 - 1);
}

function checkUint32(value: number): void {
  checkInteger('value', value, 0, 2 ** 32 - 1);
}

function checkInt64(value: bigint): void {
  if (typeof value !== 'bigint') {
    throw new TypeError(`\`value\` must be a bigint, got ${describe(value)}`);
  }
  if (BigInt.asIntN(64, value) !== value) {
    throw new RangeError(`\`value\` must fit into 64 bits, got ${value}`);
  }
}
