/**
 * What a thread does in a room where somebody dies: the part of the dying one, and those of the
 * survivors, blocked and awaiting. The thread of the test plays them too.
 *
 * @import { ArrivalToken } from 'crossthread'
 * @import { Room } from './room.ts'
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { callOnce, callOnceAsync } from 'crossthread';

const LONG = 20_000; // ms: no wait is without end, where there is a form with one
const RUNS = 0;
export const DOING = 1; // the dying one has done all that it does
export const STANDS = 2;

/**
 * What every survivor does, blocked or awaiting.
 *
 * @type {Record<string, { blocked(room: Room): unknown, awaited(room: Room): unknown }>}
 */
export const PARTS = {
  mutex: locking('mutex'),
  fifo: locking('fifo'),
  recursive: locking('recursive'),
  written: locking('written'),
  read: locking('read'),
  shared: {
    blocked: ({ written }) => ended(written.tryLockSharedFor(LONG)),
    awaited: async ({ written }) => ended(await written.lockSharedAsync({ timeout: LONG })),
  },
  condition: {
    blocked({ guarded, condition }) {
      const lock = ended(guarded.tryLockFor(LONG), false);
      return condition.waitFor(lock, LONG);
    },
    async awaited({ guarded, condition }) {
      const lock = await guarded.lockAsync({ timeout: LONG });
      return condition.waitForAsync(lock, LONG);
    },
  },
  orphan: {
    blocked: ({ orphan }) => orphan.recover(() => {}).unlock(),
    awaited: async ({ orphan }) => (await orphan.recoverAsync(() => {}, limit)).unlock(),
  },
  robust: {
    blocked: ({ robust }) => ended(robust.tryAcquireFor(LONG, 3)),
    awaited: async ({ robust }) => (await robust.acquireAsync(3, limit)).release(),
  },
  queued: {
    blocked: ({ queued }) => ended(queued.tryAcquireFor(LONG), false),
    awaited: ({ queued }) => queued.acquireAsync(1, limit),
  },
  latch: {
    blocked: ({ latch }) => ended(latch.waitFor(LONG) || null, false),
    awaited: ({ latch }) => latch.waitAsync(limit),
  },
  met: {
    blocked: ({ met }) => met.wait(tokenOf(met)),
    awaited: ({ met }) => met.waitAsync(tokenOf(met), limit),
  },
  missed: {
    blocked: ({ missed }) => missed.wait(tokenOf(missed)),
    awaited: ({ missed }) => missed.waitAsync(tokenOf(missed), limit),
  },
  once: {
    blocked: ({ once: flag, words }) => callOnce(flag, () => void Atomics.add(words, RUNS, 1)),
    awaited: ({ once: flag, words }) => callOnceAsync(flag, () => Atomics.add(words, RUNS, 1)),
  },
  atomic: {
    blocked: ({ atomic }) => ended(atomic.waitFor(0, LONG) || null, false),
    awaited: ({ atomic }) => atomic.waitAsync(0, limit),
  },
};

const limit = { timeout: LONG };

/** @param {'mutex' | 'fifo' | 'recursive' | 'written' | 'read'} name */
function locking(name) {
  return {
    blocked: (/** @type {Room} */ { [name]: mutex }) => ended(mutex.tryLockFor(LONG)),
    awaited: async (/** @type {Room} */ { [name]: mutex }) =>
      (await mutex.lockAsync({ timeout: LONG })).unlock(),
  };
}

/**
 * What was taken, given back unless it is to be kept.
 *
 * @template {object | true} T
 * @param {T | null} taken
 */
function ended(taken, isGivenBack = true) {
  if (taken === null) throw Object.assign(new Error(), { code: 'timed_out' });
  if (isGivenBack) /** @type {Disposable} */ (taken)[Symbol.dispose]();
  return taken;
}

/** @type {WeakMap<object, ArrivalToken>} */
const tokens = new WeakMap();
const tokenOf = (/** @type {object} */ barrier) =>
  /** @type {ArrivalToken} */ (tokens.get(barrier));

/** The first phase of the barrier that the dying one will be missed at. @param {Room} room */
export async function meet({ missed }) {
  await missed.arriveAndWaitAsync(limit);
}

/** Arrives wherever others wait for it. @param {Room} room */
export function arrive({ latch, met, missed }) {
  latch.countDown();
  for (const barrier of [met, missed]) tokens.set(barrier, barrier.arrive());
}

/** Blocks at one object after the other, from number `first` on. Returns what came of it. @param {Room} room */
export function outlive(room, first = 0) {
  const names = Object.keys(PARTS);
  const ordered = [...names.slice(first), ...names.slice(0, first)];
  const found = ordered.map((name) => [name, outcomeOf(() => PARTS[name]?.blocked(room))]);
  return Object.fromEntries(found);
}

/** Waits at all of them at once. @param {Room} room */
export async function outliveAsync(room) {
  const found = Object.entries(PARTS).map(async ([name, { awaited }]) => [
    name,
    await Promise.resolve(awaited(room)).then(() => 'ok', codeOf),
  ]);
  return Object.fromEntries(await Promise.all(found));
}

/** @param {() => unknown} fn */
function outcomeOf(fn) {
  try {
    fn();
    return 'ok';
  } catch (error) {
    return codeOf(error);
  }
}

const codeOf = (/** @type {any} */ error) => error.code ?? String(error);

/** @type {Worker[]} */
const victims = [];

/**
 * Starts one that dies in time, as a child of this thread, and resolves when it has in hand what it dies
 * with.
 *
 * @param {Room} room
 * @param {{ module: string } & Record<string, unknown>} role of victim.mjs, and where that lies
 * @param {import('node:worker_threads').ResourceLimits} resourceLimits
 */
export async function bear(room, role, resourceLimits = {}) {
  const victim = new Worker(new URL(role.module), {
    workerData: { room, role },
    resourceLimits,
  });
  victims.push(victim);
  const ready = once(victim, 'message');
  victim.once('message', () => victim.on('error', () => {})); // as it dies, that is expected
  await ready;
  return victim.threadId + 1;
}

/** Has all of them die, now, and does not wait for it. @param {Room} room @param {string} way */
export function sentence({ words }, way) {
  for (const [i, victim] of victims.splice(0).entries()) {
    if (i > 0) {
      void victim.terminate(); // one who only waits
      continue;
    }
    victim.postMessage(way);
    if (!way.startsWith('terminate')) continue;
    Atomics.wait(words, DOING, 0, LONG);
    if (way.endsWith('blocked')) Atomics.wait(words, STANDS, 0, LONG);
    void victim.terminate();
  }
}
