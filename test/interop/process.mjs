/** A process with nothing to do but what adapters have it wait for: `node process.mjs STORY`. */
import { AsyncMutexAdapter, AsyncSemaphoreAdapter } from 'crossthread/async-mutex';

/** @param {Promise<unknown>} waiting */
const endOf = (waiting) =>
  waiting.then(
    () => 'resolved',
    (/** @type {Error} */ error) => error.name,
  );

/** @type {Record<string, () => Promise<unknown>>} */
const STORIES = {
  'a lock in a lock': async () => {
    const mutex = new AsyncMutexAdapter();
    await mutex.acquire();
    const waiting = [mutex.acquire(), mutex.runExclusive(() => {}, 1), mutex.waitForUnlock()];
    return Promise.all(waiting.map(endOf));
  },
  'cancelled, with nobody left to wait': async () => {
    const semaphore = new AsyncSemaphoreAdapter(0);
    const waiting = endOf(semaphore.acquire());
    semaphore.cancel();
    return waiting;
  },
  'less than nothing': async () => new AsyncSemaphoreAdapter(-2).getValue(),
};

console.log(String(await STORIES[process.argv.at(-1) ?? '']?.()));
