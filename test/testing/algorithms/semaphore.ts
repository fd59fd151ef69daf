/**
 * Counting semaphores whose waiters may give up, after a time or when a signal is aborted. Whoever does
 * must not take along what was meant for another.
 */
import { anyTimeSignal, type Model } from 'crossthread/testing';
import { words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';

/**
 * `permits` counts those that are left or, below zero, who waits; `grants` are those handed to waiters.
 * A waiter that gives up takes itself off the count, unless a grant is already on its way to it.
 */
interface Granting {
  readonly permits: Int32Array;
  readonly grants: Int32Array;
}

type Acquire = (semaphore: Granting, ms?: number) => boolean;

function takeGrant({ grants }: Granting): boolean {
  for (;;) {
    const left = Atomics.load(grants, 0);
    if (left === 0) return false;
    if (Atomics.compareExchange(grants, 0, left, left - 1) === left) return true;
  }
}

/** Whether a grant came in time. */
function awaitGrant(semaphore: Granting, ms: number): boolean {
  while (!takeGrant(semaphore)) {
    if (Atomics.wait(semaphore.grants, 0, 0, ms) === 'timed-out') return false;
  }
  return true;
}

/** Whether the waiter is off the count; otherwise somebody has already granted it a permit. */
function withdraw({ permits }: Granting): boolean {
  for (;;) {
    const left = Atomics.load(permits, 0);
    if (left >= 0) return false;
    if (Atomics.compareExchange(permits, 0, left, left + 1) === left) return true;
  }
}

const acquire: Acquire = (semaphore, ms = Infinity) => {
  if (Atomics.sub(semaphore.permits, 0, 1) > 0 || awaitGrant(semaphore, ms)) return true;
  return !withdraw(semaphore) && awaitGrant(semaphore, Infinity);
};

const acquireDroppingGrant: Acquire = (semaphore, ms = Infinity) => {
  if (Atomics.sub(semaphore.permits, 0, 1) > 0 || awaitGrant(semaphore, ms)) return true;
  Atomics.add(semaphore.permits, 0, 1); // ✗ a grant may be on its way
  return false;
};

function release({ permits, grants }: Granting): void {
  if (Atomics.add(permits, 0, 1) >= 0) return;
  Atomics.add(grants, 0, 1);
  Atomics.notify(grants, 0, 1);
}

/** One permit, two threads, one of which does not wait for long. */
const timed = (acquiring: Acquire): Model<Granting> => ({
  setup: () => {
    const permits = words(1)();
    permits[0] = 1;
    return { permits, grants: words(1)() };
  },
  threads: [
    (semaphore) => {
      acquiring(semaphore);
      release(semaphore);
    },
    (semaphore) => {
      if (acquiring(semaphore, 5)) release(semaphore);
    },
  ],
  check({ permits, grants }) {
    if (permits[0] !== 1 || grants[0] !== 0) {
      throw new Error(`1 permit has become ${permits[0]}, with ${grants[0]} granted`);
    }
  },
});

export const timedSemaphore: Algorithm = {
  model: timed(acquire),
  bounds: { timeouts: 1 },
  errors: {
    'a timeout drops the grant': {
      model: timed(acquireDroppingGrant),
      verdict: 'assertion',
      preemptions: 1,
      moves: { timeouts: 1 },
      shows: ['wait grants[0]', 'sleep times out undefined', 'add permits[0]', 'add grants[0]'],
      reason: /1 permit has become 2|1 granted/,
    },
  },
};

/** `items` are there to be taken; `closed` is a word to wait on beside them. */
interface Closable {
  readonly items: Int32Array;
  readonly closed: Int32Array;
}

function tryTake({ items }: Closable): boolean {
  for (;;) {
    const left = Atomics.load(items, 0);
    if (left === 0) return false;
    if (Atomics.compareExchange(items, 0, left, left - 1) === left) return true;
  }
}

function put({ items }: Closable): void {
  Atomics.add(items, 0, 1);
  Atomics.notify(items, 0, 1);
}

/** Who waits so, and gives up, still stands in the engine's line: its late answer is to be passed on. */
type TakeAsync = (shared: Closable, givesUp: Promise<unknown>) => Promise<boolean>;

const GAVE_UP = Symbol('gave up');

const takeAsync: TakeAsync = async (shared, givesUp) => {
  while (!tryTake(shared)) {
    const wait = Promise.resolve(Atomics.waitAsync(shared.items, 0, 0).value);
    if ((await Promise.race([wait, givesUp])) !== GAVE_UP) continue;
    void wait.then(() => Atomics.notify(shared.items, 0, 1));
    return false;
  }
  return true;
};

const takeDroppingAnswer: TakeAsync = async (shared, givesUp) => {
  while (!tryTake(shared)) {
    const wait = Atomics.waitAsync(shared.items, 0, 0); // ✗ stands in the line for good
    if ((await Promise.race([wait.value, givesUp])) === GAVE_UP) return false;
  }
  return true;
};

const afterAbort = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(GAVE_UP)));

