/** What an exploration can find, and how it is told. */
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
  readonly cause?: unknown;
}

/** One line of a trace: what a thread did, or what was done to it. */
export interface Step {
  /** Index of the thread. */
  readonly thread: number;
  readonly operation: string;
  /** The word, in the names of what `setup` returned. */
  readonly word?: string;
  readonly operands?: readonly (number | bigint)[];
  readonly result?: number | bigint | string;
  readonly before?: number | bigint;
  readonly after?: number | bigint;
  /** Where in the source: file, line, column. */
  readonly at?: string;
}

/** A schedule was found on which the model fails. */
export class ExplorationError extends Error {
  override readonly name = 'ExplorationError';
  readonly verdict: Verdict;
  /** For `replay`, with the same model and options. */
  readonly schedule: string;
  readonly trace: readonly Step[];

  /** @internal */
  constructor(failure: Failure, schedule: string, trace: readonly Step[], message: string) {
    super(message, 'cause' in failure ? { cause: failure.cause } : undefined);
    this.verdict = failure.verdict;
    this.schedule = schedule;
    this.trace = trace;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
