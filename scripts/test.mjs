/**
 * Runs the tests under an outer limit: a test that blocks its thread in `Atomics.wait` is beyond the
 * reach of vitest's own timeouts, which are timers of that thread. Ends with `N passed, N failed` on
 * a line of its own.
 *
 *   node scripts/test.mjs [--depth=deep|nightly] [arguments of vitest]
 */
import { spawn } from 'node:child_process';

/** @type {Record<string, number>} minutes, with room for a busy machine: far more than a run takes; what a depth means to a test, the test reads in CROSSTHREAD_DEPTH */
const LIMITS = { quick: 30, deep: 60, nightly: Infinity };
const HANG = 'hang:30000'; // before a test gives up (LONG in test/support/time.ts), so that it says what hung
const DEPTH = /^--depth=/;

const args = process.argv.slice(2);
const depth = args.find((arg) => DEPTH.test(arg))?.replace(DEPTH, '') ?? 'quick';
const limit = LIMITS[depth];
if (limit === undefined) {
  throw new RangeError(`--depth=${depth}: there are ${Object.keys(LIMITS).join(', ')}`);
}

let tally = { passed: 0, failed: 0, running: /** @type {string[]} */ ([]) };
const vitest = spawn(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=./scripts/tally-reporter.mjs',
    ...args.filter((arg) => !DEPTH.test(arg)),
  ],
  {
    env: { CROSSTHREAD_TRACE: HANG, ...process.env, CROSSTHREAD_DEPTH: depth },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true, // a process group of its own: its blocked children die with it
  },
);
vitest.on('message', (message) => {
  tally = /** @type {typeof tally} */ (message);
});

let stopped = '';
if (limit < Infinity) {
  const expire = () => stop(`the limit of ${limit} minutes for ${depth} tests has passed`);
  setTimeout(expire, limit * 60_000).unref();
}
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => stop(`stopped by ${signal}`));
}

vitest.once('close', (code) => {
  if (stopped) console.error(`\n${stopped}; not finished:\n  ${tally.running.join('\n  ')}`);
  // A run that broke off, or could not load a file, never ends with `0 failed`.
  const failed = code === 0 ? tally.failed : Math.max(tally.failed, 1);
  console.log(`${tally.passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
});

function stop(/** @type {string} */ why) {
  if (vitest.pid === undefined || vitest.exitCode !== null) return;
  stopped = why;
  process.kill(process.platform === 'win32' ? vitest.pid : -vitest.pid, 'SIGKILL');
}
