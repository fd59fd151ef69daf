/** What an exploration can find, and how it is told. */
import type { ChromeTrace } from './chrome-trace.ts';
import type { ThreadEnd } from './ends.ts';
import { drawSchedule, type PictureOptions } from './picture/draw.ts';
import { traceOf } from './picture/perfetto.ts';

/** What an exploration can find: `docs/testing.md` says what each means. */
export type Verdict =
  | 'assertion'
  | 'deadlock'
  | 'lost-wakeup'
  | 'livelock'
  | 'data-race'
  | 'leak'
  | 'unfair'
  | 'nondeterminism'
  | 'swallowed';

/** A failure before it has a trace. */
export interface Failure {
  readonly verdict: Verdict;
  readonly reason: string;
  /** Index of the thread that did it, if one did. */
  readonly thread?: number;
  readonly cause?: unknown;
}

/** One line of a trace: what a thread did, or what was done to it. */
export interface Step {
  /** Index of the thread. */
  readonly thread: number;
  /** Of `Atomics`, or what came to the thread, such as `killed`. */
  readonly operation: string;
  /** The word, in the names of what `setup` returned. */
  readonly word?: string;
  /** What the operation was given beside the word. */
  readonly operands?: readonly (number | bigint)[];
  /** What it returned; of a wait that has to sleep, `'pending'`. */
  readonly result?: number | bigint | string;
  /** What was in the word before. */
  readonly before?: number | bigint;
  /** What was in the word after. */
  readonly after?: number | bigint;
  /** Of a `waitAsync` that is pending, or wakes spuriously: the number of its answer in the event loop of the thread. */
  readonly answer?: number;
  /** Whom a `notify` woke, in that order. */
  readonly wakes?: readonly Wake[];
  /** Where in the model: file, line, column. */
  readonly at?: string;
}

/** One that a `notify` woke. */
export interface Wake {
  /** Index of the thread. */
  readonly thread: number;
  /** Of a `waitAsync`: the number of the answer that is now on its way. */
  readonly answer?: number;
}

/** What is known of a failing schedule once it was run again. */
export interface Explained {
  readonly failure: Failure;
  readonly schedules: number;
  readonly schedule: string;
  readonly steps: readonly Step[];
  readonly threads: readonly ThreadEnd[];
}

/**
 * A schedule was found on which the model fails.
 *
 * @example
 * ```ts
 * try {
 *   await explore({
 *     setup: () => new Int32Array(new SharedArrayBuffer(4)),
 *     threads: [function sleep(words) { Atomics.wait(words, 0, 0); }],
 *   });
 * } catch (error) {
 *   if (!(error instanceof ExplorationError)) throw error;
 *   console.log(error.verdict, error.schedule); // → deadlock a
 *   console.log(error.trace[0]?.operation, error.threads[0]?.waits[0]?.word); // → wait shared[0]
 * }
 * ```
 */
export class ExplorationError extends Error {
  /** Always `'ExplorationError'`. */
  override readonly name = 'ExplorationError';
  /** What is wrong. */
  readonly verdict: Verdict;
  /** The same in words. */
  readonly reason: string;
  /** How many schedules were run to find it. */
  readonly schedules: number;
  /** For `replay`, with the same model and options. */
  readonly schedule: string;
  /** What happened, step by step. */
  readonly trace: readonly Step[];
  /** How each thread stood at the end. */
  readonly threads: readonly ThreadEnd[];

  /** @internal */
  constructor({ failure, schedules, schedule, steps, threads }: Explained, message: string) {
    super(message, 'cause' in failure ? { cause: failure.cause } : undefined);
    this.verdict = failure.verdict;
    this.reason = failure.reason;
    this.schedules = schedules;
    this.schedule = schedule;
    this.trace = steps;
    this.threads = threads;
  }

  /**
   * A picture of the schedule, to be written to a `.svg` file: a lane for each thread, a row for each
   * step, who slept how long and was woken by whom, and at the foot who is stuck on what.
   *
   * @throws RangeError for a number of `steps` that is none.
   */
  toSvg(options?: PictureOptions): string {
    return drawSchedule(this, options);
  }

  /**
   * For Perfetto or `chrome://tracing`, to be written to a file by `JSON.stringify`: a track for each
   * thread. The time is not real: a step takes a microsecond.
   */
  toTrace(): ChromeTrace {
    return traceOf(this);
  }
}

export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return 'something that has no text'; // such as `Object.create(null)`
  }
}