const abortable = (taking: TakeAsync): Model<Closable> => ({
  setup: () => ({ items: words(1)(), closed: words(1)() }),
  threads: [
    async (shared) => {
      if (await taking(shared, afterAbort(anyTimeSignal()))) put(shared);
    },
    (shared) => {
      while (!tryTake(shared)) Atomics.wait(shared.items, 0, 0);
    },
    (shared) => put(shared),
  ],
});

/** As {@link abortable}, but gives up after a time, which it waits for on a word of its own. */
const late = (taking: TakeAsync): Model<Closable> => ({
  ...abortable(taking),
  threads: [
    async (shared) => {
      const timer = Promise.resolve(Atomics.waitAsync(shared.closed, 0, 0, 5).value);
      if (
        await taking(
          shared,
          timer.then(() => GAVE_UP),
        )
      )
        put(shared);
    },
    ...abortable(taking).threads.slice(1),
  ],
});

export const abortableSemaphore: Algorithm = {
  model: abortable(takeAsync),
  bounds: { aborts: 1 },
  errors: {
    'the late answer of an aborted wait is dropped': {
      model: abortable(takeDroppingAnswer),
      verdict: 'lost-wakeup',
      preemptions: 0,
      moves: { aborts: 1 },
      shows: ['waitAsync items[0]', 'signal aborts undefined', 'notify items[0]', 'wait items[0]'],
      reason: /thread b sleeps on items\[0\], which was 0 and is 1/,
    },
  },
};

export const lateSemaphore: Algorithm = {
  model: late(takeAsync),
  bounds: { timeouts: 1 },
  errors: {
    'the late answer of a wait that was too long is dropped': {
      model: late(takeDroppingAnswer),
      verdict: 'lost-wakeup',
      preemptions: 0,
      moves: { timeouts: 1 },
      shows: ['waitAsync closed[0]', 'timer undefined', 'notify items[0]', 'wait items[0]'],
      reason: /thread b sleeps on items\[0\], which was 0 and is 1/,
    },
  },
};

/** Waits until it is closed, if nobody aborts it. */
type Close = (shared: Closable, signal: AbortSignal) => Promise<unknown>;

const closed: Close = async (shared, signal) => {
  if (signal.aborted) return GAVE_UP;
  return Promise.race([afterAbort(signal), Atomics.waitAsync(shared.closed, 0, 0).value]);
};

const closedIfNotToldBefore: Close = async (shared, signal) =>
  Promise.race([
    afterAbort(signal), // an abort comes once, and may have come
    Atomics.waitAsync(shared.closed, 0, 0).value, // ✗
  ]);

/** It is aborted at any time, also while it waits for something else. */
const afterAnother = (close: Close): Model<Closable> => ({
  setup: () => ({ items: words(1)(), closed: words(1)() }),
  threads: [
    async (shared) => {
      const signal = anyTimeSignal();
      await Atomics.waitAsync(shared.items, 0, 0).value;
      const end = await close(shared, signal);
      if (signal.aborted && end !== GAVE_UP) throw new Error('waited to the end, though aborted');
    },
    (shared) => {
      for (const view of [shared.items, shared.closed]) {
        Atomics.store(view, 0, 1);
        Atomics.notify(view, 0);
      }
    },
  ],
});

export const abortableWait: Algorithm = {
  model: afterAnother(closed),
  bounds: { aborts: 1 },
  errors: {
    'an abort that came before is lost': {
      model: afterAnother(closedIfNotToldBefore),
      verdict: 'assertion',
      preemptions: 0,
      moves: { aborts: 1 },
      shows: ['waitAsync items[0]', 'signal aborts undefined', 'waitAsync closed[0]'],
      reason: /waited to the end, though aborted/,
    },
  },
};
