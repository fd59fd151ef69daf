/**
 * Treiber's stack: `head` has the node on top and a tag that each pop moves on, `next` the node below
 * each. Node 0 is none. `got` is what the threads have popped in the end.
 */
import type { Model } from 'crossthread/testing';
import { words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';

interface Stack {
  readonly head: Int32Array;
  readonly next: Int32Array;
  readonly got: Int32Array;
}

const NONE = 0;
const TAG = 1 << 8;
const NODES = 3;

const nodeIn = (head: number): number => head % TAG;

/** 1 on top of 2; node 3 belongs to who runs second. */
const setup = (): Stack => {
  const stack = { head: words(1)(), next: words(NODES + 1)(), got: words(3)() };
  stack.head[0] = 1;
  stack.next[1] = 2;
  return stack;
};

interface Operations {
  push(stack: Stack, node: number): void;
  pop(stack: Stack): number;
}

const TREIBER: Operations = {
  push({ head, next }, node) {
    for (;;) {
      const top = Atomics.load(head, 0);
      Atomics.store(next, node, nodeIn(top));
      if (Atomics.compareExchange(head, 0, top, top - nodeIn(top) + node) === top) return;
    }
  },
  pop({ head, next }) {
    for (;;) {
      const top = Atomics.load(head, 0);
      const node = nodeIn(top);
      if (node === NONE) return NONE;
      const below = Atomics.load(next, node);
      const replacement = top - node + TAG + below;
      if (Atomics.compareExchange(head, 0, top, replacement) === top) return node;
    }
  },
};

const withoutTag: Operations = {
  push: TREIBER.push,
  pop({ head, next }) {
    for (;;) {
      const node = Atomics.load(head, 0);
      if (node === NONE) return NONE;
      const below = Atomics.load(next, node);
      if (Atomics.compareExchange(head, 0, node, below) === node) return node; // ✗ may be there again, on another
    }
  },
};

const stored: Operations = {
  push({ head, next }, node) {
    const top = Atomics.load(head, 0);
    Atomics.store(next, node, nodeIn(top));
    Atomics.store(head, 0, top - nodeIn(top) + node); // ✗ over what was pushed or popped in between
  },
  pop: TREIBER.pop,
};

/** One pops; one pops two, and pushes the first again. Each node is somewhere once. */
const popping = ({ push, pop }: Operations): Model<Stack> => ({
  setup,
  threads: [
    (stack) => void Atomics.store(stack.got, 0, pop(stack)),
    (stack) => {
      const first = pop(stack);
      Atomics.store(stack.got, 1, pop(stack));
      if (first !== NONE) push(stack, first);
    },
  ],
  check: ({ head, next, got }) => checkOnce(head, next, got, [1, 2]),
});

const pushing = ({ push, pop }: Operations): Model<Stack> => ({
  setup,
  threads: [
    (stack) => push(stack, 3),
    (stack) => void Atomics.store(stack.got, 0, pop(stack)),
    (stack) => void Atomics.store(stack.got, 1, pop(stack)),
  ],
  check: ({ head, next, got }) => checkOnce(head, next, got, [1, 2, 3]),
});

function checkOnce(
  head: Int32Array,
  next: Int32Array,
  got: Int32Array,
  nodes: readonly number[],
): void {
  const found = [...got].filter((node) => node !== NONE);
  for (let node = nodeIn(head[0]!); node !== NONE; node = next[node]!) found.push(node);
  found.sort((a, b) => a - b);
  if (found.join() !== nodes.join())
    throw new Error(`nodes ${nodes.join()} have become ${found.join()}`);
}

export const treiber: Algorithm = {
  model: popping(TREIBER),
  errors: {
    'ABA: no tag': {
      model: popping(withoutTag),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['load next[1]', 'load next[2]', 'compareExchange head[0]', 'store next[1]'],
      reason: /nodes 1,2 have become/,
    },
  },
};

export const treiberOfThree: Algorithm = {
  model: pushing(TREIBER),
  errors: {
    'pushes by a store': {
      model: pushing(stored),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['load head[0]', 'store next[3]', 'store head[0]', 'compareExchange head[0]'],
      reason: /nodes 1,2,3 have become/,
    },
  },
};
