/** The task of synckit. */
import { runAsWorker } from 'synckit';
import task from './task.mjs';

runAsWorker(async (/** @type {number} */ n) => task(n));
