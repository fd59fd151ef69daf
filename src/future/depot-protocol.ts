/** What a depot is started with, and what it and others say to each other. */
import type { Words } from '../memory/words.ts';
import type { ResourceLimits } from '../thread/resource-limits.ts';
import type { Job } from './job.ts';

/** How many workers a pool has, and what they are. */
export interface Crew {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** ms, after which a worker that is not needed ends. */
  readonly idle: number;
  readonly resourceLimits: ResourceLimits;
}

/** A depot, as the threads have it that submit to it. */
export interface DepotLine {
  /** The id of its agent. */
  readonly id: number;
  /** Whether it is known to have ended. */
  readonly isGone: boolean;
  post(message: Job | Hurry, transfer: object[]): void; // no type of Node's: the agent's declaration names this
}

/** The `workerData` of a depot. */
export interface Charge {
  readonly crew: Crew;
  /** Completed when the depot is closed and empty. */
  readonly completion: Words;
}

/** The `workerData` of a worker. */
export interface Employment {
  readonly depot: number;
}

/** To the depot: somebody is blocked until the job with this id is done. */
export interface Hurry {
  readonly hurry: number;
}
/** To the depot, from a worker: its job is done. */
export const DONE = 'done';
/** To the depot, from its owner: take no more, and end when all is done. To a worker: end. */
export const CLOSE = 'close';
/** From the depot to its owner, with the number of its jobs that have come: all is done. */
export interface Idle {
  readonly idleAfter: number;
}
