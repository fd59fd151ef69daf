import { UNCLONEABLE } from '../lock/tags.ts';
import { checkFunction } from '../memory/checks.ts';
import { checkStopToken } from '../wait/options.ts';
import type { StopWatch } from '../wait/stop.ts';
import type { StopToken } from './stop-token.ts';

const GUARD: symbol = UNCLONEABLE; // a local name: see lock/unique-lock.ts

/**
 * Runs `fn` once when a stop is requested: in the thread that requests it inside `requestStop()`, in others
 * on the event loop, and inside the constructor if that has happened already. What `fn` throws is reported
 * as uncaught.
 *
 * Once disposed, it does not start any more. Without that it stays until the stop, also when nobody holds it.
 * Does not keep the process alive.
 *
 * @example
 * ```ts
 * const source = new StopSource();
 * {
 *   using _ = new StopCallback(source.token, () => console.log('never: the block has ended'));
 * }
 * source.requestStop();
 * using _ = new StopCallback(source.token, () => console.log('too late to be told, so at once'));
 * // → too late to be told, so at once
 * ```
 * C++: `std::stop_callback`.
 */
export class StopCallback implements Disposable {
  readonly #watch: StopWatch;
  readonly #callback: () => void;
  /** @internal */
  readonly guard: symbol = GUARD;

  /** Has `fn` run by the stop of `token`. @throws TypeError for what is no token, or no function. */
  constructor(token: StopToken, fn: () => void) {
    this.#watch = checkStopToken('token', token);
    checkFunction('fn', fn);
    this.#callback = () => fn(); // one function may be given twice
    if (!this.#watch.isPossible) return;
    this.#watch.add(this.#callback);
    if (this.#watch.isStopped) this.#watch.run(this.#callback);
  }

  /** `fn` does not start from here on. Never blocks: what runs in this thread is the caller's own caller. */
  [Symbol.dispose](): void {
    this.#watch.remove(this.#callback);
  }
}
