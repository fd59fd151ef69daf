/** Mutexes for any number of threads that look until they may enter, or sleep by their number. */
import { words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';
import { exclusion, type Lock } from './exclusion.ts';

const HELD = 1;
const release = (mutex: Int32Array): void => void Atomics.store(mutex, 0, 0);

const TEST_AND_SET: Lock<Int32Array> = {
  lock(mutex) {
    while (Atomics.exchange(mutex, 0, HELD) === HELD) while (Atomics.load(mutex, 0) === HELD);
  },
  unlock: release,
};

const testThenSet: Lock<Int32Array> = {
  lock(mutex) {
    while (Atomics.load(mutex, 0) === HELD);
    Atomics.store(mutex, 0, HELD); // ✗ two may have seen it free
  },
  unlock: release,
};

export const testAndSet: Algorithm = {
  model: exclusion(words(1), TEST_AND_SET, { threads: 3 }),
  errors: {
    'test, then set': {
      model: exclusion(words(1), testThenSet, { threads: 3 }),
      verdict: 'assertion',
      preemptions: 2,
      shows: ['load mutex[0]', 'store mutex[0]', 'store counter[0]'],
      reason: /counted \d of 3/,
    },
  },
};

const NEXT = 0;
const SERVING = 1;

const TICKET: Lock<Int32Array> = {
  lock(mutex) {
    const mine = Atomics.add(mutex, NEXT, 1);
    while (Atomics.load(mutex, SERVING) !== mine);
  },
  unlock: (mutex) => void Atomics.add(mutex, SERVING, 1),
};

const ticketInTwo: Lock<Int32Array> = {
  lock(mutex) {
    const mine = Atomics.load(mutex, NEXT);
    Atomics.store(mutex, NEXT, mine + 1); // ✗ two may have drawn the same number
    while (Atomics.load(mutex, SERVING) !== mine);
  },
  unlock: TICKET.unlock,
};

const sleepUntilServed = (mutex: Int32Array): void => {
  const mine = Atomics.add(mutex, NEXT, 1);
  for (;;) {
    const serving = Atomics.load(mutex, SERVING);
    if (serving === mine) return;
    Atomics.wait(mutex, SERVING, serving);
  }
};

const TICKET_ASLEEP: Lock<Int32Array> = {
  lock: sleepUntilServed,
  unlock(mutex) {
    Atomics.add(mutex, SERVING, 1);
    Atomics.notify(mutex, SERVING);
  },
};

const ticketWakesOne: Lock<Int32Array> = {
  lock: sleepUntilServed,
  unlock(mutex) {
    Atomics.add(mutex, SERVING, 1);
    Atomics.notify(mutex, SERVING, 1); // ✗ may be one whose number is not served yet
  },
};

export const ticket: Algorithm = {
  model: exclusion(words(2), TICKET, { threads: 3 }),
  errors: {
    'number drawn in two steps': {
      model: exclusion(words(2), ticketInTwo, { threads: 3 }),
      verdict: 'livelock',
      preemptions: 1,
      shows: ['load mutex[0]', 'store mutex[0]', 'load mutex[1]'],
    },
  },
};

export const ticketAsleep: Algorithm = {
  model: exclusion(words(2), TICKET_ASLEEP, { threads: 3 }),
  errors: {
    'wakes one of all': {
      model: exclusion(words(2), ticketWakesOne, { threads: 3 }),
      verdict: 'lost-wakeup',
      preemptions: 2,
      shows: ['wait mutex[1]', 'notify mutex[1]'],
      reason: /sleeps on mutex\[1\], which was \d and is \d/,
    },
  },
};

/** Lamport's bakery: `numbers` are drawn by looking at those of all others, while `drawing` is up. */
interface Bakery {
  readonly drawing: Int32Array;
  readonly numbers: Int32Array;
}

const bakeryFor = (threads: number) => (): Bakery => ({
  drawing: words(threads)(),
  numbers: words(threads)(),
});

function draw(numbers: Int32Array, me: number): number {
  let most = 0;
  for (let other = 0; other < numbers.length; other++) {
    if (other !== me) most = Math.max(most, Atomics.load(numbers, other));
  }
  Atomics.store(numbers, me, most + 1);
  return most + 1;
}

const leave = ({ numbers }: Bakery, me: number): void => void Atomics.store(numbers, me, 0);

const BAKERY: Lock<Bakery> = {
  lock({ drawing, numbers }, me) {
    Atomics.store(drawing, me, 1);
    const mine = draw(numbers, me);
    Atomics.store(drawing, me, 0);
    for (let other = 0; other < numbers.length; other++) {
      if (other === me) continue;
      while (Atomics.load(drawing, other) === 1);
      for (;;) {
        const theirs = Atomics.load(numbers, other);
        if (theirs === 0 || theirs > mine || (theirs === mine && other > me)) break;
      }
    }
  },
  unlock: leave,
};

const bakeryWithoutDrawing: Lock<Bakery> = {
  lock({ numbers }, me) {
    const mine = draw(numbers, me);
    for (let other = 0; other < numbers.length; other++) {
      if (other === me) continue;
      for (;;) {
        const theirs = Atomics.load(numbers, other); // ✗ 0 while the other draws the same number
        if (theirs === 0 || theirs > mine || (theirs === mine && other > me)) break;
      }
    }
  },
  unlock: leave,
};

const bakeryWithoutOrder: Lock<Bakery> = {
  lock({ drawing, numbers }, me) {
    Atomics.store(drawing, me, 1);
    const mine = draw(numbers, me);
    Atomics.store(drawing, me, 0);
    for (let other = 0; other < numbers.length; other++) {
      if (other === me) continue;
      while (Atomics.load(drawing, other) === 1);
      for (;;) {
        const theirs = Atomics.load(numbers, other); // ✗ the same number lets neither in
        if (theirs === 0 || theirs > mine) break;
      }
    }
  },
  unlock: leave,
};

export const bakery: Algorithm = {
  model: exclusion(bakeryFor(2), BAKERY),
  errors: {
    'a number is drawn behind no sign': {
      model: exclusion(bakeryFor(2), bakeryWithoutDrawing),
      verdict: 'assertion',
      preemptions: 2,
      shows: ['load mutex.numbers[0]', 'load mutex.numbers[1]', 'store counter[0]'],
      reason: /counted 1 of 2/,
    },
    'no order among equals': {
      model: exclusion(bakeryFor(2), bakeryWithoutOrder),
      verdict: 'livelock',
      preemptions: 1,
      shows: ['load mutex.numbers[0]', 'load mutex.numbers[1]'],
    },
  },
};

export const bakeryOfThree: Algorithm = {
  model: exclusion(bakeryFor(3), BAKERY, { threads: 3 }),
  bounds: { preemptions: 2 },
  deep: { preemptions: 4 },
  errors: {},
};
