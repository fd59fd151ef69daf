/** A lock for readers and writers: `state` counts readers, and is -1 while somebody writes. */
import type { Model } from 'crossthread/testing';
import { count, words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';

interface Guarded {
  readonly state: Int32Array;
  readonly counter: Int32Array;
}

const FREE = 0;
const WRITING = -1;

interface SharedLock {
  read(state: Int32Array): void;
  unread(state: Int32Array): void;
  write(state: Int32Array): void;
  unwrite(state: Int32Array): void;
}

const RIGHT: SharedLock = {
  read(state) {
    for (;;) {
      const readers = Atomics.load(state, 0);
      if (readers === WRITING) Atomics.wait(state, 0, WRITING);
      else if (Atomics.compareExchange(state, 0, readers, readers + 1) === readers) return;
    }
  },
  unread(state) {
    if (Atomics.sub(state, 0, 1) === 1) Atomics.notify(state, 0);
  },
  write(state) {
    for (;;) {
      const found = Atomics.compareExchange(state, 0, FREE, WRITING);
      if (found === FREE) return;
      Atomics.wait(state, 0, found);
    }
  },
  unwrite(state) {
    Atomics.store(state, 0, FREE);
    Atomics.notify(state, 0);
  },
};

const readInTwo: SharedLock = {
  ...RIGHT,
  read(state) {
    while (Atomics.load(state, 0) === WRITING) Atomics.wait(state, 0, WRITING);
    Atomics.add(state, 0, 1); // ✗ somebody may write by now
  },
};

const unreadSilently: SharedLock = {
  ...RIGHT,
  unread: (state) => void Atomics.sub(state, 0, 1), // ✗ and wakes no writer
};

const unreadByStore: SharedLock = {
  ...RIGHT,
  unread(state) {
    const readers = Atomics.load(state, 0);
    Atomics.store(state, 0, readers - 1); // ✗ over a reader who came or left
    if (readers === 1) Atomics.notify(state, 0);
  },
};

type Body = (shared: Guarded) => void;

const model = (...threads: readonly Body[]): Model<Guarded> => ({
  setup: () => ({ state: words(1)(), counter: words(1)() }),
  threads,
  check({ state, counter }) {
    if (state[0] !== FREE) throw new Error(`left in state ${state[0]}`);
    const writers = threads.filter(({ name }) => name === 'write').length;
    if (counter[0] !== writers) throw new Error(`counted ${counter[0]} of ${writers}`);
  },
});

const reading = ({ read, unread }: SharedLock): Body =>
  function look({ state, counter }) {
    read(state);
    const before = Atomics.load(counter, 0);
    if (Atomics.load(counter, 0) !== before) throw new Error('written while it was read');
    unread(state);
  };

const writing = (lock: SharedLock): Body =>
  function write({ state, counter }) {
    lock.write(state);
    count(counter, 0);
    lock.unwrite(state);
  };

/** Two readers who both want to write go on reading until the other does not. */
const upgrading: Body = function write({ state, counter }) {
  RIGHT.read(state);
  for (;;) {
    const readers = Atomics.compareExchange(state, 0, 1, WRITING);
    if (readers === 1) break;
    Atomics.wait(state, 0, readers); // ✗ and the other waits for the same
  }
  count(counter, 0);
  RIGHT.unwrite(state);
};

export const sharedLock: Algorithm = {
  model: model(reading(RIGHT), reading(RIGHT), writing(RIGHT), writing(RIGHT)),
  bounds: { preemptions: 3 },
  deep: {},
  errors: {
    'reads without asking again': {
      model: model(reading(readInTwo), writing(readInTwo)),
      verdict: 'assertion',
      preemptions: 3,
      shows: ['load state[0]', 'compareExchange state[0]', 'add state[0]'],
      reason: /written while it was read|left in state/,
    },
    'the last reader wakes nobody': {
      model: model(reading(unreadSilently), writing(unreadSilently)),
      verdict: 'lost-wakeup',
      preemptions: 1,
      shows: ['wait state[0]', 'sub state[0]'],
      reason: /thread b sleeps on state\[0\], which was 1 and is 0/,
    },
    'readers count in two steps': {
      model: model(reading(unreadByStore), reading(unreadByStore)),
      verdict: 'assertion',
      preemptions: 2,
      shows: ['load state[0]', 'store state[0]', 'compareExchange state[0]'],
      reason: /left in state -?1/,
    },
    'two upgrade': {
      model: model(upgrading, upgrading),
      verdict: 'deadlock',
      preemptions: 1,
      shows: ['compareExchange state[0]', 'wait state[0]'],
      reason: /thread a sleeps on state\[0\] = 2\n {2}thread b sleeps on state\[0\] = 2/,
    },
  },
};
