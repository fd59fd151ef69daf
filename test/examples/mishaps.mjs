// Preloaded (`NODE_OPTIONS=--import`) into every thread of the example: lets the thread that uploads
// suffer the $MISHAP.
import { subscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const UPLOAD_BEGINS = 'http.client.request.start';

const struck = () => {
  throw new Error('struck by lightning');
};

/** @type {Record<string, () => void>} */
const mishaps = {
  'an uncaught error': () => subscribe(UPLOAD_BEGINS, struck),

  'process.exit': () => subscribe(UPLOAD_BEGINS, () => process.exit(7)),

  // Ends the thread without its 'exit' event, as `terminate()` and running out of memory do.
  'a sudden end': () => subscribe(UPLOAD_BEGINS, () => /** @type {any} */ (process).reallyExit(1)),

  'a response handler that throws': () => {
    fs.writeSync = struck;
    syncBuiltinESMExports();
  },

  'another file': () => {
    const { readFile } = fs.promises;
    const readAnother = (/** @type {string} */ path, /** @type {any[]} */ ...options) =>
      readFile(path === 'package.json' ? 'LICENSE' : path, ...options);
    Object.assign(fs.promises, { readFile: readAnother });
    syncBuiltinESMExports();
  },

  'a standstill': () =>
    subscribe(UPLOAD_BEGINS, () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300_000);
    }),
};

if (process.argv.at(-1)?.endsWith('/executor-thread.ts')) mishaps[process.env.MISHAP ?? '']?.();
