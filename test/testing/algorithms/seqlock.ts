/** A sequence lock: `version` is odd while somebody writes the pair, and readers look at it twice. */
import type { Model } from 'crossthread/testing';
import { words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';

interface Pair {
  readonly version: Int32Array;
  readonly pair: Int32Array;
}

const setup = (): Pair => ({ version: words(1)(), pair: words(2)() });
const isOdd = (version: number): boolean => version % 2 === 1;

type Write = (shared: Pair, value: number) => void;
type Read = (shared: Pair) => [left: number, right: number];

function load({ pair }: Pair): [number, number] {
  return [Atomics.load(pair, 0), Atomics.load(pair, 1)];
}

function store({ pair }: Pair, value: number): void {
  Atomics.store(pair, 0, value);
  Atomics.store(pair, 1, value);
}

const write: Write = (shared, value) => {
  for (;;) {
    const before = Atomics.load(shared.version, 0);
    if (isOdd(before)) continue;
    if (Atomics.compareExchange(shared.version, 0, before, before + 1) === before) break;
  }
  store(shared, value);
  Atomics.add(shared.version, 0, 1);
};

const read: Read = (shared) => {
  for (;;) {
    const before = Atomics.load(shared.version, 0);
    if (isOdd(before)) continue;
    const found = load(shared);
    if (Atomics.load(shared.version, 0) === before) return found;
  }
};

const readOnce: Read = (shared) => {
  while (isOdd(Atomics.load(shared.version, 0))); // ✗ and does not look again
  return load(shared);
};

const readAtAnyTime: Read = (shared) => {
  for (;;) {
    const before = Atomics.load(shared.version, 0); // ✗ may be odd, and the same after
    const found = load(shared);
    if (Atomics.load(shared.version, 0) === before) return found;
  }
};

const writeUnmarked: Write = (shared, value) => {
  Atomics.store(shared.pair, 0, value); // ✗ while the version is even
  Atomics.store(shared.pair, 1, value);
  Atomics.add(shared.version, 0, 2);
};

function model(writing: Write, reading: Read, writers = 1): Model<Pair> {
  const reader = (shared: Pair): void => {
    const [left, right] = reading(shared);
    if (left !== right) throw new Error(`read ${left} and ${right}`);
  };
  return {
    setup,
    threads: [
      reader,
      ...Array.from({ length: writers }, (_, i) => (shared: Pair) => writing(shared, i + 1)),
    ],
    check({ pair }) {
      if (pair[0] !== pair[1]) throw new Error(`${pair[0]} and ${pair[1]} were left`);
    },
  };
}

export const seqlock: Algorithm = {
  model: model(write, read, 2),
  errors: {
    'does not look again': {
      model: model(write, readOnce),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['load version[0]', 'load pair[0]', 'store pair[1]', 'load pair[1]'],
      reason: /thread a threw Error: read 0 and 1/,
    },
    'reads while somebody writes': {
      model: model(write, readAtAnyTime),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['store pair[0]', 'load pair[0]', 'load pair[1]', 'load version[0]'],
      reason: /thread a threw Error: read 1 and 0/,
    },
    'writes unmarked': {
      model: model(writeUnmarked, read),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['load pair[0]', 'store pair[0]', 'load pair[1]'],
      reason: /thread a threw Error: read (0 and 1|1 and 0)/,
    },
  },
};
