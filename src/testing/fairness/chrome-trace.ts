/**
 * A report in Chrome's trace event format, which Perfetto opens.
 *
 * Spans on one track must not overlap, and the tasks of one thread may wait at the same time: a thread
 * has as many tracks as it needs, and each span is on the first that is free.
 */
import type { LockHold, LockWait, Spans } from './spans.ts';
import { ascending } from './statistics.ts';

const US = 1000; // in a ms
const PID = 1;

/**
 * A span (`ph: 'X'`) or the name of a track (`ph: 'M'`). `ts` and `dur` are microseconds.
 *
 * @example
 * ```ts
 * const [first] = fairnessReport([]).toTrace().traceEvents;
 * console.log(first?.ph, first?.name); // → M process_name
 * ```
 */
export interface ChromeTraceEvent {
  /** `'wait'` or `'hold'`; of a name, what is named. */
  readonly name: string;
  /** The kind of event. */
  readonly ph: 'X' | 'M';
  /** The process; there is one. */
  readonly pid: number;
  /** The track: the first one of a thread has its number. */
  readonly tid: number;
  /** When a span starts, from the first event on. */
  readonly ts?: number;
  /** How long it lasts. */
  readonly dur?: number;
  /** By what it is told apart from others. */
  readonly cat?: string;
  /** What is shown beside: the ticket, the bypasses, the outcome; or the name. */
  readonly args: { readonly [name: string]: number | string };
}

/**
 * What `JSON.stringify` makes a file of that Perfetto and `chrome://tracing` open.
 *
 * @example
 * ```ts
 * const trace: ChromeTrace = fairnessReport([]).toTrace();
 * console.log(JSON.stringify(trace).startsWith('{"displayTimeUnit":"ms"')); // → true
 * ```
 */
export interface ChromeTrace {
  /** What the viewer counts in. */
  readonly displayTimeUnit: 'ms';
  /** The names, then the spans. */
  readonly traceEvents: readonly ChromeTraceEvent[];
}

export function traceOf({ waits, holds }: Spans): ChromeTrace {
  const spans = [...waits, ...holds].toSorted((a, b) => a.start - b.start || a.end - b.end);
  const start = spans[0]?.start ?? 0;
  const tracks = new Tracks(spans.map(({ thread }) => thread));
  const events = spans.map((span) => eventOf(span, tracks.place(span), start));
  const process = named('process_name', 0, 'the lock');
  return { displayTimeUnit: 'ms', traceEvents: [process, ...tracks.names, ...events] };
}

class Tracks {
  readonly names: ChromeTraceEvent[] = [];
  readonly #free = new Map<number, { readonly tid: number; until: number }[]>();
  #next: number;

  constructor(threads: readonly number[]) {
    const all = ascending([...new Set(threads)]);
    this.#next = (all.at(-1) ?? 0) + 1;
    for (const thread of all) {
      this.#free.set(thread, [{ tid: thread, until: -Infinity }]);
      this.names.push(named('thread_name', thread, `thread ${thread}`));
    }
  }

  /** The track of a span. Spans come in the order in which they start. */
  place({ thread, start, end }: LockWait | LockHold): number {
    const tracks = this.#free.get(thread)!;
    let track = tracks.find(({ until }) => until <= start);
    if (!track) {
      track = { tid: this.#next++, until: end };
      tracks.push(track);
      this.names.push(named('thread_name', track.tid, `thread ${thread}, more of its tasks`));
    }
    track.until = end;
    return track.tid;
  }
}

function named(name: string, tid: number, text: string): ChromeTraceEvent {
  return { name, ph: 'M', pid: PID, tid, args: { name: text } };
}

function eventOf(span: LockWait | LockHold, tid: number, start: number): ChromeTraceEvent {
  const name = 'outcome' in span ? 'wait' : 'hold';
  const { ticket } = span;
  return {
    name,
    ph: 'X',
    pid: PID,
    tid,
    ts: (span.start - start) * US,
    dur: (span.end - span.start) * US,
    cat: name,
    args:
      'outcome' in span ? { ticket, bypasses: span.bypasses, outcome: span.outcome } : { ticket },
  };
}
