/**
 * The mutexes of other packages, as loads use them: `unlock` takes what `lockAsync` resolved with.
 *
 * @import { Lockable } from './subject.mjs'
 */
import { availableParallelism } from 'node:os';

/** @type {Record<string, (buffer: SharedArrayBuffer) => Promise<Lockable>>} */
export const PEERS = {
  /** Its lock is the first word of `buffer`. */
  async multithreading(buffer) {
    if (!('navigator' in globalThis)) {
      // Node 20 has none, and it is looked at when the package is imported
      Object.assign(globalThis, { navigator: { hardwareConcurrency: availableParallelism() } });
    }
    const { Mutex } = await import('multithreading');
    const mutex = new Mutex(undefined, buffer);
    /** @type {ReturnType<typeof mutex.blockingLock>} */
    let blocked;
    return {
      lock: () => (blocked = mutex.blockingLock()),
      lockAsync: () => mutex.lock(),
      unlock: (guard = blocked) => guard.dispose(),
    };
  },

  /** Of one thread: `buffer` is not for it. */
  async 'async-mutex'() {
    const { Mutex } = await import('async-mutex');
    const mutex = new Mutex();
    return {
      lock: () => {
        throw new Error('async-mutex cannot block');
      },
      lockAsync: () => mutex.acquire(),
      unlock: (release) => release(),
    };
  },
};
