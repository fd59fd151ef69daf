/** A job of a pool, as it travels: from who submits it by way of the depot to the worker that runs it. */
import type { Words } from '../memory/words.ts';
import { stopWatchOf } from '../wait/stop.ts';

export interface Job {
  /** The object id of its state. */
  readonly id: number;
  /** Of its promise: that is the depot's while the job waits. */
  readonly state: Words;
  readonly module: string;
  readonly name: string;
  /** Packed. */
  readonly args: unknown;
  /** Whether something among the arguments cannot be copied, but only move. */
  readonly moves: boolean;
}

export type Action = (...args: unknown[]) => unknown;

/** What `action` returns, unless a stop was requested by a token among `args`. */
export function call(action: Action, args: readonly unknown[]): unknown {
  for (const argument of args) stopWatchOf(argument)?.throwIfStopped();
  return action(...args);
}
