/**
 * A thread that dies: one that holds and owes all that can be held and owed, or one that only waits.
 *
 * @import { Room } from './room.ts'
 */
import { parentPort, workerData } from 'node:worker_threads';
import { attach, callOnceAsync, OwnerDiedError } from 'crossthread';
import { DOING, PARTS, STANDS } from './part.mjs';

/** @type {Record<string, (room: Room) => void>} */
const ENDS = {
  'terminate(), idle': () => {},
  'terminate(), blocked': ({ words }) => stand(words),
  'process.exit()': () => process.exit(3),
  'an uncaught error': () => {
    setImmediate(() => {
      throw new Error('struck');
    });
  },
  'an unhandled rejection': () => void Promise.reject(new Error('struck')),
  'running out of memory': () => {
    const all = [];
    for (;;) all.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
  },
  'a normal end': () => parentPort?.close(),
};

const never = () => new Promise(() => {});
const ignore = () => {};

/** @type {{ room: Room, role: { kind: 'holder' | 'waiter', isAsync: boolean, at?: string } }} */
const { room, role } = attach(workerData);

if (role.kind === 'holder') await hold();
else if (role.at) blockAt(role.at);
else awaitAll();
parentPort?.postMessage('ready');

parentPort?.on('message', (way) => {
  room.atomic.store(1); // and notifies nobody
  takeGuarded();
  room.condition.notifyAll(); // those it wakes find the mutex held, and then its owner dead
  Atomics.store(room.words, DOING, 1);
  Atomics.notify(room.words, DOING);
  ENDS[way]?.(room);
});

/** Nothing here may keep the thread from ending. */
async function hold() {
  const { orphan, mutex, fifo, recursive, written, read, robust, queued, latch, met, missed } =
    room;
  const keepAlive = false;
  if (role.isAsync) {
    for (const each of [mutex, fifo, recursive, written]) await each.lockAsync();
    await read.lockSharedAsync();
    await robust.acquireAsync(2);
  } else {
    for (const each of [mutex, fifo, recursive, recursive, written]) each.lock();
    read.lockShared();
    read.lockShared();
    robust.acquire(2);
  }
  callOnceAsync(room.once, never).catch(ignore);
  await missed.arriveAndWaitAsync();
  orphan.recoverAsync(never).catch(ignore);
  queued.acquireAsync(queued.value + 1, { keepAlive }).catch(ignore);
  latch.arriveAndWaitAsync(1, { keepAlive }).catch(ignore);
  met.arriveAndWaitAsync({ keepAlive }).catch(ignore);
}

/** Waits for what it can not get, or may have when it dies. @param {string} name */
function blockAt(name) {
  const { queued, read, orphan } = room;
  parentPort?.postMessage('ready');
  if (name === 'queued') queued.acquire(queued.value + 1);
  else if (name === 'read') read.lockShared();
  else if (name === 'orphan') orphan.recover(() => stand(room.words));
  else if (name !== 'met' && name !== 'missed') PARTS[name]?.blocked(room);
  stand(room.words);
}

function awaitAll() {
  const { queued, read, orphan } = room;
  const waits = [
    queued.acquireAsync(queued.value + 1),
    read.lockSharedAsync(),
    orphan.recoverAsync(never),
    ...Object.entries(PARTS)
      .filter(([name]) => !['queued', 'read', 'orphan', 'met', 'missed'].includes(name))
      .map(([, { awaited }]) => Promise.resolve(awaited(room))),
  ];
  for (const wait of waits) wait.catch(ignore);
}

/** Also from one that waits, and dies a moment earlier. */
function takeGuarded() {
  try {
    room.guarded.lock();
  } catch (error) {
    if (!(error instanceof OwnerDiedError)) throw error;
    room.guarded.recover(() => {});
  }
}

function stand(/** @type {Int32Array} */ words) {
  Atomics.store(words, STANDS, 1);
  Atomics.notify(words, STANDS);
  Atomics.wait(words, STANDS, 1, 20_000);
}
