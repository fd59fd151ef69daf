/** A job of a pool, as it travels: from who submits it by way of the depot to the worker that runs it. */
import { unpack } from '../thread/transport.ts';
import { stopWatchOf } from '../wait/stop.ts';
import type { Promises } from './owner.ts';
import { breakAll } from './state.ts';

/** Its promises are the depot's while it waits. */
export interface Job extends Promises {
  /** The object id of its state. */
  readonly id: number;
  readonly module: string;
  readonly name: string;
  /** Packed. */
  readonly args: unknown;
  /** Whether something among the arguments cannot be copied, but only move. */
  readonly moves: boolean;
}

export type Action = (...args: unknown[]) => unknown;

/**
 * What the action of a job is called with. If that cannot be, the promises among it are broken.
 *
 * @throws SyncError `operation_canceled` when a stop was requested by a token among it.
 */
export function argumentsOf({ args, promises }: Pick<Job, 'args' | 'promises'>): unknown[] {
  try {
    const found = unpack(args) as unknown[];
    for (const argument of found) stopWatchOf(argument)?.throwIfStopped();
    return found;
  } catch (error) {
    breakAll(promises);
    throw error;
  }
}
