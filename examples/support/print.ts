import { writeSync } from 'node:fs';
import { sleepFor } from './sleep.ts';

const STDOUT = 1;
const RETRY = 5; // ms: how soon a full pipe is tried again

/**
 * Prints a line from any thread, at once. The `console.log` of a worker travels through the main
 * thread's event loop, so that nothing would appear while main is blocked.
 */
export function print(line = ''): void {
  let rest: Uint8Array = Buffer.from(`${line}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(STDOUT, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return; // the reader has left (`| head`): no reason to fail the upload
      if (code !== 'EAGAIN') throw error;
      sleepFor(RETRY);
    }
  }
}
