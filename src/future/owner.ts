/**
 * Whose a promise is, for those that have no more of it than the words of its state: P1 in state.ts.
 *
 * A job has its own promise, whose owner is who has the job, and there may be promises among its arguments. They
 * go with it: whoever dies with a job breaks them all.
 *
 * Invariants
 *   U1  A promise among the arguments is the submitter's until the job is posted. So it is broken if that one
 *       dies before; and who has the job by then gets it from the submitter, unless it has it already.
 *   U2  Who hands a job out gives the promises among its arguments to the one that gets it, whosever they are,
 *       before that one is told of it.
 *   U3  Who wants to claim a job takes those promises before, and if it is too late gives them to who has it.
 */
import type { Words } from '../memory/words.ts';
import { EMPTY, OWNER, ownerOf, STATE, statusOf } from './word.ts';

/** Of a job: the state of its own promise, and of those among its arguments. */
export interface Promises {
  readonly state: Words;
  readonly promises: readonly Words[];
}

/** Whether nothing was set, and the promise is that agent's. */
export function isHeldBy(words: Words, agent: number): boolean {
  const state = Atomics.load(words, STATE);
  return statusOf(state) === EMPTY && ownerOf(state) === agent;
}

/** The promise goes from one agent to another. `false`: it was not the first one's, or was set. */
export function handOver(words: Words, from: number, to: number): boolean {
  for (;;) {
    const state = Atomics.load(words, STATE);
    if (statusOf(state) !== EMPTY || ownerOf(state) !== from) return false;
    if (give(words, state, to)) return true;
  }
}

/** The promise becomes that agent's, unless it was set. */
export function entrust(words: Words, to: number): void {
  for (;;) {
    const state = Atomics.load(words, STATE);
    if (statusOf(state) !== EMPTY || give(words, state, to)) return;
  }
}

export function entrustAll(promises: readonly Words[], to: number): void {
  for (const promise of promises) entrust(promise, to);
}

/** The job goes to one that does not know it yet (U2). `false`: somebody has claimed it. */
export function handOut({ state, promises }: Promises, from: number, to: number): boolean {
  if (!handOver(state, from, to)) return false;
  entrustAll(promises, to);
  return true;
}

/** The job goes to one that knows it, unless it was handed out (U3). Returns whether it does. */
export function claim(job: Promises, from: number, to: number): boolean {
  if (!isHeldBy(job.state, from)) return false; // the promises may have gone on, and be on their way with another
  for (const promise of job.promises) handOver(promise, from, to);
  if (handOver(job.state, from, to)) return true;
  follow(job, to);
  return false;
}

/** What `from` has of the promises among the arguments goes to who has the job (U1). */
export function follow({ state, promises }: Promises, from: number): void {
  for (const promise of promises) handOver(promise, from, ownerOf(Atomics.load(state, STATE)));
}

function give(words: Words, state: number, to: number): boolean {
  const given = (state & ~OWNER) | to;
  return Atomics.compareExchange(words, STATE, state, given) === state;
}
