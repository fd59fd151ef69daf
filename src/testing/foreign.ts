/**
 * Shared memory that is not explored. What a thread does there is no step, and nobody puts it back. So it may be
 * memory that the thread has made for itself, or, where threads are nobody's agents, what the agent keeps that
 * runs them all. Nobody sleeps there: nothing could wake him.
 */
import { currentAgent } from '../agent/home.ts';
import { OPERATION_NAMES, type View, WAIT } from './operations.ts';
import type { World } from './world.ts';

/** Ends the exploration if the running thread may not do `op` on memory that `view` shows, which is not explored. */
export function refuseForeign({ memory, running }: World, op: number, view: View): void {
  if (!running || !memory.isForeign(view)) return;
  const isAgents = view === currentAgent().table;
  if (op !== WAIT && (isAgents || memory.isOwn(view))) return;
  const what = isAgents
    ? 'a thread sleeps only if `setup` returns an object of crossthread'
    : "`setup` has to return it, or the object that it is of, as Mutex.global('m')";
  const text = `Atomics.${OPERATION_NAMES[op]} in a thread on memory that is not explored: ${what}`;
  running.refuse(new TypeError(text));
}
