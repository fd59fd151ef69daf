/**
 * The C++ concurrency support library for TypeScript, over `SharedArrayBuffer` and `Atomics`.
 *
 * @module crossthread
 */
export { Atomic, type AtomicOptions, type AtomicType } from './atomic/atomic.ts';
export { AtomicBool, AtomicFlag } from './atomic/bool.ts';
export { AtomicBigInt64, AtomicInt32, AtomicIntegral, AtomicUint32 } from './atomic/integral.ts';
export { attach } from './attach.ts';
export type { ArrivalToken } from './barrier/arrival-token.ts';
export { Barrier } from './barrier/barrier.ts';
export { notifyAllAtThreadExit } from './condition-variable/at-thread-exit.ts';
export { AtomicRef } from './channel/atomic-ref.ts';
export { Channel } from './channel/channel.ts';
export type { ChannelOptions } from './channel/size.ts';
export type { Fields, InitialValues, Values } from './channel/fields.ts';
export type {
  AtomicKind,
  BigIntKind,
  Element,
  Field,
  NumberKind,
  Schema,
} from './channel/layout.ts';
export {
  SharedStruct,
  type SharedStructOptions,
  type SharedStructType,
  type Struct,
} from './channel/shared-struct.ts';
export {
  ConditionVariable,
  ConditionVariableAny,
  type ConditionVariableOptions,
} from './condition-variable/condition-variable.ts';
export { CvStatus } from './condition-variable/cv-status.ts';
export {
  BrokenBarrierError,
  CorruptionError,
  DeadlockError,
  type DeadlockedThread,
  FutureError,
  type FutureErrorCode,
  OwnerDiedError,
  SyncError,
  type SyncErrorCode,
  TimeoutError,
} from './errors.ts';
export { async } from './future/async.ts';
export { Future } from './future/future.ts';
export { FutureStatus, Launch } from './future/launch.ts';
export { PackagedTask } from './future/packaged-task.ts';
export { StdPromise } from './future/promise.ts';
export { SharedFuture } from './future/shared-future.ts';
export { defineTask, type Task } from './future/task.ts';
export { type PoolOptions, type TaskOptions, ThreadPool } from './future/thread-pool.ts';
export { type AgentReport, inspect, type WaitReport } from './inspect.ts';
export { Latch } from './latch/latch.ts';
export { lock, lockAsync, tryLock } from './lock/lock-all.ts';
export { LockGuard } from './lock/lock-guard.ts';
export { ScopedLock } from './lock/scoped-lock.ts';
export type {
  AsyncLockable,
  AsyncOwningLock,
  BasicLockable,
  Lockable,
  OwningLock,
  SharedLockable,
  SharedTimedLockable,
  TimedLockable,
} from './lock/lockable.ts';
export { SharedLock } from './lock/shared-lock.ts';
export { adoptLock, deferLock, tryToLock } from './lock/tags.ts';
export { UniqueLock } from './lock/unique-lock.ts';
export { Mutex, type MutexOptions, TimedMutex } from './mutex/mutex.ts';
export { RecursiveMutex, RecursiveTimedMutex, type ReenterOptions } from './mutex/recursive.ts';
export { SharedMutex, SharedTimedMutex } from './mutex/shared.ts';
export { callOnce, callOnceAsync, OnceFlag } from './once/once-flag.ts';
export type { Permit } from './semaphore/permit.ts';
export {
  BinarySemaphore,
  CountingSemaphore,
  Semaphore,
  type SemaphoreOptions,
} from './semaphore/semaphore.ts';
export { type Handle, share } from './share/handle.ts';
export type { SharedObject } from './share/shared-object.ts';
export { StopCallback } from './stop/stop-callback.ts';
export { StopSource } from './stop/stop-source.ts';
export { StopToken } from './stop/stop-token.ts';
export { type ErrorClass, registerErrors } from './thread/error-transport.ts';
export {
  type FunctionName,
  type ModuleRef,
  moduleRef,
  type ThreadArguments,
  type ThreadResult,
} from './thread/module-ref.ts';
export { JThread } from './thread/jthread.ts';
export { ownStopToken } from './thread/own-stop-token.ts';
export type { ResourceLimits } from './thread/resource-limits.ts';
export { hardwareConcurrency, type ThisThread, thisThread } from './thread/this-thread.ts';
export { Thread } from './thread/thread.ts';
export { ThreadLocal } from './thread/thread-local.ts';
export { enableTracing, type TracingOptions } from './trace/tracing.ts';
export type { Milliseconds, TimePoint } from './wait/deadline.ts';
export type { SignalOptions, StopOptions, WaitOptions } from './wait/options.ts';
