/** Mutexes whose threads stand in a line, each asleep on a word of its own, or of the one before it. */
import type { Model } from 'crossthread/testing';
import { count, words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';
import { exclusion, type Lock } from './exclusion.ts';

/**
 * Mellor-Crummey and Scott: `tail` is who came last, `next` who comes after each, `blocked` who sleeps.
 * Threads have numbers from 1 on; 0 is nobody.
 */
interface Mcs {
  readonly tail: Int32Array;
  readonly next: Int32Array;
  readonly blocked: Int32Array;
}

const NOBODY = 0;

const mcsFor = (threads: number) => (): Mcs => ({
  tail: words(1)(),
  next: words(threads + 1)(),
  blocked: words(threads + 1)(),
});

function sleepWhileBlocked({ blocked }: Mcs, id: number): void {
  while (Atomics.load(blocked, id) === 1) Atomics.wait(blocked, id, 1);
}

function unblock({ blocked }: Mcs, id: number): void {
  Atomics.store(blocked, id, 0);
  Atomics.notify(blocked, id, 1);
}

const MCS: Lock<Mcs> = {
  lock(mutex, me) {
    const { tail, next, blocked } = mutex;
    const id = me + 1;
    Atomics.store(next, id, NOBODY);
    const before = Atomics.exchange(tail, 0, id);
    if (before === NOBODY) return;
    Atomics.store(blocked, id, 1);
    Atomics.store(next, before, id);
    sleepWhileBlocked(mutex, id);
  },
  unlock(mutex, me) {
    const { tail, next } = mutex;
    const id = me + 1;
    let after = Atomics.load(next, id);
    if (after === NOBODY) {
      if (Atomics.compareExchange(tail, 0, id, NOBODY) === id) return;
      while (after === NOBODY) after = Atomics.load(next, id);
    }
    unblock(mutex, after);
  },
};

const mcsForgetsTheLate: Lock<Mcs> = {
  lock: MCS.lock,
  unlock(mutex, me) {
    const { tail, next } = mutex;
    const id = me + 1;
    const after = Atomics.load(next, id);
    if (after !== NOBODY) unblock(mutex, after);
    else Atomics.compareExchange(tail, 0, id, NOBODY); // ✗ fails if somebody is about to stand behind
  },
};

const mcsBlocksLate: Lock<Mcs> = {
  lock(mutex, me) {
    const { tail, next, blocked } = mutex;
    const id = me + 1;
    Atomics.store(next, id, NOBODY);
    const before = Atomics.exchange(tail, 0, id);
    if (before === NOBODY) return;
    Atomics.store(next, before, id);
    Atomics.store(blocked, id, 1); // ✗ the one before may have unblocked it already
    sleepWhileBlocked(mutex, id);
  },
  unlock: MCS.unlock,
};

export const mcs: Algorithm = {
  model: exclusion(mcsFor(3), MCS, { threads: 3 }),
  errors: {
    'forgets the successor who arrives late': {
      model: exclusion(mcsFor(2), mcsForgetsTheLate),
      verdict: 'deadlock',
      preemptions: 1,
      shows: ['exchange mutex.tail[0]', 'compareExchange mutex.tail[0]', 'wait mutex.blocked[2]'],
      reason: /thread b sleeps on mutex.blocked\[2\] = 1/,
    },
    'blocks itself after it is in the line': {
      model: exclusion(mcsFor(2), mcsBlocksLate),
      verdict: 'deadlock',
      preemptions: 2,
      shows: ['store mutex.next[1]', 'store mutex.blocked[2]', 'wait mutex.blocked[2]'],
      reason: /thread b sleeps on mutex.blocked\[2\] = 1/,
    },
  },
};

/**
 * Craig, Landin and Hagersten: `tail` is the node of who came last, and whoever comes sleeps on the node
 * before its own. Nobody looks at that one after: it is its own in the next round.
 */
interface Clh {
  readonly tail: Int32Array;
  readonly pending: Int32Array;
  readonly counter: Int32Array;
}

const ROUNDS = 2;

/** `nodeAfter` says with which node a thread comes again. */
function clhModel(nodeAfter: (own: number, before: number) => number): Model<Clh> {
  const body = (me: number) => (shared: Clh) => {
    let node = me + 1; // node 0 is free from the start
    for (let i = 0; i < ROUNDS; i++) {
      const before = standInLine(shared, node);
      count(shared.counter, 0);
      Atomics.store(shared.pending, node, 0);
      Atomics.notify(shared.pending, node, 1);
      node = nodeAfter(node, before);
    }
  };
  return {
    setup: () => ({ tail: words(1)(), pending: words(3)(), counter: words(1)() }),
    threads: [body(0), body(1)],
    check({ counter }) {
      if (counter[0] !== 2 * ROUNDS) throw new Error(`counted ${counter[0]} of ${2 * ROUNDS}`);
    },
  };
}

/** Returns the node before. */
function standInLine({ tail, pending }: Clh, node: number): number {
  Atomics.store(pending, node, 1); // ✗ if it comes with its own, the other may still be about to look at it
  const before = Atomics.exchange(tail, 0, node);
  while (Atomics.load(pending, before) === 1) Atomics.wait(pending, before, 1);
  return before;
}

export const clh: Algorithm = {
  model: clhModel((_, before) => before),
  errors: {
    'comes again with its own node': {
      model: clhModel((own) => own),
      verdict: 'deadlock',
      preemptions: 0, // it comes upon itself
      shows: ['store pending[1]', 'exchange tail[0]', 'wait pending[1]'],
      reason: /sleeps on pending\[1\] = 1/,
    },
  },
};
