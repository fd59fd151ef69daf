/** What a thread of a run is told, and what it tells. */
import type { Memory } from './objects.ts';
import type { ThreadPrograms } from './programs.ts';

/** Posted to a worker: live objects arrive as handles. */
export interface Task {
  readonly programs: ThreadPrograms;
  readonly thread: number;
  readonly memory: Memory;
  readonly journal: SharedArrayBuffer;
  /** For {@link Visits}. */
  readonly counts: Int32Array;
  readonly order: readonly number[];
}

/** Posted back: how it went. */
export interface Report {
  readonly error?: ReportedError | undefined;
}

/** An error as it survives structured clone. */
export interface ReportedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
  readonly stack?: string | undefined;
}
