/**
 * What the threads of a round do: programs at random over all objects of the room, the same for the same
 * seed, for real threads and for those of the explorer.
 *
 * @import { Library, LockName, Room } from './room.mjs'
 * @typedef {{ name: keyof typeof OPERATIONS, isAsync: boolean, n: number }} Step
 */
import { Random } from '../../dist/testing/random.js';
import {
  ARRIVED,
  CONSUMED,
  DONE,
  ENTERED,
  FIELDS,
  INSIDE,
  LEFT,
  LOCKS,
  MAIN,
  PERMITS,
  PRODUCED,
  RUNS,
  THREADS,
  TOKENS,
  VIOLATIONS,
} from './room.mjs';

const STEPS = 24;
const PHASES = 2;
/** The number of the last step of each thread. */
export const LAST = STEPS + PHASES + 3;
const BRIEFLY = 2; // ms

/**
 * One that takes part. `isPatient`: whoever it waits for without an end will come, for somebody sees to it.
 *
 * @typedef {{
 *   library: Library,
 *   room: Room,
 *   thread: number,
 *   isPatient: boolean,
 *   atRisk(): void,
 *   hasArrived?: boolean,
 *   isBarrierBroken?: boolean,
 * }} Participant
 */

/** @param {Participant} me @param {LockName} name */
function inside({ room: { words }, thread, atRisk }, name) {
  const lock = LOCKS.indexOf(name);
  const at = lock * FIELDS;
  const entered = Atomics.load(words, at + ENTERED);
  if (Atomics.load(words, at + INSIDE) !== 0 || entered !== Atomics.load(words, at + LEFT)) {
    Atomics.add(words, VIOLATIONS, 1);
  }
  Atomics.store(words, at + INSIDE, thread + 1);
  Atomics.store(words, at + ENTERED, entered + 1);
  atRisk();
  Atomics.store(words, at + LEFT, entered + 1);
  Atomics.store(words, at + INSIDE, 0);
  Atomics.add(words, DONE + thread * LOCKS.length + lock, 1);
}

/** Readers find nobody inside. @param {Participant} me */
function look({ room: { words }, atRisk }) {
  const at = LOCKS.indexOf('shared') * FIELDS;
  if (Atomics.load(words, at + INSIDE) !== 0) Atomics.add(words, VIOLATIONS, 1);
  atRisk();
}

/** Makes good what a dead owner has left, unless somebody was faster. @param {Participant} me */
async function repair({ room }, /** @type {LockName} */ name, /** @type {boolean} */ isAsync) {
  const at = LOCKS.indexOf(name) * FIELDS;
  const fix = () => {
    Atomics.store(room.words, at + LEFT, Atomics.load(room.words, at + ENTERED));
    Atomics.store(room.words, at + INSIDE, 0);
  };
  const mutex = room[name];
  try {
    const guard = isAsync ? await mutex.recoverAsync(fix) : mutex.recover(fix);
    guard.unlock();
  } catch (error) {
    if (codeOf(error) !== 'operation_not_permitted') throw error;
  }
}

/** Does `fn`, and repairs these locks if one was left by a dead owner. */
async function repairing(
  /** @type {Participant} */ me,
  /** @type {readonly LockName[]} */ names,
  /** @type {boolean} */ isAsync,
  /** @type {() => unknown} */ fn,
) {
  try {
    await fn();
  } catch (error) {
    if (codeOf(error) !== 'owner_dead') throw error;
    for (const name of names) await repair(me, name, isAsync);
  }
}

const codeOf = (/** @type {unknown} */ error) => /** @type {{ code?: string }} */ (error).code;

/** Takes a lock in one form of several. */
async function take(
  /** @type {Participant} */ { room },
  /** @type {LockName} */ name,
  /** @type {Step} */ { isAsync, n },
) {
  const mutex = room[name];
  if (!isAsync) return n % 3 === 0 ? mutex.tryLockFor(BRIEFLY) : mutex.lock();
  if (n % 3 === 0) return mutex.tryLockForAsync(BRIEFLY);
  if (n % 3 === 1) return mutex.lockAsync();
  return mutex.lockAsync({ timeout: BRIEFLY }).catch(unlessLate);
}

