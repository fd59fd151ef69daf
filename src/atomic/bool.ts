/** Atomic truth values. */
import { describe } from '../memory/checks.ts';
import { WORD } from '../memory/words.ts';
import { Place } from '../share/shared-object.ts';
import { allot, Atomic, type AtomicOptions } from './atomic.ts';

const VALUE = 0;

/**
 * `true` or `false`.
 *
 * @example
 * ```ts
 * const claimed = new AtomicBool();
 * console.log(claimed.compareExchange(false, true), claimed.load()); // → true true
 * ```
 * C++: `std::atomic<bool>`.
 */
export class AtomicBool extends Atomic<boolean> {
  /** @internal */
  static readonly kind: string = 'AtomicBool';

  /** With `value`, or `false`, in fresh shared memory. */
  constructor(value?: boolean, options?: AtomicOptions);
  /** @internal */
  constructor(place: Place);
  constructor(source: boolean | Place = false, options: AtomicOptions = {}) {
    if (!(source instanceof Place)) checkBoolean(source);
    const place = source instanceof Place ? source : allot(AtomicBool.BYTE_LENGTH, options);
    super(new.target.kind, place, WORD);
    if (!(source instanceof Place)) this.store(source);
  }

  /** What is there. */
  load(): boolean {
    return Atomics.load(this.crossthread.words, VALUE) !== 0;
  }

  /** Stores `value`. Wakes nobody: that is for `notifyOne` and `notifyAll`. */
  store(value: boolean): void {
    checkBoolean(value);
    Atomics.store(this.crossthread.words, VALUE, Number(value));
  }

  exchange(value: boolean): boolean {
    checkBoolean(value);
    return Atomics.exchange(this.crossthread.words, VALUE, Number(value)) !== 0;
  }

  compareExchangeValue(expected: boolean, desired: boolean): boolean {
    checkBoolean(expected);
    checkBoolean(desired);
    const { words } = this.crossthread;
    return Atomics.compareExchange(words, VALUE, Number(expected), Number(desired)) !== 0;
  }

  /** @internal */
  protected override check(value: boolean): void {
    checkBoolean(value);
  }
}

/**
 * Set or clear.
 *
 * @example
 * ```ts
 * const flag = new AtomicFlag();
 * console.log(flag.testAndSet(), flag.testAndSet()); // → false true
 * ```
 * C++: `std::atomic_flag`.
 */
export class AtomicFlag extends AtomicBool {
  /** @internal */
  static override readonly kind: string = 'AtomicFlag';

  /** Clear, in fresh shared memory. */
  constructor();
  /** @internal */
  constructor(place: Place);
  constructor(place: Place = allot(AtomicFlag.BYTE_LENGTH, {})) {
    super(place);
  }

  /** Sets it. Returns whether it was set. */
  testAndSet(): boolean {
    return this.exchange(true);
  }

  /** Whether it is set. */
  test(): boolean {
    return this.load();
  }

  /** Clears it. Wakes nobody: that is for `notifyOne` and `notifyAll`. */
  clear(): void {
    this.store(false);
  }
}

function checkBoolean(value: boolean): void {
  if (typeof value === 'boolean') return;
  throw new TypeError(`\`value\` must be a boolean, got ${describe(value)}`);
}
