/** Whether histories are linearizable, what they are to be, and how they are recorded. */
export { assertLinearizable, checkLinearizable } from './check.ts';
export type { LinearizableOptions } from './budget.ts';
export type {
  Linearizability,
  Linearizable,
  NotFinished,
  NotLinearizable,
  Refusal,
} from './verdict.ts';
export { type InputOf, type Operation, type OutputOf, isPending, returns } from './operation.ts';
export { type OneOf, oneOf, type Specification } from './specification.ts';
export * as specifications from './specifications/index.ts';
export type { BarrierOperation, BarrierState } from './specifications/barrier.ts';
export type { FutureOperation, FutureState } from './specifications/future.ts';
export type { LatchOperation } from './specifications/latch.ts';
export type { MutexOperation, TryOptions } from './specifications/mutex.ts';
export type { OnceOperation, OnceOutcome } from './specifications/once.ts';
export type { QueueOperation, QueueState } from './specifications/queue.ts';
export type { RecursiveMutexState } from './specifications/recursive-mutex.ts';
export type { RegisterOperation } from './specifications/register.ts';
export type { SemaphoreOperation } from './specifications/semaphore.ts';
export type { SharedMutexOperation, SharedMutexState } from './specifications/shared-mutex.ts';
export { ExplorerHistory } from './explorer-history.ts';
export {
  createWorkerHistory,
  WorkerHistory,
  type WorkerHistoryHandle,
  type WorkerHistoryOptions,
} from './worker-history.ts';
