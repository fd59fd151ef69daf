/**
 * A report in Chrome's trace event format, which Perfetto opens.
 *
 * Spans on one track must not overlap, and the tasks of one thread may wait at the same time: a thread
 * has as many tracks as it needs, and each span is on the first that is free.
 */
import {
  type ChromeTrace,
  type ChromeTraceEvent,
  eventOn,
  processName,
  trackName,
} from '../chrome-trace.ts';
import type { LockHold, LockWait, Spans } from './spans.ts';
import { ascending } from './statistics.ts';

const US = 1000; // in a ms

export function traceOf({ waits, holds }: Spans): ChromeTrace {
  const spans = [...waits, ...holds].toSorted((a, b) => a.start - b.start || a.end - b.end);
  const start = spans[0]?.start ?? 0;
  const tracks = new Tracks(spans.map(({ thread }) => thread));
  const events = spans.map((span) => eventOf(span, tracks.place(span), start));
  const process = processName('the lock');
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
      this.names.push(trackName(thread, `thread ${thread}`));
    }
  }

  /** The track of a span. Spans come in the order in which they start. */
  place({ thread, start, end }: LockWait | LockHold): number {
    const tracks = this.#free.get(thread)!;
    let track = tracks.find(({ until }) => until <= start);
    if (!track) {
      track = { tid: this.#next++, until: end };
      tracks.push(track);
      this.names.push(trackName(track.tid, `thread ${thread}, more of its tasks`));
    }
    track.until = end;
    return track.tid;
  }
}

function eventOf(span: LockWait | LockHold, tid: number, start: number): ChromeTraceEvent {
  const name = 'outcome' in span ? 'wait' : 'hold';
  const { ticket } = span;
  return eventOn(tid, {
    name,
    ph: 'X',
    ts: (span.start - start) * US,
    dur: (span.end - span.start) * US,
    cat: name,
    args:
      'outcome' in span ? { ticket, bypasses: span.bypasses, outcome: span.outcome } : { ticket },
  });
}
