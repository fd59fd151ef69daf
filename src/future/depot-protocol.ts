/** What a depot is started with, and what it and others say to each other. */
import type { Words } from '../memory/words.ts';
import type { ResourceLimits } from '../thread/resource-limits.ts';
import type { Job } from './job.ts';

type MessagePort = import('node:worker_threads').MessagePort;

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
  /** Takes over the job with its promise: for a worker that is free, or the depot; that comes first if `isRevocable`. */
  submit(job: Job, transfer: object[], isRevocable: boolean): void; // no type of Node's: the agent's declaration names this
  /** Somebody is blocked until the job with this id is done. */
  hurry(id: number): void;
}

/** The `workerData` of a depot. */
export interface Charge {
  readonly crew: Crew;
  /** Completed when the depot is closed and empty. */
  readonly completion: Words;
  readonly board: Words;
  /** Where it posts a {@link Line} for each worker. */
  readonly roster: MessagePort;
}

/** A worker, as the thread has it that made the pool. */
export interface Line {
  readonly id: number;
  readonly desk: number;
  readonly port: MessagePort;
}

/** The `workerData` of a worker. */
export interface Employment {
  readonly depot: number;
  readonly board: Words;
  readonly desk: number;
  /** Where jobs come from the thread that made the pool, beside those of the depot. */
  readonly line: MessagePort;
}

/** To the depot: somebody is blocked until the job with this id is done. */
export interface Hurry {
  readonly hurry: number;
}
/** To the depot, from a worker: it is free. */
export const DONE = 'done';
/** To a worker, instead of a job that could not be posted. */
export const NOTHING = 'nothing';
/** To the depot, from its owner: take no more, and end when all is done. To a worker: end. */
export const CLOSE = 'close';
/** From the depot to its owner, with the number of its jobs that are known: all is done. */
export interface Idle {
  readonly idleAfter: number;
}
