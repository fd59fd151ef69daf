/** Atomic numbers. */
import { checkInteger, describe } from '../memory/checks.ts';
import { Place } from '../share/shared-object.ts';
import { allot, Atomic, type AtomicOptions } from './atomic.ts';

/** An {@link Atomic} number. Arithmetic wraps, as in C++; what is stored must fit. */
export abstract class AtomicIntegral<T extends number | bigint> extends Atomic<T> {
  // The engine's functions take any of the views; their types want to know which.
  readonly #cell: Int32Array;

  /** @internal */
  constructor(kind: string, place: Place, cell: Int32Array | Uint32Array | BigInt64Array) {
    super(kind, place, cell.BYTES_PER_ELEMENT);
    this.#cell = cell as Int32Array;
  }

  load(): T {
    return Atomics.load(this.#cell, 0) as T;
  }

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

  fetchSub(n: T): T {
    return Atomics.sub(this.#cell, 0, this.#checked(n)) as T;
  }

  fetchAnd(n: T): T {
    return Atomics.and(this.#cell, 0, this.#checked(n)) as T;
  }

  fetchOr(n: T): T {
    return Atomics.or(this.#cell, 0, this.#checked(n)) as T;
  }

  fetchXor(n: T): T {
    return Atomics.xor(this.#cell, 0, this.#checked(n)) as T;
  }

  #checked(value: T): number {
    this.check(value);
    return value as number;
  }
}

/** A signed number of 32 bits. C++: `std::atomic<std::int32_t>`. */
export class AtomicInt32 extends AtomicIntegral<number> {
  /** @internal */
  static readonly kind: string = 'AtomicInt32';

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

/** A number of 32 bits. C++: `std::atomic<std::uint32_t>`. */
export class AtomicUint32 extends AtomicIntegral<number> {
  /** @internal */
  static readonly kind: string = 'AtomicUint32';

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

/** A signed number of 64 bits, at a multiple of 8 bytes. C++: `std::atomic<std::int64_t>`. */
export class AtomicBigInt64 extends AtomicIntegral<bigint> {
  /** @internal */
  static readonly kind: string = 'AtomicBigInt64';
  static override readonly BYTE_LENGTH: number = 24;
  static override readonly ALIGNMENT: number = 8;

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
