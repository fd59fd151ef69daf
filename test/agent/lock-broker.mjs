/**
 * Web locks for a runtime that has none: the main thread keeps them, and gives up those of a thread
 * when that ends. Where the runtime has its own, those are used.
 *
 * @typedef {(lock: object | null) => unknown} Granted
 * @typedef {{ id: number, name: string, ifAvailable: boolean }} Request
 * @typedef {{
 *   request(name: string, ...rest: [Granted] | [{ ifAvailable: true }, Granted]): Promise<unknown>,
 * }} Locks
 */
import workerThreads, { isMainThread, parentPort, threadId } from 'node:worker_threads';

const global = /** @type {{ navigator?: { locks?: Locks } }} */ (globalThis);
const own = global.navigator?.locks;

/** @type {Map<string, number>} by whom a lock is held */
const holders = new Map();
/** @type {{ client: number, name: string, grant: (granted: boolean) => void }[]} */
const queue = [];

/** @param {number} client @param {Request} request @param {(granted: boolean) => void} grant */
function ask(client, { name, ifAvailable }, grant) {
  const isFree = !holders.has(name);
  if (isFree) holders.set(name, client);
  if (isFree || ifAvailable) grant(isFree);
  else queue.push({ client, name, grant });
}

/** @param {string} name */
function release(name) {
  holders.delete(name);
  const next = queue.findIndex((request) => request.name === name);
  if (next < 0) return;
  const [request] = queue.splice(next, 1);
  if (!request) return;
  holders.set(name, request.client);
  request.grant(true);
}

/** In the main thread: answers what `worker` asks, until it ends. @param {import('node:worker_threads').Worker} worker */
export function serveLocks(worker) {
  if (own) return;
  const client = worker.threadId;
  worker.on('message', (message) => {
    if (message.releases !== undefined) release(message.releases);
    if (!message.asks) return;
    const { id } = message.asks;
    ask(client, message.asks, (granted) => worker.postMessage({ id, granted }));
  });
  worker.once('exit', () => {
    for (const [name, holder] of holders) if (holder === client) release(name);
  });
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
      const request = { id: ++asked, name, ifAvailable: rest.length > 1 };
      await Promise.resolve();
      if (!(await answer(request))) return granted(null);
      try {
        return await granted({ name });
      } finally {
        if (isMainThread) release(name);
        else parentPort?.postMessage({ releases: name });
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
