/** `std::stop_token`. The words, and how a request reaches who waits, are in wait/stop.ts. */
import { currentAgent } from '../agent/home.ts';
import { newWords } from '../memory/words.ts';
import { labelOf, OBJECT_ID, Place, SharedObject } from '../share/shared-object.ts';
import { canceled, STOP, StopWatch } from '../wait/stop.ts';

/**
 * Tells whether a stop was requested, in any thread. Waits that block take it as `{ stop }`, awaited ones
 * as `{ signal }`, and conditions by an argument of its own; a stop ends them all. It goes to other threads as
 * all shared objects do. Costs nothing while nobody waits with it or has a {@link StopCallback}.
 *
 * @example
 * ```ts
 * const source = new StopSource();
 * const { token } = source; // to be sent to a worker
 * const waiting = mutex.lockAsync({ signal: token }); // or mutex.lock({ stop: token }), which blocks
 * waiting.then((lock) => lock.unlock());
 * source.requestStop();
 * console.log(token.stopRequested); // → true
 * ```
 * C++: `std::stop_token`.
 */
export class StopToken extends SharedObject {
  /** @internal */
  static readonly kind: string = 'StopToken';
  /** @internal */
  static readonly BYTE_LENGTH: number = 16;
  readonly #watch: StopWatch;
  #controller: AbortController | undefined;

  /** A token that no source stands behind: of it a stop is never requested. */
  constructor();
  /** @internal */
  constructor(place: Place);
  constructor(place: Place = new Place(newWords(StopToken.BYTE_LENGTH))) {
    super(StopToken.kind, place);
    const label = labelOf(this.crossthread);
    this.#watch = new StopWatch(currentAgent(), place.words, this[OBJECT_ID], label, this);
  }

  /** Whether a stop was requested: once it is so, it stays so. */
  get stopRequested(): boolean {
    return this.#watch.isStopped;
  }

  /**
   * Whether a stop was or can be requested. Unlike C++'s it stays so when the last source is gone: no
   * thread can know that.
   */
  get stopPossible(): boolean {
    return this.#watch.isPossible;
  }

  /**
   * A signal for whatever else takes one: aborted by the stop, with a SyncError `operation_canceled` as its
   * reason. In the requesting thread that happens in `requestStop()`, elsewhere on the event loop. One for
   * each token and thread, made when first asked for; does not keep the process alive. From then on it takes a
   * record of the pool, until the stop or the end of the thread: nobody can know who listens to it.
   */
  get signal(): AbortSignal {
    return (this.#controller ??= this.#makeController()).signal;
  }

  /** @internal */
  get [STOP](): StopWatch {
    return this.#watch;
  }

  #makeController(): AbortController {
    const controller = new AbortController();
    const abort = (): void => controller.abort(canceled(this.#watch.label));
    if (this.stopRequested) abort();
    else if (this.stopPossible) this.#watch.add(abort);
    return controller;
  }
}
