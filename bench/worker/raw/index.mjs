/** What every row is measured against: written by hand on bare `Atomics`, and nothing more. */
export { Barrier } from './barrier.mjs';
export { ConditionVariable } from './condition-variable.mjs';
export { Mutex } from './mutex.mjs';
export { Semaphore } from './semaphore.mjs';
