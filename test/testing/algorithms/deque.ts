/**
 * The deque of Chase and Lev: its owner pushes and takes at `bottom`, thieves steal at `top`. Only the
 * last item is fought for, by an exchange of `top`.
 */
import type { Model } from 'crossthread/testing';
import { words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';

interface Deque {
  readonly top: Int32Array;
  readonly bottom: Int32Array;
  readonly items: Int32Array;
  readonly got: Int32Array;
}

const NOTHING = 0;
const OWNER = 2; // the first place in `got` of what the owner took

const setup = (): Deque => ({
  top: words(1)(),
  bottom: words(1)(),
  items: words(4)(),
  got: words(4)(),
});

function push({ bottom, items }: Deque, item: number): void {
  const at = Atomics.load(bottom, 0);
  Atomics.store(items, at, item);
  Atomics.store(bottom, 0, at + 1);
}

function steal({ top, bottom, items }: Deque): number {
  const at = Atomics.load(top, 0);
  if (at >= Atomics.load(bottom, 0)) return NOTHING;
  const item = Atomics.load(items, at);
  return Atomics.compareExchange(top, 0, at, at + 1) === at ? item : NOTHING;
}

type Take = (deque: Deque) => number;

const take: Take = ({ top, bottom, items }) => {
  const at = Atomics.sub(bottom, 0, 1) - 1;
  const first = Atomics.load(top, 0);
  if (first < at) return Atomics.load(items, at);
  const isMine = first === at && Atomics.compareExchange(top, 0, at, at + 1) === at;
  Atomics.store(bottom, 0, at + 1);
  return isMine ? Atomics.load(items, at) : NOTHING;
};

const takeTheLast: Take = ({ top, bottom, items }) => {
  const at = Atomics.sub(bottom, 0, 1) - 1;
  if (Atomics.load(top, 0) <= at) return Atomics.load(items, at); // ✗ a thief may be at the last one
  Atomics.store(bottom, 0, at + 1);
  return NOTHING;
};

const lookFirst: Take = ({ top, bottom, items }) => {
  const at = Atomics.load(bottom, 0) - 1;
  const first = Atomics.load(top, 0); // ✗ before thieves can know that it takes one
  Atomics.store(bottom, 0, at);
  if (first < at) return Atomics.load(items, at);
  const isMine = first === at && Atomics.compareExchange(top, 0, at, at + 1) === at;
  Atomics.store(bottom, 0, at + 1);
  return isMine ? Atomics.load(items, at) : NOTHING;
};

/** The owner pushes two and takes two, while `thieves` steal one each. */
const model = (own: Take, thieves: number): Model<Deque> => ({
  setup,
  threads: [
    (deque) => {
      push(deque, 1);
      push(deque, 2);
      Atomics.store(deque.got, OWNER, own(deque));
      Atomics.store(deque.got, OWNER + 1, own(deque));
    },
    ...Array.from({ length: thieves }, (_, me) => (deque: Deque): void => {
      Atomics.store(deque.got, me, steal(deque));
    }),
  ],
  check({ top, bottom, items, got }) {
    const left = [...items.subarray(top[0], Math.max(top[0]!, bottom[0]!))];
    const found = [...got, ...left].filter((item) => item !== NOTHING).toSorted((a, b) => a - b);
    if (found.join() !== '1,2') throw new Error(`pushed 1,2, found ${found.join()}`);
  },
});

export const chaseLev: Algorithm = {
  model: model(take, 2),
  errors: {
    'takes the last one without a fight': {
      model: model(takeTheLast, 1),
      verdict: 'assertion',
      preemptions: 2,
      shows: ['load items[0]', 'compareExchange top[0]', 'sub bottom[0]'],
      reason: /pushed 1,2, found 1,1,2/,
    },
    'looks at the top first': {
      model: model(lookFirst, 2),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['load top[0]', 'store bottom[0]', 'compareExchange top[0]'],
      reason: /pushed 1,2, found/,
    },
  },
};
