/**
 * The bugs that shuttle has to find in its own tests, planted here for this explorer. The queue is that
 * of "Operating Systems: Three Easy Pieces", figures 30.8, 30.10 and, put right, 30.12.
 */
import { expect, test } from 'vitest';
import { Barrier, ConditionVariable, Mutex, type UniqueLock } from '../../dist/index.js';
import { explore, type Model } from '../../dist/testing/index.js';
import { failureOf } from '../testing/models.ts';

interface Queue {
  readonly mutex: Mutex;
  readonly filled: ConditionVariable;
  readonly emptied: ConditionVariable;
  readonly count: Int32Array;
}

type Wait = (condition: ConditionVariable, lock: UniqueLock, holds: () => boolean) => void;

const once: Wait = (condition, lock, holds) => {
  if (!holds()) condition.wait(lock);
};
const until: Wait = (condition, lock, holds) => condition.wait(lock, holds);

/** One producer of two items, two consumers of one, and room for one item. */
function queue(conditions: 1 | 2, wait: Wait): Model<Queue> {
  const consume = ({ mutex, filled, emptied, count }: Queue): void => {
    const lock = mutex.lock();
    wait(filled, lock, () => Atomics.load(count, 0) === 1);
    if (Atomics.exchange(count, 0, 0) === 0) throw new Error('nothing to get');
    emptied.notifyOne();
    lock.unlock();
  };
  const produce = ({ mutex, filled, emptied, count }: Queue): void => {
    const lock = mutex.lock();
    wait(emptied, lock, () => Atomics.load(count, 0) === 0);
    if (Atomics.exchange(count, 0, 1) === 1) throw new Error('no space to put');
    filled.notifyOne();
    lock.unlock();
  };
  return {
    setup: () => {
      const filled = new ConditionVariable({ name: 'filled' });
      const emptied = conditions === 1 ? filled : new ConditionVariable({ name: 'emptied' });
      const count = new Int32Array(new SharedArrayBuffer(4));
      return { mutex: new Mutex({ name: 'm' }), filled, emptied, count };
    },
    threads: [
      consume,
      consume,
      (shared) => {
        produce(shared);
        produce(shared);
      },
    ],
  };
}

/** Two wait until it is ready, and are notified so. */
function readiness(notify: (condition: ConditionVariable) => void): Model<Queue> {
  const awaitIt = ({ mutex, filled, count }: Queue): void => {
    const lock = mutex.lock();
    filled.wait(lock, () => Atomics.load(count, 0) === 1);
    lock.unlock();
  };
  return {
    setup: queue(1, until).setup,
    threads: [
      awaitIt,
      awaitIt,
      ({ mutex, filled, count }) => {
        mutex.withLock(() => Atomics.store(count, 0, 1));
        notify(filled);
      },
    ],
  };
}

test('C25 producer_consumer_broken1: who waits but once finds nothing to get', async () => {
  const error = await failureOf(queue(1, once), { iterative: true });
  expect(error.verdict).toBe('assertion');
  expect(error.cause).toMatchObject({ message: 'nothing to get' });
});

test('C25 producer_consumer_broken2: one condition for both wakes a consumer for a consumer', async () => {
  const error = await failureOf(queue(1, until), { iterative: true });
  expect(error.verdict).toBe('deadlock');
});

test('C25 producer_consumer_correct: two conditions, asked again', async () => {
  const result = await explore(queue(2, until), { preemptions: 1 });
  expect(result.complete).toBe(true);
});

test('C25 notify_one_deadlock: one notification for two that wait', async () => {
  const error = await failureOf(
    readiness((condition) => condition.notifyOne()),
    { iterative: true },
  );
  expect(error.verdict).toBe('deadlock');
});

test.each<[string, (condition: ConditionVariable) => void]>([
  ['notify_all', (c) => c.notifyAll()],
  [
    'multiple_notify_one',
    (c) => {
      c.notifyOne();
      c.notifyOne();
    },
  ],
])('C25 %s: both are woken, whoever comes first', async (_, notify) => {
  const result = await explore(readiness(notify), { preemptions: 1 });
  expect(result.complete).toBe(true);
});

test('B9 barrier_test_many_block: who is one too many waits for ever', async () => {
  const meet = ({ barrier }: { barrier: Barrier }): void => barrier.arriveAndWait();
  const error = await failureOf(
    { setup: () => ({ barrier: new Barrier(2) }), threads: [meet, meet, meet] },
    { iterative: true },
  );
  expect(error.verdict).toBe('deadlock');
});
