/** What a depot is started with, and what it and others say to each other. */
import type { Words } from '../memory/words.ts';
import type { Crew } from './depot-line.ts';

type MessagePort = import('node:worker_threads').MessagePort;

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
/** To the depot, from a worker: it awaits a job that may not have begun. */
export const AWAITING = 'awaiting';
/** To a worker that awaits, if nobody is there for that job: it may run it beside. */
export const BESIDE = 'beside';
/** To a worker, instead of a job that could not be posted. */
export const NOTHING = 'nothing';
/** To the depot, from its owner: take no more, and end when all is done. To a worker: end. */
export const CLOSE = 'close';
/** From the depot to its owner, with the number of its jobs that are known: all is done. */
export interface Idle {
  readonly idleAfter: number;
}
