/**
 * Preloaded (`--import`) into every thread of a process: the jobs that a pool's worker submits take long on their
 * way to the depot, all other messages are quick.
 */
import { parentPort } from 'node:worker_threads';

const DELAY = 50; // ms: any that is long against a message

if (parentPort) {
  const port = parentPort;
  const post = port.postMessage.bind(port);
  port.postMessage = (message, transfer) => {
    const isJob = /** @type {{ state?: unknown } | undefined} */ (message)?.state !== undefined;
    if (isJob) setTimeout(() => post(message, transfer), DELAY);
    else post(message, transfer);
  };
}
