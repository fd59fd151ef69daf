/** Answers each message: with a word, if there is one, or with another message. Buffers are sent to stay. */
import { parentPort, workerData } from 'node:worker_threads';

/** @type {Int32Array} */
const words = workerData;

parentPort?.on('message', (message) => {
  if (typeof message !== 'number') {
    parentPort?.postMessage(message.byteLength);
  } else if (words) {
    Atomics.store(words, 1, message + 1);
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
  } else {
    parentPort?.postMessage(message + 1);
  }
});
