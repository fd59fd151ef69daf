/** Chrome's trace event format, which Perfetto opens: what is common to all that is written in it. */

const PID = 1; // there is one process

/**
 * One event of a {@link ChromeTrace}. What `ph` may be: a span (`X`), the name of a track (`M`), a moment
 * (`i`), both ends of an arrow (`s`, `f`) or of a span that others may overlap (`b`, `e`). `ts` and
 * `dur` are microseconds.
 *
 * @example
 * ```ts
 * const [first] = fairnessReport([]).toTrace().traceEvents;
 * console.log(first?.ph, first?.name); // → M process_name
 * ```
 */
export interface ChromeTraceEvent {
  /** What is shown; of a name, what is named. */
  readonly name: string;
  /** The kind of event. */
  readonly ph: 'X' | 'M' | 'i' | 's' | 'f' | 'b' | 'e';
  /** The process; there is one. */
  readonly pid: number;
  /** The track: of the recording of a lock, the first one of a thread has its number. */
  readonly tid: number;
  /** When it is, or starts. */
  readonly ts?: number;
  /** How long a span lasts. */
  readonly dur?: number;
  /** By what it is told apart from others. */
  readonly cat?: string;
  /** What both ends have in common. */
  readonly id?: number;
  /** Of the end of an arrow: it points to the span that it is in. */
  readonly bp?: 'e';
  /** Of a moment: it is one of its track alone. */
  readonly s?: 't';
  /** What is shown beside, or the name. */
  readonly args?: { readonly [name: string]: number | string };
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
  readonly displayTimeUnit: 'ms' | 'ns';
  /** The names, then the rest. */
  readonly traceEvents: readonly ChromeTraceEvent[];
  /** What is known of the whole. */
  readonly otherData?: { readonly [name: string]: string };
}

/** Any event, on the track `tid`. */
export function eventOn(
  tid: number,
  event: Omit<ChromeTraceEvent, 'pid' | 'tid'>,
): ChromeTraceEvent {
  return { ...event, pid: PID, tid };
}

export function processName(text: string): ChromeTraceEvent {
  return eventOn(0, { name: 'process_name', ph: 'M', args: { name: text } });
}

export function trackName(tid: number, text: string): ChromeTraceEvent {
  return eventOn(tid, { name: 'thread_name', ph: 'M', args: { name: text } });
}
