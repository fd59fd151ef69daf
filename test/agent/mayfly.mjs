// Lives long enough to use what all share.
import { workerData } from 'node:worker_threads';
import { attach, inspect, Semaphore } from 'crossthread';

/** @type {import('crossthread').Mutex} */
const mutex = attach(workerData);
mutex.withLock(() => Semaphore.global('counter', 0).release());
if (inspect().agents.length !== 2) throw new Error('it is not one of two');
