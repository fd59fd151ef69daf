/**
 * Web locks for a runtime that has none: the main thread keeps them, and gives up those of a thread
 * when that ends. Where the runtime has its own, those are used.
 *
 * @typedef {(lock: object | null) => unknown} Granted
 * @typedef {{ mode?: 'exclusive' | 'shared', ifAvailable?: boolean }} Options
 * @typedef {Options & { id: number, name: string }} Request
 * @typedef {{
 *   request(name: string, ...rest: [Granted] | [Options, Granted]): Promise<unknown>,
 * }} Locks
 */
import workerThreads, { isMainThread, parentPort, threadId } from 'node:worker_threads';

const global = /** @type {{ navigator?: { locks?: Locks } }} */ (globalThis);
const own = global.navigator?.locks;

/** @typedef {{ client: number, request: Request, grant: (granted: boolean) => void }} Asked */

/** @type {Asked[]} */
let held = [];
/** @type {Asked[]} */
let queue = [];

/** @param {number} client @param {Request} request @param {(granted: boolean) => void} grant */
function ask(client, request, grant) {
  const isFree = !held.some((other) => excludes(other.request, request));
  if (!isFree && !request.ifAvailable) queue.push({ client, request, grant });
  if (isFree) held.push({ client, request, grant });
  if (isFree || request.ifAvailable) grant(isFree);
}

/** @param {Request} a @param {Request} b */
function excludes(a, b) {
  return a.name === b.name && !(a.mode === 'shared' && b.mode === 'shared');
}

/** @param {(held: Asked) => boolean} isOver */
function release(isOver) {
  held = held.filter((each) => !isOver(each));
  const waiting = queue;
  queue = [];
  for (const { client, request, grant } of waiting) ask(client, request, grant);
}

/** In the main thread: answers what `worker` asks, until it ends. @param {import('node:worker_threads').Worker} worker */
export function serveLocks(worker) {
  if (own) return;
  const client = worker.threadId;
  worker.on('message', (message) => {
    if (message.releases !== undefined) release(isRequest(client, message.releases));
    if (!message.asks) return;
    const { id } = message.asks;
    ask(client, message.asks, (granted) => worker.postMessage({ id, granted }));
  });
  worker.once('exit', () => {
    queue = queue.filter((each) => each.client !== client);
    release((each) => each.client === client);
  });
}

/** @param {number} client @param {number} id @returns {(held: Asked) => boolean} */
function isRequest(client, id) {
  return (each) => each.client === client && each.request.id === id;
}

/** Takes the runtime's own away, before crossthread is loaded. @returns {undefined} */
export function hideLocks() {
  Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  if ('locks' in workerThreads) Object.defineProperty(workerThreads, 'locks', { value: undefined });
}

/** Gives this thread a `navigator.locks`, before crossthread is loaded. @returns {Locks} */
export function installLocks() {
  if (own) return own;
  let asked = 0;
  /** @type {Locks} */
  const locks = {
    async request(name, ...rest) {
      const granted = /** @type {Granted} */ (rest.at(-1));
      const options = rest.length > 1 ? /** @type {Options} */ (rest[0]) : {};
      const request = { ...options, id: ++asked, name };
      await Promise.resolve();
      if (!(await answer(request))) return granted(null);
      try {
        return await granted({ name });
      } finally {
        if (isMainThread) release(isRequest(threadId, request.id));
        else parentPort?.postMessage({ releases: request.id });
      }
    },
  };
  Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
  return locks;
}

/** @type {Map<number, (granted: boolean) => void>} */
const asking = new Map();

/** @param {Request} request @returns {Promise<boolean>} */
function answer(request) {
  return new Promise((resolve) => {
    if (isMainThread) {
      ask(threadId, request, resolve);
      return;
    }
    if (asking.size === 0) parentPort?.on('message', take);
    asking.set(request.id, resolve);
    parentPort?.postMessage({ asks: request });
  });
}

/** @param {{ id?: number, granted?: boolean }} message */
function take({ id = 0, granted = false }) {
  asking.get(id)?.(granted);
  asking.delete(id);
  if (asking.size === 0) parentPort?.off('message', take);
}
