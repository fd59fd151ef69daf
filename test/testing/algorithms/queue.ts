/**
 * The queue of Michael and Scott: `head` is a node that was dequeued (at first an empty one), `tail` the
 * last or, until somebody moves it on, the one before. Nodes carry their own number and come but once.
 */
import type { Model } from 'crossthread/testing';
import { words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';

interface Queue {
  readonly head: Int32Array;
  readonly tail: Int32Array;
  readonly next: Int32Array;
  readonly got: Int32Array;
}

const NONE = 0;
const FIRST = 1;

const setup = (): Queue => {
  const queue = { head: words(1)(), tail: words(1)(), next: words(6)(), got: words(3)() };
  queue.head[0] = FIRST;
  queue.tail[0] = FIRST;
  return queue;
};

interface Operations {
  enqueue(queue: Queue, node: number): void;
  dequeue(queue: Queue): number;
}

const RIGHT: Operations = {
  enqueue({ tail, next }, node) {
    for (;;) {
      const last = Atomics.load(tail, 0);
      const after = Atomics.compareExchange(next, last, NONE, node);
      Atomics.compareExchange(tail, 0, last, after === NONE ? node : after);
      if (after === NONE) return;
    }
  },
  dequeue({ head, tail, next }) {
    for (;;) {
      const first = Atomics.load(head, 0);
      const last = Atomics.load(tail, 0);
      const node = Atomics.load(next, first);
      if (first !== Atomics.load(head, 0)) continue;
      if (node === NONE) return NONE;
      if (first === last) Atomics.compareExchange(tail, 0, last, node);
      else if (Atomics.compareExchange(head, 0, first, node) === first) return node;
    }
  },
};

const linksOver: Operations = {
  enqueue({ tail, next }, node) {
    const last = Atomics.load(tail, 0);
    Atomics.store(next, last, node); // ✗ over a node that was linked there, the tail not being moved on yet
    Atomics.compareExchange(tail, 0, last, node);
  },
  dequeue: RIGHT.dequeue,
};

const movesHeadOver: Operations = {
  enqueue: RIGHT.enqueue,
  dequeue({ head, next }) {
    const node = Atomics.load(next, Atomics.load(head, 0));
    if (node !== NONE) Atomics.store(head, 0, node); // ✗ another may have it
    return node;
  },
};

const waitsForTail: Operations = {
  enqueue({ tail, next }, node) {
    for (;;) {
      const last = Atomics.load(tail, 0);
      if (Atomics.compareExchange(next, last, NONE, node) !== NONE) continue; // ✗ for whoever linked there
      Atomics.compareExchange(tail, 0, last, node);
      return;
    }
  },
  dequeue: RIGHT.dequeue,
};

const [A, B, C] = [2, 3, 4];

/** Two enqueue, one of them twice; one dequeues twice. */
const both = ({ enqueue, dequeue }: Operations): Model<Queue> => ({
  setup,
  threads: [
    (queue) => {
      enqueue(queue, A);
      enqueue(queue, B);
    },
    (queue) => enqueue(queue, C),
    (queue) => {
      Atomics.store(queue.got, 0, dequeue(queue));
      Atomics.store(queue.got, 1, dequeue(queue));
    },
  ],
  check(queue, { killed }) {
    const order = all(queue);
    if (killed.length === 0 && order.toSorted((a, b) => a - b).join() !== [A, B, C].join()) {
      throw new Error(`enqueued ${[A, B, C].join()}, found ${order.join()}`);
    }
    if (order.includes(B) && order.indexOf(B) < order.indexOf(A)) throw new Error('B before A');
  },
});

/** What has come out, then what is left. */
function all({ head, next, got }: Queue): number[] {
  const order = [...got].filter((node) => node !== NONE);
  for (let node = next[head[0]!]!; node !== NONE; node = next[node]!) order.push(node);
  return order;
}

/** Two dequeue what was there from the start. */
const draining = ({ dequeue }: Operations): Model<Queue> => ({
  setup: () => {
    const queue = setup();
    queue.next.set([A, B], FIRST);
    queue.tail[0] = B;
    return queue;
  },
  threads: [0, 1].map((me) => (queue) => void Atomics.store(queue.got, me, dequeue(queue))),
  check: ({ got }) => {
    if (got[0] === got[1]) throw new Error(`both got ${got[0]}`);
  },
});

export const michaelScott: Algorithm = {
  model: both(RIGHT),
  bounds: { preemptions: 2 },
  deep: {},
  errors: {
    'links without looking': {
      model: both(linksOver),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['load tail[0]', 'store next[1]', 'compareExchange tail[0]'],
      reason: /enqueued 2,3,4, found/,
    },
    'dequeues by a store': {
      model: draining(movesHeadOver),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['load head[0]', 'load next[1]', 'store head[0]'],
      reason: /both got 2/,
    },
  },
};

/** Whoever dies in the middle of it holds up nobody. */
export const lockFree: Algorithm = {
  model: both(RIGHT),
  bounds: { preemptions: 1, kills: 1 },
  deep: { preemptions: 2, kills: 1 },
  errors: {
    'waits for the tail to be moved on': {
      model: both(waitsForTail),
      verdict: 'livelock',
      preemptions: 0,
      moves: { kills: 1 },
      shows: ['compareExchange next[1]', 'load tail[0]', 'killed undefined'],
    },
  },
};
