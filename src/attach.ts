import { AtomicBool, AtomicFlag } from './atomic/bool.ts';
import { AtomicBigInt64, AtomicInt32, AtomicUint32 } from './atomic/integral.ts';
import { Barrier } from './barrier/barrier.ts';
import {
  ConditionVariable,
  ConditionVariableAny,
} from './condition-variable/condition-variable.ts';
import { Channel } from './channel/channel.ts';
import { AnyStruct } from './channel/shared-struct.ts';
import { Latch } from './latch/latch.ts';
import { Mutex } from './mutex/mutex.ts';
import { RecursiveMutex } from './mutex/recursive.ts';
import { SharedMutex } from './mutex/shared.ts';
import { OnceFlag } from './once/once-flag.ts';
import { Semaphore } from './semaphore/semaphore.ts';
import { type Attachable, attachWith, type Handle } from './share/handle.ts';
import { StopSource } from './stop/stop-source.ts';
import { StopToken } from './stop/stop-token.ts';

const classes: Attachable[] = [
  AnyStruct,
  AtomicBigInt64,
  AtomicBool,
  AtomicFlag,
  AtomicInt32,
  AtomicUint32,
  Barrier,
  Channel,
  ConditionVariable,
  ConditionVariableAny,
  Latch,
  Mutex,
  OnceFlag,
  RecursiveMutex,
  Semaphore,
  SharedMutex,
  StopSource,
  StopToken,
];

/** @internal Handles may name these too, of classes that are built on what is here. */
export function makeAttachable(...types: Attachable[]): void {
  classes.push(...types);
}

/**
 * Makes handles live again, deep in any plain structure: what `share`, `postMessage` or `workerData`
 * made of shared objects on the other side. An agent has one live object for each memory.
 *
 * @example
 * ```ts
 * const received: unknown = structuredClone({ mutex }); // as workerData and messages are
 * const { mutex: same } = attach<{ mutex: Mutex }>(received);
 * console.log(same === mutex); // → true
 * ```
 * @throws SyncError `invalid_argument` when the two threads have met too late: import crossthread in
 * the main thread before workers are started.
 */
export function attach<T>(handle: Handle<T>): T;
export function attach<T>(data: unknown): T;
export function attach(handle: unknown): unknown {
  return attachWith(classes, handle);
}
