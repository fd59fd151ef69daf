/** Where a thread dies with a mutex that others wait for. @import { Mutex } from 'crossthread' */
import { parentPort } from 'node:worker_threads';
import { now } from './clock.mjs';

export const GO = 0; // 1: the survivor is about to wait, 2: the victim is to die
/** ns */
export const DIED = 0;
export const TOLD = 1;

/** @typedef {ReturnType<typeof newScene>} Scene @param {Mutex} mutex */
export const newScene = (mutex) => ({
  mutex,
  words: new Int32Array(new SharedArrayBuffer(4)),
  times: new Float64Array(new SharedArrayBuffer(16)),
});

/** The ways to die; of `terminate()` by another's hand. @type {Record<string, (times: Float64Array) => void>} */
export const ENDS = {
  'terminate()': () => {},
  'process.exit()': () => process.exit(),
  'uncaught error': () => {
    throw new Error('struck');
  },
  'unhandled rejection': () => void Promise.reject(new Error('struck')),
  'out of memory': (times) => {
    const all = [];
    for (;;) {
      all.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
      times[DIED] = now(); // the last time that it did anything
    }
  },
  'normal end': () => parentPort?.close(),
};
