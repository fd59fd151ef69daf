/** What a recording says about the fairness of a lock. Pure: it reads events, and no clock. */
import { drawTimeline, type TimelineOptions } from './timeline.ts';
import type { ChromeTrace } from '../chrome-trace.ts';
import type { LockEvent, Recording } from './events.ts';
import { type LockHold, type LockWait, spansOf } from './spans.ts';
import { ascending, jainIndex } from './statistics.ts';
import { type Fairness, summariesOf, summaryOf, type ThreadFairness } from './summary.ts';
import { tableOf } from './table.ts';
import { traceOf } from './trace.ts';

/**
 * Says how fair a lock was, from what a {@link LockRecorder} has kept or from events made up by hand,
 * in the order in which they happened.
 *
 * A thread has its ticket just before it calls the lock. One that the system stops in between is
 * overtaken by the best of locks: who wants to see exactly 0 lets the waiters fall asleep first.
 *
 * @example
 * ```ts
 * const report = fairnessReport([
 *   { thread: 1, kind: 'asked', time: 0, ticket: 0 },
 *   { thread: 2, kind: 'asked', time: 1, ticket: 1 },
 *   { thread: 2, kind: 'got', time: 2, ticket: 1 }, // overtakes thread 1
 *   { thread: 2, kind: 'released', time: 3, ticket: 1 },
 *   { thread: 1, kind: 'got', time: 4, ticket: 0 },
 * ]);
 * console.log(report.all.bypasses.max, report.threads[0]?.wait.max); // → 1 4
 * ```
 * @throws TypeError for an event of another kind.
 */
export function fairnessReport(recording: Recording | readonly LockEvent[]): FairnessReport {
  return isRecording(recording)
    ? new FairnessReport(recording)
    : new FairnessReport({ events: recording, lost: 0 });
}

/**
 * How fair a lock was: numbers, a table, a picture, a trace.
 *
 * @example
 * ```ts
 * const recorder = new LockRecorder();
 * recorded(mutex, recorder).withLock(() => {});
 * const report = fairnessReport(recorder.read());
 * console.log(report.jain.acquisitions, report.all.longestRun); // → 1 1
 * console.log(report.toSvg().startsWith('<svg')); // → true
 * ```
 */
export class FairnessReport {
  /** All threads together. */
  readonly all: Fairness;
  /** Each thread by itself, by number. */
  readonly threads: readonly ThreadFairness[];
  /** Jain's index of what the threads have: 1 is the same for each, 1/n all for one of n. */
  readonly jain: {
    /** How often they got it. */
    readonly acquisitions: number;
    /** How long they held it. */
    readonly held: number;
  };
  /** Every wait, in the order in which they ended. */
  readonly waits: readonly LockWait[];
  /** Every hold, in order. */
  readonly holds: readonly LockHold[];
  /** How many events the recording has lost. If any, counts are lower bounds. */
  readonly lost: number;

  /** @internal */
  constructor({ events, lost }: Recording) {
    const spans = spansOf(events);
    const threads = ascending([...new Set(events.map(({ thread }) => thread))]);
    this.all = summaryOf(spans);
    this.threads = summariesOf(threads, spans);
    this.jain = {
      acquisitions: jainIndex(this.threads.map(({ acquisitions }) => acquisitions)),
      held: jainIndex(this.threads.map(({ held }) => held)),
    };
    this.waits = spans.waits;
    this.holds = spans.holds;
    this.lost = lost;
  }

  /** The table, for a terminal or for the message of a failed test. */
  get message(): string {
    return tableOf(this);
  }

  /** As {@link message}. */
  toString(): string {
    return this.message;
  }

  /**
   * A picture of who held and who waited when, a row for each thread, to be written to a `.svg` file.
   *
   * @throws RangeError for a `width` that leaves no room, or a `from` that is not before `to`.
   */
  toSvg(options?: TimelineOptions): string {
    return drawTimeline(this, options);
  }

  /** For Perfetto or `chrome://tracing`: to be written to a file by `JSON.stringify`. */
  toTrace(): ChromeTrace {
    return traceOf(this);
  }
}

function isRecording(recording: Recording | readonly LockEvent[]): recording is Recording {
  return !Array.isArray(recording);
}
