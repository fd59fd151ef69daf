import { SyncError } from '../errors.ts';
import { UNCLONEABLE } from '../lock/tags.ts';
import { describe } from '../memory/checks.ts';

const GUARD: symbol = UNCLONEABLE; // a local name: see lock/unique-lock.ts

/**
 * What `arrive()` returns: an arrival at one barrier in one phase, to wait for the end of that phase
 * with. It stays in its thread, and is good for that phase and the next.
 *
 * @example
 * ```ts
 * const barrier = new Barrier(1);
 * const token = barrier.arrive();
 * barrier.wait(token); // the phase is over: one was expected
 * ```
 * C++: `std::barrier::arrival_token`.
 */
export class ArrivalToken {
  readonly #barrier: number;
  readonly #phase: number;
  /** @internal */
  readonly guard: symbol = GUARD;

  /** @internal */
  constructor(barrier: number, phase: number) {
    this.#barrier = barrier;
    this.#phase = phase;
  }

  /** @internal The phase of a token of `barrier`. */
  static phaseOf(token: ArrivalToken, barrier: number, label: string): number {
    if (typeof token !== 'object' || token === null || !(#phase in token)) {
      throw new TypeError(`\`token\` must be an ArrivalToken, got ${describe(token)}`);
    }
    if (token.#barrier === barrier) return token.#phase;
    throw new SyncError('invalid_argument', `${label}: the token is of another barrier`);
  }
}
