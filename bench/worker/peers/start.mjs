/** The task again, by a bare worker, which says when it is done. */
import { workerData as words } from 'node:worker_threads';
import task from './task.mjs';

Atomics.store(words, 0, task(0));
Atomics.notify(words, 0);
