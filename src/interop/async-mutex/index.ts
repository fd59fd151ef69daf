/**
 * `crossthread/async-mutex`: mutexes and semaphores of all threads, with the interfaces of the npm package
 * `async-mutex`, an optional peer. Its decorators work on them as they are.
 *
 * @module crossthread/async-mutex
 */
export { AsyncMutexAdapter, type PlainMutex } from './mutex.ts';
export { AsyncSemaphoreAdapter } from './semaphore.ts';
