/** What is explored, and what comes of it. */
import { checkFunction } from '../memory/checks.ts';

/** Bodies may change words of what `setup` made and their own locals, nothing else. */
export interface Model<Shared> {
  /** Makes what the threads share. Runs once; the search puts memory back. */
  setup(): Shared;
  /** Each runs as a thread of its own, with its own live view of what `setup` returned. */
  readonly threads: readonly ((shared: Shared) => void | Promise<void>)[];
  /**
   * Throws if something is wrong once all threads have ended or were killed. What it judges by must be
   * in words: threads that have ended are told apart by nothing else.
   */
  check?(shared: Shared, end: ScheduleEnd): void;
  /** Throws if something is wrong after a step. */
  invariant?(shared: Shared): void;
  /** What was left behind once all threads have ended and none was killed, if anything. */
  atRest?(shared: Shared): string | undefined;
}

/** @throws TypeError for what is no model, which would look as if a thread had failed. */
export function checkModel<Shared>(model: Model<Shared>): void {
  checkFunction('setup', (model as { setup: unknown }).setup);
  for (const [i, body] of model.threads.entries()) checkFunction(`threads[${i}]`, body);
}

/** What has become of the threads. */
export interface ScheduleEnd {
  /** Indices of the threads that were killed. */
  readonly killed: readonly number[];
}

/** What was explored, without a failure. */
export interface ExplorationResult {
  /** Schedules that were run to their end. */
  readonly schedules: number;
  /** Operations that were performed. */
  readonly steps: number;
  /** Different states, if there was a state cache. */
  readonly states: number;
  /** Whether all within {@link bound} was explored, and no limit stopped it. */
  readonly complete: boolean;
  /** Preemptions per schedule; `Infinity` if no schedule could have more than were tried. */
  readonly bound: number;
  /** How long it took. */
  readonly milliseconds: number;
}
