/**
 * A thread between its start and its slot in the table. If it ends there, killed or since the table is full,
 * neither the table nor its number tells of it: only that what the system has started with it is gone.
 */
import { isStarted, runningTids, startedAt } from './os-thread.ts';

interface Sighting {
  readonly tid: number;
  readonly started: number | undefined;
}

/** Starts a thread with `start`. Returns what that does, and what tells whether the new thread is gone. */
export function watchBirth<T>(start: () => T): {
  readonly made: T;
  readonly isGone: () => boolean;
} {
  const before = new Set(runningTids());
  const made = start();
  // Others may start threads at the same time. Then it is one of these, and gone when all are.
  const candidates: Sighting[] = runningTids()
    .filter((tid) => !before.has(tid))
    .map((tid) => ({ tid, started: startedAt(tid) }));
  const isKnown = candidates.length > 0 && candidates.every(({ started }) => isStarted(started));
  return { made, isGone: () => isKnown && candidates.every(hasEnded) };
}

function hasEnded({ tid, started }: Sighting): boolean {
  const now = startedAt(tid);
  return now !== undefined && now !== started;
}
