/**
 * Runs the modules named on its command line, one after the other, and tells its parent of each how it
 * went. Starting a process for each would take ten times as long. What a module does to the globals is
 * undone before the next.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** @type {string[]} */
let errors = [];
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => errors.push(String(error?.stack ?? error)));
}

const printed = { stdout: '', stderr: '' };
for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
  process[stream].write = (/** @type {string | Uint8Array} */ text) => {
    printed[stream] += String(text);
    return true;
  };
}

// The copy that modules import. It captures clock and timers before anybody replaces them.
const { resolve } = createRequire(pathToFileURL('main.js'));
await import(pathToFileURL(resolve('crossthread')).href);
const globals = Object.getOwnPropertyDescriptors(globalThis);
const { setImmediate } = globalThis;

for (const file of process.argv.slice(2)) {
  errors = [];
  printed.stdout = printed.stderr = '';
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  Object.defineProperties(globalThis, globals);
  await new Promise((resolve) => setImmediate(resolve)); // until rejections nobody handles are known
  process.send?.({ error: errors.join('\n') || null, ...printed });
}
process.disconnect?.();
