/** Takes the mutex, and dies with it when it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { attach } from 'crossthread';
import { now } from './clock.mjs';
import { DIED, ENDS } from './scene.mjs';

const { scene, end } = attach(workerData);
scene.mutex.lock();
parentPort?.on('message', () => {
  setTimeout(() => {
    scene.times[DIED] = now();
    ENDS[end]?.(scene.times);
  }, 20); // main is blocked by then, if it is to be
});
parentPort?.postMessage('ready');
