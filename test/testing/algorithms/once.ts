/** Once, checked twice: `state` says whether somebody makes the value, `value` is 0 until it is made. */
import type { Model } from 'crossthread/testing';
import { crew, words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';

interface Once {
  readonly state: Int32Array;
  readonly value: Int32Array;
  readonly made: Int32Array;
}

const NEW = 0;
const BUSY = 1;
const DONE = 2;

type Get = (once: Once) => number;

function make({ value, made }: Once): void {
  Atomics.add(made, 0, 1);
  Atomics.store(value, 0, 42);
}

function finish({ state }: Once, sleepers = Infinity): void {
  Atomics.store(state, 0, DONE);
  Atomics.notify(state, 0, sleepers);
}

function sleepWhileBusy({ state }: Once): void {
  while (Atomics.load(state, 0) === BUSY) Atomics.wait(state, 0, BUSY);
}

const get: Get = (once) => {
  const { state, value } = once;
  if (Atomics.load(state, 0) !== DONE) {
    if (Atomics.compareExchange(state, 0, NEW, BUSY) === NEW) {
      make(once);
      finish(once);
    } else {
      sleepWhileBusy(once);
    }
  }
  return Atomics.load(value, 0);
};

const getCheckedOnce: Get = (once) => {
  const { state, value } = once;
  if (Atomics.load(state, 0) === NEW) {
    Atomics.store(state, 0, BUSY); // ✗ two may have seen it new
    make(once);
    finish(once);
  } else {
    sleepWhileBusy(once);
  }
  return Atomics.load(value, 0);
};

const getDoneEarly: Get = (once) => {
  const { state, value } = once;
  if (Atomics.load(state, 0) !== DONE) {
    if (Atomics.compareExchange(state, 0, NEW, DONE) === NEW) make(once); // ✗ done before it is made
  }
  return Atomics.load(value, 0);
};

const getWakingOne: Get = (once) => {
  const { state, value } = once;
  if (Atomics.compareExchange(state, 0, NEW, BUSY) === NEW) {
    make(once);
    Atomics.store(state, 0, DONE);
    Atomics.notify(state, 0, 1); // ✗ as many as there are may sleep
  } else {
    sleepWhileBusy(once);
  }
  return Atomics.load(value, 0);
};

const model = (getting: Get, threads: number): Model<Once> => ({
  setup: () => ({ state: words(1)(), value: words(1)(), made: words(1)() }),
  threads: crew(threads, (once) => {
    const found = getting(once);
    if (found !== 42) throw new Error(`got ${found}`);
  }),
  check({ made }) {
    if (made[0] !== 1) throw new Error(`made ${made[0]} times`);
  },
});

export const once: Algorithm = {
  model: model(get, 3),
  errors: {
    'checked once': {
      model: model(getCheckedOnce, 2),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['load state[0]', 'store state[0]', 'add made[0]'],
      reason: /made 2 times/,
    },
    'done before it is made': {
      model: model(getDoneEarly, 2),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['compareExchange state[0]', 'load value[0]'],
      reason: /thread b threw Error: got 0/,
    },
    'wakes one of all': {
      model: model(getWakingOne, 3),
      verdict: 'lost-wakeup',
      preemptions: 1,
      shows: ['wait state[0]', 'notify state[0]'],
      reason: /thread c sleeps on state\[0\], which was 1 and is 2/,
    },
  },
};
