/**
 * `std::stop_source`: an object of no state but its own identity, with its token right behind it.
 *
 * Words
 *   class and object id: share/shared-object.ts
 *   from 4 on: those of the token
 */
import { currentAgent } from '../agent/home.ts';
import { newWords, WORD, wordsAt } from '../memory/words.ts';
import { live, Place, SharedObject } from '../share/shared-object.ts';
import { onCancel } from '../wait/cancel.ts';
import { checkAbortSignal } from '../wait/options.ts';
import { POSSIBLE, STATE, STOP } from '../wait/stop.ts';
import { StopToken } from './stop-token.ts';

const TOKEN = 4;
const BYTE_LENGTH = TOKEN * WORD + StopToken.BYTE_LENGTH;

/**
 * Requests a stop of all that heed its token, in any thread. It goes to other threads as all shared
 * objects do: each of them may request the stop, and one does.
 *
 * @example
 * ```ts
 * const source = new StopSource();
 * using _ = new StopCallback(source.token, () => console.log('stopped'));
 * console.log(source.requestStop(), source.requestStop());
 * // → stopped
 * // → true false
 * ```
 * C++: `std::stop_source`.
 */
export class StopSource extends SharedObject {
  /** @internal */
  static readonly kind: string = 'StopSource';
  /** @internal */
  static readonly BYTE_LENGTH: number = BYTE_LENGTH;
  readonly #token: StopToken;

  /** A source of which no stop is requested yet. */
  constructor();
  /** @internal */
  constructor(place: Place);
  constructor(place: Place = allot()) {
    super(StopSource.kind, place);
    const { buffer, byteOffset } = place.words;
    const words = wordsAt(buffer, byteOffset + TOKEN * WORD, StopToken.BYTE_LENGTH);
    this.#token = live(StopToken, new Place(words));
  }

  /**
   * A source whose stop is requested when `signal` is aborted, which may have happened already. The abort
   * takes the event loop of this thread to arrive. Listens until then, or until this thread hears of the stop: when
   * it requests that itself, or has a {@link StopCallback} or a wait that the stop ends.
   *
   * @example
   * ```ts
   * const controller = new AbortController();
   * const { token } = StopSource.from(controller.signal);
   * controller.abort();
   * console.log(token.stopRequested); // → true
   * ```
   */
  static from(signal: AbortSignal): StopSource {
    checkAbortSignal(signal);
    const source = new StopSource();
    if (signal.aborted) source.requestStop();
    else {
      const leave = onCancel(currentAgent(), signal, () => source.requestStop());
      source.token[STOP].leaveWhenHeard(leave);
    }
    return source;
  }

  /** What heeds this source. */
  get token(): StopToken {
    return this.#token;
  }

  /**
   * Requests the stop. Returns `true` to the one caller of all threads that was the first.
   *
   * Before it returns, the callbacks of this thread have run, in the order in which they were made; those of
   * other threads run on their event loops. What they throw is reported as uncaught. Never blocks.
   */
  requestStop(): boolean {
    return this.#token[STOP].request();
  }

  /** Whether a stop was requested. */
  get stopRequested(): boolean {
    return this.#token.stopRequested;
  }

  /** Whether a stop was or can be requested: always. */
  get stopPossible(): boolean {
    return this.#token.stopPossible;
  }
}

function allot(): Place {
  const words = newWords(BYTE_LENGTH);
  Atomics.store(words, TOKEN + STATE, POSSIBLE);
  return new Place(words.subarray(0, TOKEN));
}