function unlessLate(/** @type {unknown} */ error) {
  if (codeOf(error) !== 'timed_out') throw error;
  return null;
}

/** @type {(name: LockName) => (me: Participant, step: Step) => Promise<void>} */
const locking = (name) => (me, step) =>
  repairing(me, [name], step.isAsync, async () => {
    const guard = await take(me, name, step);
    if (!guard) return;
    inside(me, name);
    guard.unlock();
  });

/** All that a thread can do. */
const OPERATIONS = {
  mutex: locking('mutex'),
  fifo: locking('fifo'),
  shared: locking('shared'),

  recursive: (/** @type {Participant} */ me, /** @type {Step} */ step) =>
    repairing(me, ['recursive'], step.isAsync, async () => {
      const guard = await take(me, 'recursive', step);
      if (!guard) return;
      me.room.recursive.lock();
      inside(me, 'recursive');
      me.room.recursive.unlock();
      guard.unlock();
    }),

  read: (/** @type {Participant} */ me, /** @type {Step} */ { isAsync, n }) =>
    repairing(me, ['shared'], isAsync, async () => {
      const { shared } = me.room;
      const guard = isAsync
        ? await shared.lockSharedAsync()
        : n % 2
          ? shared.lockShared()
          : shared.tryLockSharedFor(BRIEFLY);
      if (!guard) return;
      look(me);
      guard.unlock();
    }),

  downgrade: (/** @type {Participant} */ me, /** @type {Step} */ { isAsync }) =>
    repairing(me, ['shared'], isAsync, async () => {
      const { shared } = me.room;
      await (isAsync ? shared.lockAsync() : shared.lock());
      inside(me, 'shared');
      shared.downgrade();
      look(me);
      shared.unlockShared();
    }),

  both: (/** @type {Participant} */ me, /** @type {Step} */ { isAsync, n }) =>
    repairing(me, ['mutex', 'fifo'], isAsync, async () => {
      const { ScopedLock } = me.library;
      const { mutex, fifo } = me.room;
      const pair = n % 2 ? [mutex, fifo] : [fifo, mutex];
      const scope = isAsync ? await ScopedLock.lockAsync(pair) : new ScopedLock(...pair);
      inside(me, 'fifo');
      inside(me, 'mutex');
      scope[Symbol.dispose]();
    }),

  /** A task waits while its thread blocks elsewhere. */
  mixed: (/** @type {Participant} */ me, /** @type {Step} */ { n }) =>
    repairing(me, ['mutex', 'fifo'], n % 2 === 0, async () => {
      const pending = me.room.mutex.lockAsync();
      pending.catch(() => {});
      try {
        me.room.fifo.lock();
        inside(me, 'fifo');
        me.room.fifo.unlock();
      } finally {
        const guard = await pending;
        inside(me, 'mutex');
        guard.unlock();
      }
    }),

  produce: (/** @type {Participant} */ me, /** @type {Step} */ { isAsync, n }) =>
    repairing(me, ['mutex'], isAsync, async () => {
      const { mutex, condition, words } = me.room;
      const guard = isAsync ? await mutex.lockAsync() : mutex.lock();
      inside(me, 'mutex');
      Atomics.add(words, TOKENS, 1);
      Atomics.add(words, PRODUCED, 1);
      if (n % 2) condition.notifyOne();
      else condition.notifyAll();
      guard.unlock();
    }),

  consume: (/** @type {Participant} */ me, /** @type {Step} */ { isAsync }) =>
    repairing(me, ['mutex'], isAsync, async () => {
      const { mutex, condition, words } = me.room;
      const guard = isAsync ? await mutex.lockAsync() : mutex.lock();
      const isThere = () => Atomics.load(words, TOKENS) > 0;
      if (!me.isPatient) {
        if (!condition.waitFor(guard, BRIEFLY, isThere)) return guard.unlock();
      } else if (isAsync) await condition.waitAsync(guard, isThere);
      else condition.wait(guard, isThere);
      Atomics.sub(words, TOKENS, 1);
      Atomics.add(words, CONSUMED, 1);
      inside(me, 'mutex');
      guard.unlock();
    }),

  robust: async (/** @type {Participant} */ me, /** @type {Step} */ { isAsync, n }) => {
    const { robust } = me.room;
    const count = 1 + (n % PERMITS);
    const permit = isAsync ? await robust.acquireAsync(count) : robust.acquire(count);
    me.atRisk();
    permit.release();
  },

  lossy: async (/** @type {Participant} */ me, /** @type {Step} */ { isAsync }) => {
    const { lossy } = me.room;
    const permit = isAsync ? await lossy.tryAcquireForAsync(BRIEFLY) : lossy.tryAcquireFor(BRIEFLY);
    me.atRisk();
    permit?.release();
  },

  bump: async (/** @type {Participant} */ { room: { atomic } }) => {
    atomic.fetchAdd(1);
    atomic.notifyAll();
  },

  change: async (/** @type {Participant} */ me, /** @type {Step} */ { isAsync }) => {
    const { atomic } = me.room;
    const value = atomic.load();
    if (!me.isPatient) atomic.waitFor(value, BRIEFLY);
    else if (isAsync) await atomic.waitAsync(value);
    else atomic.wait(value);
  },

  once: async (/** @type {Participant} */ me, /** @type {Step} */ { isAsync, n }) => {
    const { callOnce, callOnceAsync } = me.library;
    const run = () => {
      me.atRisk();
      if (n % 4) throw new RangeError('not this time');
      Atomics.add(me.room.words, RUNS, 1);
    };
    try {
      if (isAsync) await callOnceAsync(me.room.once, run);
      else callOnce(me.room.once, run);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  },

  arrive: async (/** @type {Participant} */ { room: { latch, words } }) => {
    latch.countDown();
    Atomics.add(words, ARRIVED, 1);
  },

  open: async (/** @type {Participant} */ me, /** @type {Step} */ { isAsync }) => {
    const { latch } = me.room;
    if (!me.isPatient) latch.waitFor(BRIEFLY);
    else if (isAsync) await latch.waitAsync();
    else latch.wait();
  },

  meet: async (/** @type {Participant} */ me, /** @type {Step} */ { isAsync }) => {
    const { barrier } = me.room;
    await unlessBroken(me, () =>
      isAsync ? barrier.arriveAndWaitAsync() : barrier.arriveAndWait(),
    );
  },

  drop: async (/** @type {Participant} */ me) => {
    await unlessBroken(me, () => me.room.barrier.arriveAndDrop());
  },
};

/** @param {Participant} me @param {() => unknown} fn */
async function unlessBroken(me, fn) {
  if (me.isBarrierBroken) return;
  try {
    await fn();
  } catch (error) {
    if (codeOf(error) !== 'broken_barrier') throw error;
    me.isBarrierBroken = true;
  }
}

/** @type {readonly Step['name'][]} */
const ANY_TIME = /** @type {Step['name'][]} */ (Object.keys(OPERATIONS)).filter(
  (name) => !['arrive', 'open', 'meet', 'drop'].includes(name),
);
/** @type {readonly Step['name'][]} */
const WITHOUT_OTHERS = ANY_TIME.filter((name) => name !== 'consume' && name !== 'change');

/** What a thread of a round does. All arrive as often as the others: before anybody dies, in between, and never again. */
export function programOf(/** @type {number} */ seed, /** @type {number} */ thread, steps = STEPS) {
  const numbers = new Random(seed * (THREADS + 1) + thread);
  const random = (/** @type {number} */ n) => numbers.below(n);
  const step = (/** @type {Step['name']} */ name) => ({
    name,
    isAsync: random(2) === 0,
    n: random(12),
  });
  const names = thread === MAIN ? WITHOUT_OTHERS : ANY_TIME;
  const program = Array.from({ length: steps }, () => step(names[random(names.length)] ?? 'mutex'));
  if (thread === MAIN) return program;
  for (const name of /** @type {const} */ (['arrive', ...Array(PHASES).fill('meet')])) {
    program.splice(random(program.length), 0, step(name));
  }
  return [step('meet'), ...program, step('drop'), step('open')];
}

/** @param {Participant} me @param {Step} step */
export async function perform(me, step) {
  await OPERATIONS[step.name](me, step);
}
