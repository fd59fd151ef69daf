/** A depot, as those know it that submit to it. No types of Node's: the agent's declaration leads here. */
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

/** A job that the thread awaits that has submitted it. */
export interface Awaited {
  /** Whether it has not begun. */
  readonly isWaiting: boolean;
  /** The job, if this thread is to run it from now on. */
  claim(): Job | undefined;
}

/** A depot, as the threads have it that submit to it. */
export interface DepotLine {
  /** The id of its agent. */
  readonly id: number;
  /** Whether it is known to have ended. */
  readonly isGone: boolean;
  /** Takes over the job with its promise: for a worker that is free, or the depot; that comes first if `isRevocable`. */
  submit(job: Job, transfer: object[], isRevocable: boolean): void;
  /** Somebody is blocked until the job with this id is done. */
  hurry(id: number): void;
  /** Of a worker of the pool, which may run what it awaits. Returns what ends that it is awaited. */
  readonly await?: (awaited: Awaited) => () => void;
}
