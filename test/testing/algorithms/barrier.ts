/** A barrier that reverses a sense: whoever comes last turns it, and the others wait for that. */
import type { Model } from 'crossthread/testing';
import { words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';

interface Barrier {
  readonly missing: Int32Array;
  readonly sense: Int32Array;
  /** The phase that each thread is in. */
  readonly phases: Int32Array;
}

type Arrive = (barrier: Barrier, sense: number, threads: number) => void;

const arrive: Arrive = ({ missing, sense: turned }, sense, threads) => {
  if (Atomics.sub(missing, 0, 1) === 1) {
    Atomics.store(missing, 0, threads);
    Atomics.store(turned, 0, sense);
    Atomics.notify(turned, 0);
  } else {
    while (Atomics.load(turned, 0) !== sense) Atomics.wait(turned, 0, 1 - sense);
  }
};

const arriveTurningFirst: Arrive = ({ missing, sense: turned }, sense, threads) => {
  if (Atomics.sub(missing, 0, 1) === 1) {
    Atomics.store(turned, 0, sense); // ✗ others may arrive again before it is full again
    Atomics.store(missing, 0, threads);
    Atomics.notify(turned, 0);
  } else {
    while (Atomics.load(turned, 0) !== sense) Atomics.wait(turned, 0, 1 - sense);
  }
};

const arriveWithoutSense: Arrive = ({ missing }, _sense, threads) => {
  if (Atomics.sub(missing, 0, 1) === 1) {
    Atomics.store(missing, 0, threads);
    Atomics.notify(missing, 0);
    return;
  }
  for (;;) {
    const left = Atomics.load(missing, 0); // ✗ may be that of the next phase
    if (left === threads) return;
    Atomics.wait(missing, 0, left);
  }
};

const arriveInTwo: Arrive = ({ missing, sense: turned }, sense, threads) => {
  const left = Atomics.load(missing, 0) - 1;
  Atomics.store(missing, 0, left); // ✗ over what another has counted
  if (left === 0) {
    Atomics.store(missing, 0, threads);
    Atomics.store(turned, 0, sense);
    Atomics.notify(turned, 0);
  } else {
    while (Atomics.load(turned, 0) !== sense) Atomics.wait(turned, 0, 1 - sense);
  }
};

function model(arriving: Arrive, threads: number, rounds = 2): Model<Barrier> {
  const body = (me: number) => (barrier: Barrier) => {
    for (let phase = 1; phase <= rounds; phase++) {
      Atomics.store(barrier.phases, me, phase);
      arriving(barrier, phase % 2, threads);
      const next = Atomics.load(barrier.phases, (me + 1) % threads);
      if (next < phase) throw new Error(`went on in phase ${phase}, the next one is in ${next}`);
    }
  };
  return {
    setup: () => {
      const missing = words(1)();
      missing[0] = threads;
      return { missing, sense: words(1)(), phases: words(threads)() };
    },
    threads: Array.from({ length: threads }, (_, me) => body(me)),
  };
}

export const barrier: Algorithm = {
  model: model(arrive, 3),
  bounds: { preemptions: 2 },
  deep: {},
  errors: {
    'turns before it is full again': {
      model: model(arriveTurningFirst, 2),
      verdict: 'deadlock',
      preemptions: 2,
      shows: ['store sense[0]', 'sub missing[0]', 'store missing[0]'],
      reason: /thread a sleeps on sense\[0\] = 1\n {2}thread b sleeps on sense\[0\] = 1/,
    },
    'without a sense': {
      model: model(arriveWithoutSense, 2),
      verdict: 'deadlock',
      preemptions: 0,
      shows: ['load missing[0]', 'store missing[0]', 'wait missing[0]'],
      reason: /sleeps on missing\[0\] = 1/,
    },
    'counts in two steps': {
      model: model(arriveInTwo, 2, 1),
      verdict: 'deadlock',
      preemptions: 1,
      shows: ['load missing[0]', 'store missing[0]', 'wait sense[0]'],
      reason: /sleeps on sense\[0\] = 0/,
    },
  },
};
