/** `specifications`: what the objects of C++'s concurrency support library do, one call after another. */
export { barrier } from './barrier.ts';
export { future } from './future.ts';
export { latch } from './latch.ts';
export { mutex } from './mutex.ts';
export { once } from './once.ts';
export { queue } from './queue.ts';
export { recursiveMutex } from './recursive-mutex.ts';
export { register } from './register.ts';
export { semaphore } from './semaphore.ts';
export { sharedMutex } from './shared-mutex.ts';
