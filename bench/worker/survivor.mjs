/** Blocks for the mutex of one scene after another, and says when it returned. */
import { parentPort } from 'node:worker_threads';
import { attach } from 'crossthread';
import { now } from './clock.mjs';
import { GO, TOLD } from './scene.mjs';

parentPort?.on('message', (message) => {
  const { mutex, words, times } = attach(message);
  Atomics.store(words, GO, 1);
  Atomics.notify(words, GO);
  try {
    mutex.lock();
  } catch {
    times[TOLD] = now();
  }
});
parentPort?.postMessage('ready');
