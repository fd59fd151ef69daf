/**
 * What other packages, the runtime itself and an idiom offer, as loads use it. `unlock` takes what `lockAsync`
 * resolved with. Where a lock is held during a callback alone there is no `lock` and no `lockAsync`.
 *
 * @import { MessagePort } from 'node:worker_threads'
 * @import { Called, Lockable, Subject } from './subject.mjs'
 *
 * @typedef {object} Place
 * @property {SharedArrayBuffer} buffer
 * @property {any} [shared] what `share` made, in this thread
 * @property {MessagePort} [end]
 *
 * @typedef {object} Peer
 * @property {() => unknown} [share] makes, or promises, what the threads of a crew share, beside the buffer
 * @property {(place: Place) => Promise<Offer>} open
 *
 * @typedef {Partial<Omit<Subject, 'mutex'>> & { mutex: Partial<Lockable & Called> }} Offer
 */
import { availableParallelism } from 'node:os';
import { openLock } from './lock-server.mjs';

/** Of a proposal, by `--harmony-struct`: the types lack them. */
const { Mutex: NativeMutex, Condition: NativeCondition } = /** @type {any} */ (Atomics);

const CAPACITY = 1024; // messages, as that of our channels
const ROOM = 2 ** 20; // bytes for them: what is collected late has to fit as well

/** @type {Record<string, Peer>} */
export const PEERS = {
  multithreading: {
    async share() {
      const { channel, serialize } = await importMultithreading();
      const ends = channel(CAPACITY, { size: ROOM }).map(
        (/** @type {unknown} */ end) => serialize(end)[0],
      );
      return { mutex: words(0), condition: words(0), permits: [words(1), words(0)], ends };
    },

    async open({ shared }) {
      const { Condvar, deserialize, INTERNAL_SEMAPHORE_CONTROLLER, Mutex, Semaphore } =
        await importMultithreading();
      const [sender, receiver] = shared.ends.map(deserialize);
      const mutex = new Mutex(undefined, shared.mutex);
      const condition = new Condvar(shared.condition);
      /** A permit goes back with its guard, in the thread that has it; what is passed on needs this. */
      const semaphore = (/** @type {SharedArrayBuffer} */ permits) => {
        const permit = new Semaphore(0, permits);
        const controller = /** @type {any} */ (permit)[INTERNAL_SEMAPHORE_CONTROLLER];
        return { acquire: () => permit.blockingAcquire(), release: () => controller.release(1) };
      };
      /** @type {ReturnType<typeof mutex.blockingLock>} */
      let blocked;
      return {
        mutex: {
          lock: () => (blocked = mutex.blockingLock()),
          lockAsync: () => mutex.lock(),
          unlock: (guard = blocked) => guard.dispose(),
        },
        condition: {
          wait: (guard) => condition.blockingWait(guard),
          notifyOne: () => condition.notifyOne(),
          notifyAll: () => condition.notifyAll(),
        },
        semaphores: [semaphore(shared.permits[0]), semaphore(shared.permits[1])],
        channels: {
          values: {
            send: (payload) => sender.blockingSend(payload),
            receive: () => receiver.blockingRecv(),
            sendAsync: (payload) => sender.send(payload),
            receiveAsync: () => receiver.recv(),
          },
        },
      };
    },
  },

  /** Of one thread. */
  'async-mutex': {
    async open() {
      const { Mutex } = await import('async-mutex');
      const mutex = new Mutex();
      return {
        mutex: { lockAsync: () => mutex.acquire(), unlock: (release) => release() },
      };
    },
  },

  /** A lock that the main thread keeps, asked for and given back by messages. */
  messages: {
    open: async ({ end }) => ({ mutex: openLock(/** @type {MessagePort} */ (end)) }),
  },

  'navigator.locks': {
    async open() {
      const { locks } = /** @type {any} */ (globalThis).navigator;
      return { mutex: { withLockAsync: (body) => locks.request('bench', body) } };
    },
  },

  'Atomics.Mutex': {
    share: () => ({ mutex: new NativeMutex(), condition: new NativeCondition() }),

    open: async ({ shared: { mutex, condition } }) => ({
      mutex: {
        withLock: (body) => NativeMutex.lock(mutex, body),
        withLockAsync: (body) => NativeMutex.lockAsync(mutex, body),
      },
      condition: {
        wait: () => NativeCondition.wait(condition, mutex),
        notifyOne: () => NativeCondition.notify(condition, 1),
        notifyAll: () => NativeCondition.notify(condition),
      },
    }),
  },
};

/** The package, with what it takes its handles to threads by, which is internal. */
async function importMultithreading() {
  if (!('navigator' in globalThis)) {
    // Node 20 has none, and it is looked at when the package is imported
    Object.assign(globalThis, { navigator: { hardwareConcurrency: availableParallelism() } });
  }
  const offered = await import('multithreading');
  const shared = new URL('../lib/shared.js', import.meta.resolve('multithreading'));
  return { ...offered, ...(await import(shared.href)) };
}

const words = (/** @type {number} */ first) => {
  const buffer = new SharedArrayBuffer(8);
  new Int32Array(buffer)[0] = first;
  return buffer;
};
