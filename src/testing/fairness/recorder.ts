/**
 * The recorder that the threads of a test share. The ticket of a wait is the number of its `'asked'`
 * among all events, so that one addition gives the order of asking and the place in the ring.
 */
import { currentAgent } from '../../agent/home.ts';
import { monotonicNow } from '../../agent/runtime.ts';
import { describe } from '../../memory/checks.ts';
import type { Recording } from './events.ts';
import { Ring } from './ring.ts';

/** Events, 2 MB: some 20,000 acquisitions. */
const ROOM = 2 ** 16;

/**
 * Options of a recorder.
 *
 * @example
 * ```ts
 * const options: LockRecorderOptions = { capacity: 1000 };
 * console.log(new LockRecorder(options).buffer.byteLength); // → 32064
 * ```
 */
export interface LockRecorderOptions {
  /** How many events are kept, 32 bytes each: the last ones. Default: 65,536. */
  capacity?: number;
}

/**
 * Records who asks for a lock, gets it, and lets it go: of *one* lock, by all its threads, in shared
 * memory. Appending takes no lock, and a thread that dies over it stops nobody.
 *
 * It travels as plain data, among the arguments of threads too, which {@link recorded} takes as it is and
 * {@link LockRecorder.attach} makes live again, for its methods, where a lock is of another kind.
 *
 * @example
 * ```ts
 * const recorder = new LockRecorder();
 * const received: unknown = structuredClone({ recorder }); // as workerData and messages are
 * const there = LockRecorder.attach((received as { recorder: unknown }).recorder);
 *
 * const ticket = there.asked();
 * mutex.lock();
 * there.got(ticket);
 * there.released(ticket); // before the unlock: after it, the next one may be faster
 * mutex.unlock();
 * console.log(recorder.read().events.map(({ kind }) => kind).join()); // → asked,got,released
 * ```
 */
export class LockRecorder {
  /** The memory. The one own enumerable property: what structured clone takes along. */
  readonly buffer: SharedArrayBuffer;
  readonly #ring: Ring;

  /** A recorder in fresh shared memory. */
  constructor(options?: LockRecorderOptions);
  /** @internal */
  constructor(ring: Ring);
  constructor(source: LockRecorderOptions | Ring = {}) {
    this.#ring =
      source instanceof Ring ? source : Ring.create(source.capacity ?? ROOM, monotonicNow());
    this.buffer = this.#ring.buffer;
  }

  /**
   * The recorder that arrived as `data`, or a recorder itself.
   *
   * @throws TypeError for what is none.
   */
  static attach(data: unknown): LockRecorder {
    if (data instanceof LockRecorder) return data;
    if (typeof data !== 'object' || data === null) {
      throw new TypeError(`\`data\` must be what a recorder was cloned to, got ${describe(data)}`);
    }
    return new LockRecorder(Ring.at((data as { buffer?: unknown }).buffer));
  }

  /** This thread wants the lock. Returns the ticket, for the other calls. */
  asked(): number {
    return this.#ring.append('asked', currentAgent().id, monotonicNow());
  }

  /** This thread has got it. To be called while it holds it. */
  got(ticket: number): void {
    this.#ring.append('got', currentAgent().id, monotonicNow(), ticket);
  }

  /** This thread lets go of it. To be called while it still holds it. */
  released(ticket: number): void {
    this.#ring.append('released', currentAgent().id, monotonicNow(), ticket);
  }

  /** This thread has not got it, and waits no more. */
  gaveUp(ticket: number): void {
    this.#ring.append('gave up', currentAgent().id, monotonicNow(), ticket);
  }

  /** What was recorded up to now, and how much of it is lost. Others may go on meanwhile. */
  read(): Recording {
    return this.#ring.read();
  }
}
