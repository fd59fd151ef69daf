/** Answers each message with another. Buffers are sent to stay. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', (message) => {
  parentPort?.postMessage(typeof message === 'number' ? message + 1 : message.byteLength);
});
