/**
 * `crossthread/testing/fast-check`: programs of several threads, and schedules, at random and shrunk; on
 * real threads under a watchdog, and in the explorer.
 *
 * @module crossthread/testing/fast-check
 */
export { runSchedule } from '../explore.ts';
export {
  type ProgramObjectChoice,
  threadPrograms,
  type ThreadProgramsOptions,
} from './arbitrary.ts';
export type { CallName, ProgramOperation } from './calls.ts';
export type { CountedMemory } from './counted.ts';
export { ThreadFailedError, ThreadsHungError } from './failures.ts';
export { type DeadlockSearch, type DeadlockWait, findDeadlock } from './find-deadlock.ts';
export { modelOf, type ModelOptions } from './model.ts';
export type { Memory, ObjectKind, ProgramObject, ProgramObjects } from './objects.ts';
export type { ProgramEvent, ProgramRun } from './program-run.ts';
export { formatPrograms, type ThreadPrograms } from './programs.ts';
export { runThreads, type RunThreadsOptions } from './run-threads.ts';
export { schedules, type SchedulesOptions } from './schedules.ts';
export type { ThreadWait } from './waits.ts';
