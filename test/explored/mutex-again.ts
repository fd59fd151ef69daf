/**
 * Programs in which one agent gives up waiting and comes again, so that the mutex is reserved for it
 * twice, in the same word: whoever still acts on the first reservation would meet the second.
 */
import type { Library } from './library.ts';
import type { Body, Program, Shared } from './mutex.ts';

const STAGE = 1;
const LEFT = 1; // thread 1 has given up
const TAKEN = 2; // another holds, for thread 1 to wait for
const OVER = 3;

const stage = ({ words }: Shared): number => Atomics.load(words, STAGE);

const reach = ({ words }: Shared, to: number): void => void Atomics.store(words, STAGE, to);

/** What was reached first, if anything; else `to` is. */
const reachFirst = ({ words }: Shared, to: number): number =>
  Atomics.compareExchange(words, STAGE, 0, to);

const holdUntilAsleepOrLeft =
  ({ isAsleep }: Library): Body =>
  (shared) => {
    shared.mutex.lock();
    while (!isAsleep(shared.mutex, 1) && stage(shared) === 0);
    shared.mutex.unlock();
  };

/** With the mutex held; comes again as soon as it has freed it. */
const holdUntilAsleep = ({ isAsleep }: Library, shared: Shared): void => {
  reach(shared, TAKEN);
  while (!isAsleep(shared.mutex, 1));
  shared.mutex.unlock();
  shared.mutex.lock();
  shared.mutex.unlock();
};

const leaveAndComeAgain: Body = (shared) => {
  while (!shared.mutex.isLocked);
  if (!shared.mutex.tryLockFor(5)) {
    if (reachFirst(shared, LEFT) !== 0) return;
    while (stage(shared) < TAKEN);
    shared.mutex.lock();
  }
  shared.mutex.unlock();
  reach(shared, OVER);
};

/** Thread 2 is the one that thread 1 waits for then. */
const anotherTakes = (library: Library): readonly Body[] => [
  holdUntilAsleepOrLeft(library),
  leaveAndComeAgain,
  (shared) => {
    while (stage(shared) === 0);
    if (stage(shared) === OVER) return;
    while (!shared.mutex.tryLock());
    holdUntilAsleep(library, shared);
  },
];

export const COMING_AGAIN = {
  'one leaves and comes again, another takes': {
    threads: anotherTakes,
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 3, timeouts: 1 },
  },
} satisfies Record<string, Program>;
