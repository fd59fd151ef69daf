/**
 * A thread dies with a mutex in its hands, by itself or (`isNested`) with who started it, and only some sources can tell:
 * `node sources.mjs '{ "sources": […], "end": …, "look": …, "limit": … }'` prints what the others saw.
 *
 * @typedef {'events' | 'hook' | 'proc' | 'locks'} Source
 * @typedef {'terminate' | 'exit' | 'throw' | 'reject' | 'return'} End
 * @typedef {{ sources: Source[], end: End, look: 'blocked' | 'awaiting', limit: number, witnesses?: number, isNested?: boolean }} Story
 */
import diagnosticsChannel from 'node:diagnostics_channel';
import fs from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { hideLocks, installLocks, serveLocks } from './lock-broker.mjs';

const LONG = 60_000; // ms

/** @type {Story} */
const story = isMainThread ? JSON.parse(process.argv[2] ?? '') : workerData.story;
const tells = (/** @type {Source} */ source) => story.sources.includes(source);

if (!tells('proc')) hideProc();
if (!tells('events')) diagnosticsChannel.subscribe = () => {};
const locks = tells('locks') ? installLocks() : hideLocks();

const { attach, Mutex, Semaphore } = await import('crossthread');
if (!tells('hook')) process.removeAllListeners('exit');

if (isMainThread) await main();
else if (workerData.role === 'starter') await starter();
else if (workerData.role === 'victim') await victim();
else witness();

async function main() {
  const mutex = new Mutex();
  const held = new Semaphore(0);
  const start = (/** @type {string} */ role) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { role, story, mutex, held },
    });
    worker.on('error', () => {});
    if (locks) serveLocks(worker);
    return worker;
  };
  const witnesses = Array.from({ length: story.witnesses ?? 1 }, () => start('witness'));
  const victim = start(story.isNested ? 'starter' : 'victim');
  await held.acquireAsync(1, { timeout: LONG });
  const witnessed = Promise.all(
    witnesses.map(
      (witness) =>
        new Promise((resolve) =>
          witness.on('message', (message) => typeof message === 'string' && resolve(message)),
        ),
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 100)); // the witnesses look before this thread does
  if (story.end === 'terminate') void victim.terminate();
  else victim.postMessage('end');
  const seen =
    story.look === 'blocked'
      ? nameOf(() => mutex.tryLockFor(story.limit))
      : await mutex.tryLockForAsync(story.limit).catch((error) => error.name);
  console.log(seen ?? 'nothing');
  if (seen) console.log([...new Set(await witnessed)].join());
  process.exit();
}

/** Starts the victim, which ends with it. */
async function starter() {
  const { mutex, held } = attach(workerData);
  new Worker(new URL(import.meta.url), { workerData: { role: 'victim', story, mutex, held } });
  await end();
}

async function victim() {
  const { mutex, held } = attach(workerData);
  await locks?.request('probe', () => {}); // by then it has the lock of its own
  mutex.lock();
  held.release();
  await end();
}

async function end() {
  await new Promise((resolve) =>
    parentPort?.on('message', (message) => message === 'end' && resolve(message)),
  );
  parentPort?.unref(); // nothing more to do
  if (story.end === 'exit') process.exit(3);
  if (story.end === 'throw') throw new Error('uncaught');
  if (story.end === 'reject') await Promise.reject(new Error('unhandled'));
}

/** Blocks for the mutex, too. */
function witness() {
  const { mutex } = attach(workerData);
  const nap = new Int32Array(new SharedArrayBuffer(4));
  while (!mutex.isLocked) Atomics.wait(nap, 0, 0, 1);
  parentPort?.postMessage(nameOf(() => mutex.tryLockFor(LONG)) ?? 'nothing');
}

function hideProc() {
  const { readFileSync, readlinkSync } = fs;
  const hidden = (/** @type {unknown} */ file) => {
    if (!String(file).startsWith('/proc')) return;
    throw Object.assign(new Error('no /proc here'), { code: 'ENOENT' });
  };
  Object.assign(fs, {
    readFileSync: (/** @type {Parameters<typeof readFileSync>} */ ...args) => {
      hidden(args[0]);
      return readFileSync(...args);
    },
    readlinkSync: (/** @type {Parameters<typeof readlinkSync>} */ ...args) => {
      hidden(args[0]);
      return readlinkSync(...args);
    },
  });
}

/** @param {() => unknown} call */
function nameOf(call) {
  try {
    return call() && 'locked';
  } catch (error) {
    return /** @type {Error} */ (error).name;
  }
}
